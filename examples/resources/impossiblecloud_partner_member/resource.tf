# The first password. An ephemeral variable ends up neither in the state nor in a plan.
variable "password" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "impossiblecloud_partner" "acme" {
  name              = "Acme GmbH"
  allocated_storage = 0
  contract_id       = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3" # your contract's id
}

# Before Terraform 1.11: `password` in place of `password_wo` and its version. The state then holds it.
resource "impossiblecloud_partner_member" "admin" {
  partner_id          = impossiblecloud_partner.acme.id
  email               = "admin@example.com"
  name                = "Acme's administrator"
  role                = "admin"
  password_wo         = var.password
  password_wo_version = 1 # another number replaces the member
}
