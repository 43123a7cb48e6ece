import {
  to = impossiblecloud_partner.acme
  id = "0d6c7e2c-5d0f-4f53-9c57-7a1f0b8d6a11"
}
