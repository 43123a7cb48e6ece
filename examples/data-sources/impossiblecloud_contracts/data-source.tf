data "impossiblecloud_contracts" "all" {}

output "remaining" {
  description = "What can still be allocated, in bytes, by contract."
  value       = { for contract in data.impossiblecloud_contracts.all.contracts : contract.name => contract.remaining_storage }
}
