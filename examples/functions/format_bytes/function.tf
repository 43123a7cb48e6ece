# "5 TB"
output "exact" {
  value = provider::impossiblecloud::format_bytes(5000000000000)
}

# "~1.235 TB"
output "rounded" {
  value = provider::impossiblecloud::format_bytes(1234567890123)
}
