data "impossiblecloud_partner" "acme" {
  name = "Acme GmbH" # your partner's name
}

data "impossiblecloud_storage_account" "backups" {
  # Left out with a channel partner's key.
  partner_id = data.impossiblecloud_partner.acme.id
  name       = "Acme backups" # your account's name
}

output "backups" {
  value = data.impossiblecloud_storage_account.backups.allocation
}
