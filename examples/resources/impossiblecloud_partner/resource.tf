data "impossiblecloud_contract" "main" {
  name = "Impossible Cloud Test Contract"
}

# A fixed share of the contract.
resource "impossiblecloud_partner" "acme" {
  name                = "Acme GmbH"
  allocated_storage   = provider::impossiblecloud::bytes("5 TB")
  contract_id         = data.impossiblecloud_contract.main.id
  deletion_protection = false

  timeouts = {
    create = "5m"
  }
}

# Pay-per-use: nothing of the contract's capacity is set aside.
resource "impossiblecloud_partner" "initech" {
  name              = "Initech AG"
  allocated_storage = 0
  contract_id       = data.impossiblecloud_contract.main.id
  allow_overdraft   = true
}
