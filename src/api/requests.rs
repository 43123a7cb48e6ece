//! What the service is sent. Amounts are bytes.

use serde_json::json;

use super::secret::Secret;

/// A partner to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPartner {
    /// Its name.
    pub name: String,
    /// The contract it is to be in.
    pub contract_id: String,
    /// What to allocate to it, in bytes; 0 is pay-per-use.
    pub allocated_capacity: i64,
    /// Whether it may use more than is allocated; never changeable.
    pub allow_overdraft: bool,
}

/// What to change of a partner; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartnerChange {
    /// A new name.
    pub name: Option<String>,
    /// A new allocation in bytes; 0 is pay-per-use, and is sent.
    pub allocated_capacity: Option<i64>,
}

/// A member to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// The address to log in with.
    pub email: String,
    /// The first password.
    pub password: Secret,
    /// `admin`, `staff` or `viewer`.
    pub role: String,
    /// The name to display.
    pub name: Option<String>,
}

/// A storage account to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStorageAccount {
    /// The company's name.
    pub name: String,
    /// What to allocate to it, in bytes; 0 is pay-per-use.
    pub allocated_capacity: i64,
    /// Whether it may use more than is allocated; never changeable.
    pub allow_overdraft: bool,
    /// The address of the root user.
    pub contact_email: String,
    /// The root user's first password.
    pub password: Secret,
}

impl NewPartner {
    pub(super) fn body(&self) -> Vec<u8> {
        let NewPartner { name, contract_id, allocated_capacity, allow_overdraft } = self;
        bytes(&json!({
            "name": name,
            "distributorContractId": contract_id,
            "allocatedCapacity": allocated_capacity,
            "allowOverdraft": allow_overdraft,
        }))
    }
}

impl PartnerChange {
    pub(super) fn body(&self) -> Vec<u8> {
        let mut body = json!({});
        if let Some(name) = &self.name {
            body["name"] = json!(name);
        }
        if let Some(capacity) = self.allocated_capacity {
            body["allocatedCapacity"] = json!(capacity);
        }
        bytes(&body)
    }
}

impl NewMember {
    pub(super) fn body(&self) -> Vec<u8> {
        let mut body = json!({"email": self.email, "password": self.password.expose(), "role": self.role});
        if let Some(name) = &self.name {
            body["name"] = json!(name);
        }
        bytes(&body)
    }
}

impl NewStorageAccount {
    pub(super) fn body(&self) -> Vec<u8> {
        let NewStorageAccount { name, allocated_capacity, allow_overdraft, contact_email, password } = self;
        bytes(&json!({
            "name": name,
            "allocatedCapacity": allocated_capacity,
            "allowOverdraft": allow_overdraft,
            "clientAccount": {"contactEmail": contact_email, "password": password.expose()},
        }))
    }
}

/// The only change of a storage account there is: its deletion is called off.
pub(super) fn restoration() -> Vec<u8> {
    bytes(&json!({"pendingDeletedAt": null}))
}

fn bytes(body: &serde_json::Value) -> Vec<u8> {
    body.to_string().into_bytes()
}
