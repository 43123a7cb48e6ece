variable "partner_id" {
  type = string
}

variable "storage_account_id" {
  type = string
}

# Invoked by hand:
#   terraform apply -invoke=action.impossiblecloud_storage_account_restore.backups
action "impossiblecloud_storage_account_restore" "backups" {
  config {
    # Left out with a channel partner's key.
    partner_id         = var.partner_id
    storage_account_id = var.storage_account_id
  }
}
