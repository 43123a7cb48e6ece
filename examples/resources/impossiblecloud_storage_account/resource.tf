# The root user's first password. An ephemeral variable ends up neither in the state nor in a plan.
variable "password" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "impossiblecloud_partner" "acme" {
  name              = "Acme GmbH"
  allocated_storage = provider::impossiblecloud::bytes("5 TB")
  contract_id       = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3" # your contract's id
}

# Before Terraform 1.11: `password` in place of `password_wo` and its version. The state then holds it.
resource "impossiblecloud_storage_account" "backups" {
  # Left out with a channel partner's key.
  partner_id          = impossiblecloud_partner.acme.id
  name                = "Acme backups"
  allocated_storage   = provider::impossiblecloud::bytes("2 TB")
  contact_email       = "storage@example.com"
  password_wo         = var.password
  password_wo_version = 1 # leave it: another number is an error
}
