terraform {
  required_providers {
    impossiblecloud = {
      source = "impossiblecloud/impossiblecloud"
    }
  }
}
