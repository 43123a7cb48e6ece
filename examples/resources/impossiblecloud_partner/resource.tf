data "impossiblecloud_contract" "main" {
  name = "Impossible Cloud Test Contract" # your contract's name
}

# A fixed share of the contract. Before Terraform 1.8 write the digits: 5000000000000.
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
