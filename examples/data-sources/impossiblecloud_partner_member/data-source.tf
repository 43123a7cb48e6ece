data "impossiblecloud_partner" "acme" {
  name = "Acme GmbH" # your partner's name
}

data "impossiblecloud_partner_member" "administrator" {
  partner_id = data.impossiblecloud_partner.acme.id
  email      = "ada@example.com" # your member's address
}

output "role" {
  value = data.impossiblecloud_partner_member.administrator.role
}
