import {
  to = impossiblecloud_storage_account.backups
  id = "0d6c7e2c-5d0f-4f53-9c57-7a1f0b8d6a11/817117562511" # "817117562511" with a channel partner's key
}
