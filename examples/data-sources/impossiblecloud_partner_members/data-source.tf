data "impossiblecloud_partner" "one" {
  name = "Sample Reseller One" # your partner's name
}

data "impossiblecloud_partner_members" "one" {
  partner_id = data.impossiblecloud_partner.one.id
}

output "administrators" {
  value = [for member in data.impossiblecloud_partner_members.one.members : member.email if member.role == "admin"]
}

# Who can log in anywhere: neither partner_id nor contract_id.
data "impossiblecloud_partner_members" "all" {}

output "addresses" {
  description = "The partners that each address can log in to."
  value       = { for member in data.impossiblecloud_partner_members.all.members : member.email => member.partner_id... }
}
