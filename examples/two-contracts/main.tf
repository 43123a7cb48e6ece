# The contract of everything that names none. It never moves a partner that exists: only a creation takes it.
provider "impossiblecloud" {
  contract_id = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3" # your contract's id
}

resource "impossiblecloud_partner" "usual" {
  name              = "Usual GmbH"
  allocated_storage = 1000000000000
}

# The exception says where it is.
resource "impossiblecloud_partner" "exception" {
  name              = "Exception GmbH"
  allocated_storage = 1000000000000
  contract_id       = "bb0a102d-ad4b-4738-b405-561add97abbb" # your other contract's id
}

# Data sources look into the default contract as well.
data "impossiblecloud_contract" "default" {}

output "remaining" {
  description = "What can still be allocated in the default contract, in bytes."
  value       = data.impossiblecloud_contract.default.remaining_storage
}
