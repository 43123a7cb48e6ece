# 5000000000000
output "decimal" {
  value = provider::impossiblecloud::bytes("5 TB")
}

# 1649267441664
output "binary" {
  value = provider::impossiblecloud::bytes("1.5 TiB")
}
