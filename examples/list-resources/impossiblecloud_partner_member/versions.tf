terraform {
  required_version = ">= 1.14"

  required_providers {
    impossiblecloud = {
      source  = "impossiblecloud/impossiblecloud"
      version = "~> 0.1.0"
    }
  }
}
