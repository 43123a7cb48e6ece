data "impossiblecloud_partner" "one" {
  name = "Sample Reseller One" # your partner's name
}

data "impossiblecloud_partner_members" "one" {
  partner_id = data.impossiblecloud_partner.one.id
}

output "administrators" {
  value = [for member in data.impossiblecloud_partner_members.one.members : member.email if member.role == "admin"]
}
