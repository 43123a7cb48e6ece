terraform {
  required_version = ">= 1.6"

  required_providers {
    impossiblecloud = {
      source  = "impossiblecloud/impossiblecloud"
      version = "~> 0.1.0"
    }
  }
}
