terraform {
  required_version = ">= 1.8"

  required_providers {
    impossiblecloud = {
      source  = "impossiblecloud/impossiblecloud"
      version = "~> 0.1.0"
    }
  }
}
