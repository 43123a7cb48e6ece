# By the partner's UUID and the member's. data.impossiblecloud_partner_members shows the ids.
terraform import impossiblecloud_partner_member.admin 0d6c7e2c-5d0f-4f53-9c57-7a1f0b8d6a11/5b1a3c52-8a0e-4c1f-9a70-3f6f2f0f7c21
