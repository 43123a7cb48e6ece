terraform {
  required_version = ">= 1.6"

  required_providers {
    impossiblecloud = {
      source  = "impossiblecloud/impossiblecloud"
      version = "~> 0.1.0" # patches only: before 1.0 a new minor version may break
    }
  }
}

# The API key comes from the environment: IMPOSSIBLECLOUD_API_KEY, or IMPOSSIBLECLOUD_API_KEY_FILE with the path of a file.
provider "impossiblecloud" {
  # The contract of partners that leave contract_id out. Not needed where the key sees one contract only.
  # contract_id = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3"

  request_timeout = "30s"
}
