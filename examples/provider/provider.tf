terraform {
  required_providers {
    impossiblecloud = {
      source  = "impossiblecloud/impossiblecloud"
      version = "~> 0.1"
    }
  }
}

# The API key comes from the environment: IMPOSSIBLECLOUD_API_KEY, or IMPOSSIBLECLOUD_API_KEY_FILE with the path of a file.
provider "impossiblecloud" {
  request_timeout = "30s"
}
