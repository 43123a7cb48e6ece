//! Answers' objects, in the field names and types that the documents show and the switches vary.

use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::switches::Switches;
use crate::world::{Account, Member, Partner, World};

/// How objects look under the present switches: looked up once for a list of thousands.
pub(crate) struct Style {
    extra: Option<&'static str>,
    empty_details: &'static str,
    overdraft: &'static str,
    email: &'static str,
    nameless: &'static str,
    not_pending: &'static str,
    pending_form: &'static str,
    role: &'static str,
    show_order: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartnerAnswer<'a> {
    id: Uuid,
    name: &'a str,
    distributor_contract_id: Uuid,
    allocated_capacity: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_overdraft: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    future_field: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberAnswer<'a> {
    id: Uuid,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    future_field: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountAnswer<'a> {
    client_account_id: &'a str,
    name: &'a str,
    contact_email: String,
    allocated_capacity: u64,
    allow_overdraft: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_deleted_at: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    future_field: Option<&'static str>,
}

impl Style {
    pub fn of(switches: &Switches) -> Self {
        // Words of the table, which live as long as the program; the switches' own texts do not.
        let word = |name: &str, words: &[&'static str]| {
            let chosen = switches.value(name);
            words.iter().copied().find(|word| *word == chosen).unwrap_or_default()
        };
        Self {
            extra: switches.is("answer_extras", "present").then_some("clients ignore what they do not know"),
            empty_details: word("empty_details", &["empty", "absent", "null"]),
            overdraft: word("overdraft_field", &["always", "when_true", "never"]),
            email: word("email_case", &["as_sent", "lowered", "host_lowered"]),
            nameless: word("nameless_member", &["empty", "absent", "email"]),
            not_pending: word("not_pending", &["absent", "null", "empty", "zero_time"]),
            pending_form: word("pending_form", &["utc", "offset", "fraction", "space", "number", "words"]),
            role: word("role_answer", &["as_kept", "capital", "upper"]),
            show_order: switches.is("pending_value", "scheduled"),
        }
    }

    pub fn partner<'a>(&self, id: Uuid, partner: &'a Partner) -> PartnerAnswer<'a> {
        let overdraft = match self.overdraft {
            "always" => true,
            "when_true" => partner.allow_overdraft,
            _ => false,
        };
        let details = match (partner.details.as_str(), self.empty_details) {
            ("", "absent") => None,
            ("", "null") => Some(None),
            (details, _) => Some(Some(details)),
        };
        PartnerAnswer {
            id,
            name: &partner.name,
            distributor_contract_id: partner.shown_contract,
            allocated_capacity: partner.allocated,
            allow_overdraft: overdraft.then_some(partner.allow_overdraft),
            details,
            future_field: self.extra,
        }
    }

    pub fn member<'a>(&self, id: Uuid, member: &'a Member) -> MemberAnswer<'a> {
        let name = match (&member.name, self.nameless) {
            (Some(name), _) => Some(name.as_str()),
            (None, "absent") => None,
            (None, "email") => Some(member.email.as_str()),
            (None, _) => Some(""),
        };
        let role = match self.role {
            "upper" => member.role.to_uppercase(),
            "capital" => capital(&member.role),
            _ => member.role.clone(),
        };
        MemberAnswer { id, email: self.email(&member.email), name, role, future_field: self.extra }
    }

    pub fn account<'a>(&self, id: &'a str, account: &'a Account) -> AccountAnswer<'a> {
        let time = account.deletion.map(|deletion| if self.show_order { deletion.ordered } else { deletion.due });
        let pending = match (time, self.not_pending) {
            (Some(time), _) => Some(pending(time, self.pending_form)),
            (None, "null") => Some(Value::Null),
            (None, "empty") => Some(json!("")),
            (None, "zero_time") => Some(json!("0001-01-01T00:00:00Z")),
            (None, _) => None,
        };
        AccountAnswer {
            client_account_id: id,
            name: &account.name,
            contact_email: self.email(&account.email),
            allocated_capacity: account.allocated,
            allow_overdraft: account.allow_overdraft,
            pending_deleted_at: pending,
            future_field: self.extra,
        }
    }

    fn email(&self, email: &str) -> String {
        match (self.email, email.split_once('@')) {
            ("lowered", _) => email.to_lowercase(),
            ("host_lowered", Some((user, host))) => format!("{user}@{}", host.to_lowercase()),
            _ => email.to_string(),
        }
    }
}

/// A contract; `None` when there is none of that id.
pub(crate) fn contract(world: &World, id: Uuid) -> Option<Value> {
    let contract = world.contracts.get(&id)?;
    let (storage, egress) = match world.switches.value("costs") {
        "numbers" => (json!(100), json!(0)),
        "fractions" => (json!(100.25), json!(0.0)),
        _ => (json!("100"), json!("0")),
    };
    let mut answer = json!({
        "id": id,
        "distributorId": contract.distributor,
        "reservedCapacity": contract.reserved,
        "allocatedCapacity": world.shown_allocated(id),
        "costStorageGBCents": storage,
        "costEgressGBCents": egress,
        "currency": "EUR",
        "details": contract.name,
    });
    if world.shown_allocated(id) == 0
        && world.switches.is("zero_allocated", "absent")
        && let Some(fields) = answer.as_object_mut()
    {
        fields.remove("allocatedCapacity");
    }
    if world.switches.is("answer_extras", "present") {
        answer["futureField"] = json!({"note": "clients ignore what they do not know"});
    }
    Some(answer)
}

/// A time as RFC 3339 in UTC, to the second.
pub(crate) fn timestamp(time: OffsetDateTime) -> String {
    let second = time.replace_nanosecond(0).unwrap_or(time);
    second.format(&Rfc3339).unwrap_or_default()
}

/// The time of a deletion, in the form that a switch asks for.
fn pending(time: OffsetDateTime, form: &str) -> Value {
    let text = timestamp(time);
    match form {
        "offset" => {
            let offset = time::UtcOffset::from_hms(2, 0, 0).unwrap_or(time::UtcOffset::UTC);
            json!(timestamp(time.to_offset(offset)))
        }
        "fraction" => json!(text.replace('Z', ".123456Z")),
        "space" => json!(text.replace('T', " ").replace('Z', "")),
        "number" => json!(time.unix_timestamp()),
        "words" => json!("in 30 days"),
        _ => json!(text),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The items of a list in the order that the switches choose; an empty one may be null.
pub(crate) fn ordered<T>(
    switches: &Switches,
    mut random: fastrand::Rng,
    mut items: Vec<(String, T)>,
) -> Option<Vec<T>> {
    match switches.value("list_order") {
        "created" => {}
        // Pages of a list that is shuffled anew for each would not add up to it.
        "shuffled" if switches.count("page_size") > 0 => {}
        "name" => items.sort_by(|(one, _), (other, _)| one.cmp(other)),
        _ => random.shuffle(&mut items),
    }
    if items.is_empty() && switches.is("empty_list", "null") {
        return None;
    }
    Some(items.into_iter().map(|(_, item)| item).collect())
}
