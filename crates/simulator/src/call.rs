//! What an operation is called with, and what it gives back.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use crate::switches::Switches;
use crate::world::{Owner, World};

/// One request, read but not yet understood.
pub(crate) struct Call {
    /// Scheme and authority under which the client knows the service.
    pub origin: String,
    /// The path as it was sent.
    pub path: String,
    /// Whom the key acts for; nobody before the key was looked at.
    pub holder: Uuid,
    pub parameters: HashMap<String, String>,
    pub query: HashMap<String, String>,
    pub body: Vec<u8>,
    /// What was allocated in each contract when the request arrived, for a service whose checks race.
    pub allocated_at_arrival: Option<HashMap<Uuid, u64>>,
}

/// A status of the client's own fault, with a sentence for its error body.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub status: u16,
    pub message: String,
}

/// The JSON of a success, or none where the operation answers without a body.
pub(crate) type Outcome = Result<Option<Vec<u8>>, Refusal>;

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// The body breaks a rule.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub fn unknown(switches: &Switches, what: &str) -> Self {
        Self::new(switches.status("unknown_object_status"), format!("{what} not found"))
    }
}

impl Call {
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// A UUID in the path, in its usual form of 36 characters.
    pub fn uuid(&self, world: &World, name: &str) -> Result<Uuid, Refusal> {
        parse_uuid(self.parameter(name)).ok_or_else(|| {
            Refusal::new(world.switches.status("malformed_id_status"), format!("{name} must be a valid UUID"))
        })
    }

    /// The partner in the path, which exists.
    pub fn partner(&self, world: &World) -> Result<Uuid, Refusal> {
        let id = self.uuid(world, "partnerID")?;
        let known = world.partners.get(&id).is_some_and(|partner| world.sees(self.holder, partner.contract));
        if known { Ok(id) } else { Err(Refusal::unknown(&world.switches, "partner")) }
    }

    /// A contract that the key sees.
    pub fn contract(&self, world: &World, id: Uuid) -> Result<Uuid, Refusal> {
        if world.sees(self.holder, id) { Ok(id) } else { Err(Refusal::unknown(&world.switches, "contract")) }
    }

    /// Whose storage accounts the path is about: a partner's, or the channel partner's own.
    pub fn owner(&self, world: &World) -> Result<Owner, Refusal> {
        if self.parameters.contains_key("partnerID") {
            self.partner(world).map(Owner::Partner)
        } else {
            Ok(Owner::ChannelPartner(self.holder))
        }
    }

    /// The id of the storage account in the path, which exists and belongs to the owner in the path.
    pub fn account(&self, world: &World) -> Result<String, Refusal> {
        let owner = self.owner(world)?;
        let id = self.parameter("accountID");
        match world.accounts.get(id) {
            Some(account) if account.owner == owner => Ok(id.to_string()),
            _ => Err(Refusal::unknown(&world.switches, "storage account")),
        }
    }
}

/// Reads a UUID; the shorter and longer forms that libraries also accept are none.
pub(crate) fn parse_uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// A refused DELETE of something that does not exist, in the status that the switches choose for that.
pub(crate) fn refuse_delete(world: &World, refusal: Refusal) -> Outcome {
    let unknown = world.switches.status("unknown_object_status");
    match world.switches.status("delete_unknown_status") {
        204 if refusal.status == unknown => Ok(None),
        _ => Err(refusal),
    }
}

/// A success with this JSON.
pub(crate) fn json(value: &impl Serialize) -> Outcome {
    match serde_json::to_vec(value) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) => Err(Refusal::new(500, error.to_string())),
    }
}
