data "impossiblecloud_partner" "one" {
  name = "Sample Reseller One" # your partner's name
}

data "impossiblecloud_storage_accounts" "one" {
  # Left out with a channel partner's key.
  partner_id = data.impossiblecloud_partner.one.id
}

output "waiting_for_deletion" {
  value = {
    for account in data.impossiblecloud_storage_accounts.one.storage_accounts :
    account.name => account.pending_deleted_at if account.pending_deleted_at != null
  }
}

# All accounts of a contract, each with its partner_id.
data "impossiblecloud_storage_accounts" "contract" {
  contract_id = data.impossiblecloud_partner.one.contract_id
}

output "accounts_by_partner" {
  value = { for account in data.impossiblecloud_storage_accounts.contract.storage_accounts : account.partner_id => account.name... }
}
