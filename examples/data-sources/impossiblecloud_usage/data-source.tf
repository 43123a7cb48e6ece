data "impossiblecloud_partner" "one" {
  name = "Sample Reseller One" # your partner's name
}

data "impossiblecloud_usage" "march" {
  # Left out with a channel partner's key.
  partner_id = data.impossiblecloud_partner.one.id
  from       = "2026-03-01"
  to         = "2026-03-31"
}

output "highest" {
  description = "The most that each account used on a day of the month, in bytes."
  value = {
    for account in data.impossiblecloud_usage.march.accounts :
    account.name => max(0, account.days[*].used_storage...)
  }
}

output "highest_total" {
  description = "The most that all accounts of the partner together used on a day of the month, in bytes."
  value       = max(0, data.impossiblecloud_usage.march.totals[*].used_storage...)
}
