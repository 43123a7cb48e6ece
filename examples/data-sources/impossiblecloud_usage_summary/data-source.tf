# This month so far, of all partners that the API key may see.
data "impossiblecloud_usage_summary" "month" {
  from = formatdate("YYYY-MM-01", plantimestamp())
  to   = formatdate("YYYY-MM-DD", plantimestamp())
}

locals {
  partners   = data.impossiblecloud_usage_summary.month.partners
  in_a_month = timeadd(plantimestamp(), "720h")
  # full_on is null for those that are never full, which is no time.
  soon_full = [
    for partner in local.partners : "${partner.name} on ${partner.full_on}"
    if try(timecmp("${partner.full_on}T00:00:00Z", local.in_a_month) <= 0, false)
  ]
}

output "used" {
  description = "What each partner used at most on a day of this month, and on average, in bytes; null without data."
  value = [
    for partner in local.partners :
    { name = partner.name, peak = partner.peak_used_storage, average = partner.average_used_storage }
  ]
}

output "above_their_allocation" {
  value = [
    for partner in local.partners : "${partner.name}: ${partner.over_storage} bytes on ${partner.peak_date}"
    if try(partner.over_storage > 0, false)
  ]
}

# A warning in every plan, and no obstacle to any.
check "room_for_a_month" {
  assert {
    condition     = length(local.soon_full) == 0
    error_message = "Full within 30 days, if it goes on like this: ${join(", ", local.soon_full)}."
  }
}
