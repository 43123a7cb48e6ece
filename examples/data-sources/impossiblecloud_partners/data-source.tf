data "impossiblecloud_contract" "main" {
  name = "Impossible Cloud Test Contract" # your contract's name
}

# Without contract_id: the partners of all contracts.
data "impossiblecloud_partners" "main" {
  contract_id = data.impossiblecloud_contract.main.id
}

output "allocations" {
  description = "What each partner has, for people."
  value       = [for partner in data.impossiblecloud_partners.main.partners : "${partner.name}: ${partner.allocation}"]
}
