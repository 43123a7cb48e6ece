data "impossiblecloud_partner" "acme" {
  name = "Acme GmbH"
}

data "impossiblecloud_partner_member" "administrator" {
  partner_id = data.impossiblecloud_partner.acme.id
  email      = "ada@example.com"
}

output "role" {
  value = data.impossiblecloud_partner_member.administrator.role
}
