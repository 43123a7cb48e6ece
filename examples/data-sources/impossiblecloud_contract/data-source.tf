data "impossiblecloud_contract" "main" {
  name = "Impossible Cloud Test Contract" # your contract's name
}

output "remaining" {
  description = "What can still be allocated in the contract."
  value       = provider::impossiblecloud::format_bytes(data.impossiblecloud_contract.main.remaining_storage)
}
