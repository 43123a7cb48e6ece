# By the partner's UUID and the account's id.
terraform import impossiblecloud_storage_account.backups 0d6c7e2c-5d0f-4f53-9c57-7a1f0b8d6a11/817117562511

# By the account's id alone, with a channel partner's key.
terraform import impossiblecloud_storage_account.backups 817117562511
