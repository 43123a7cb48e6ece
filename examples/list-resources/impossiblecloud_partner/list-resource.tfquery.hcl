list "impossiblecloud_partner" "main" {
  provider = impossiblecloud

  # Also what is needed to write configuration with -generate-config-out.
  include_resource = true
  limit            = 1000

  config {
    # Left out: the partners of all contracts.
    contract_id = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3" # your contract's id
  }
}
