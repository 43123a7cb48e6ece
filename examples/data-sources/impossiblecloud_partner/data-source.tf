data "impossiblecloud_partner" "one" {
  name = "Sample Reseller One"
}

output "allocation" {
  value = data.impossiblecloud_partner.one.allocation
}
