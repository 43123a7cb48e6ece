data "impossiblecloud_partner" "one" {
  name = "Sample Reseller One" # your partner's name
}

output "allocation" {
  value = data.impossiblecloud_partner.one.allocation
}
