data "impossiblecloud_regions" "all" {}

output "s3" {
  description = "The address of the S3 API, by region."
  value       = { for region in data.impossiblecloud_regions.all.regions : region.name => region.s3_url }
}
