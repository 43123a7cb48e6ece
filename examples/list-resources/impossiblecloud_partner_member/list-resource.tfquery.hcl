variable "partner_id" {
  type = string
}

list "impossiblecloud_partner_member" "one" {
  provider = impossiblecloud

  config {
    partner_id = var.partner_id
  }
}
