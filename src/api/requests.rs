//! What the service is sent. Amounts are bytes.

use reqwest::{Method, Url};
use serde::{Serialize, Serializer};

use super::outside::{Outside, steers};
use super::secret::Secret;

/// What to send, and what it is called in messages.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) operation: &'static str,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Option<Vec<u8>>,
    /// What to say when the service refuses it.
    pub(super) on_refusal: &'static str,
    /// How large the answer may be, in bytes.
    pub(super) limit: usize,
}

impl Request {
    /// Path and query.
    pub(super) fn path(&self) -> Outside {
        match self.url.query() {
            Some(query) => Outside::new(format!("{}?{query}", self.url.path())),
            None => Outside::new(self.url.path()),
        }
    }
}

/// Refuses what cannot be one segment of a path, or not everywhere: a URL drops tabs and ends of lines, "/partner/.."
/// is "/", and a server may undo the encoding of the rest before it looks for the segments. `DELETE /partner/<id>/`
/// must not come of a member.
pub(super) fn ensure_id(id: &str) -> Result<(), String> {
    let why = match id {
        "" => "it is empty".to_owned(),
        "." | ".." => "it means a folder".to_owned(),
        _ => match id.chars().find(|c| c.is_whitespace() || steers(*c) || matches!(c, '/' | '\\' | '?' | '#' | '%')) {
            None => return Ok(()),
            Some(c) => format!("it holds \"{}\"", Outside::new(c.to_string())),
        },
    };
    Err(format!("\"{}\" is not an id ({why}); nothing was sent", Outside::new(id)))
}

/// A segment of a path as it is sent: UUIDs are the same in any case, and a service may compare them as text.
pub(super) fn as_sent(segment: &&str) -> String {
    if uuid::Uuid::try_parse(segment).is_ok() { segment.to_ascii_lowercase() } else { (*segment).to_owned() }
}

/// A partner to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPartner {
    /// 0 is pay-per-use.
    pub allocated_capacity: i64,
    /// Never changeable.
    pub allow_overdraft: bool,
    #[serde(rename = "distributorContractId")]
    pub contract_id: String,
    pub name: String,
}

/// What to change of a partner; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerChange {
    /// 0 is pay-per-use, and is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_capacity: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A member to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewMember {
    /// The address to log in with.
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(serialize_with = "exposed")]
    pub password: Secret,
    /// `admin`, `staff` or `viewer`.
    pub role: String,
}

/// A storage account to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", into = "AccountBody")]
pub struct NewStorageAccount {
    /// The company's name.
    pub name: String,
    /// 0 is pay-per-use.
    pub allocated_capacity: i64,
    /// Never changeable.
    pub allow_overdraft: bool,
    /// The address of the root user.
    pub contact_email: String,
    /// The root user's first password.
    pub password: Secret,
}

/// A storage account as the service wants it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountBody {
    allocated_capacity: i64,
    allow_overdraft: bool,
    client_account: RootUser,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RootUser {
    contact_email: String,
    #[serde(serialize_with = "exposed")]
    password: Secret,
}

impl From<NewStorageAccount> for AccountBody {
    fn from(account: NewStorageAccount) -> AccountBody {
        let NewStorageAccount { name, allocated_capacity, allow_overdraft, contact_email, password } = account;
        AccountBody { name, allocated_capacity, allow_overdraft, client_account: RootUser { contact_email, password } }
    }
}

/// The only change of a storage account there is: its deletion is called off.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Restoration {
    pub(super) pending_deleted_at: Option<String>,
}

/// The one place where a secret goes into a body.
fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// A body as it is sent.
pub(super) fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("texts, numbers and flags are JSON")
}

impl Request {
    /// The same request for a range of days, both included.
    pub(super) fn between(mut self, from: &str, to: &str) -> Request {
        self.url.query_pairs_mut().append_pair("from", from).append_pair("to", to);
        self
    }
}
