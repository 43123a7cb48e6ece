variable "partner_id" {
  type = string
}

list "impossiblecloud_storage_account" "one" {
  provider = impossiblecloud

  config {
    # Left out with a channel partner's key.
    partner_id = var.partner_id
  }
}
