//! Partners: the distributor's customers, each with a share of its contract or pay-per-use.

use std::collections::HashSet;

use async_trait::async_trait;
use plugin_server::Number;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::amount::{self, MAY_NOT_BE_SURE};
use crate::api::{self, Call, CreateError, NewPartner, Partner, PartnerChange};
use crate::capacity;
use crate::check::Source;
use crate::contract;
use crate::creation::Creation;
use crate::diagnostics::{Notes, Problem, Result};
use crate::ledger::Growth;
use crate::resource::{Change, ManagedResource, Planned};
use crate::schema::{Attributes, computed, defaulted, optional, required, schema};
use crate::session::{Handle, Session, reading, within};
use crate::timeouts::{self, Timeouts};
use crate::walk::{Known, config_key};

/// The resource type.
pub const TYPE: &str = "impossiblecloud_partner";

/// `impossiblecloud_partner`.
pub struct PartnerResource(pub Handle);

/// A partner in a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartnerState {
    id: Value<String>,
    name: Value<String>,
    allocated_storage: Value<Number>,
    contract_id: Value<String>,
    allow_overdraft: Value<bool>,
    deletion_protection: Value<bool>,
    details: Value<String>,
    allocation: Value<String>,
    timeouts: Value<Timeouts>,
}

impl PartnerState {
    fn who(&self) -> String {
        format!("partner \"{}\"", self.name.as_deref_option().unwrap_or(""))
    }

    fn bytes(&self) -> Option<i64> {
        self.allocated_storage.as_ref_option().and_then(Number::as_i64)
    }

    fn protected(&self) -> bool {
        self.deletion_protection == Value::Value(true)
    }

    fn id(&self) -> Result<&str> {
        self.id.as_deref_option().ok_or_else(|| {
            Problem::new(
                "A partner without an id",
                "The state holds a partner without an id. Remove it from the state and import it by its UUID.",
            )
        })
    }

    /// What a walk needs to know to tell a replacement from a creation.
    fn known(&self) -> Option<Known> {
        Some(Known {
            id: self.id.as_ref_option()?.clone(),
            pool: self.contract_id.as_ref_option()?.clone(),
            name: self.name.as_ref_option()?.clone(),
            allocated: self.bytes()?,
            protected: self.protected(),
        })
    }

    /// The state after a read: what the service says, and what it leaves out as it was.
    fn refreshed(self, partner: &Partner) -> Result<PartnerState> {
        let bytes = partner.allocated.or(self.bytes()).ok_or_else(|| {
            Problem::new(
                format!("The allocation of partner {} is not known", partner.id),
                "The service describes the partner without its allocated capacity. Nothing was recorded; try again later.",
            )
        })?;
        Ok(PartnerState {
            id: Value::Value(partner.id.clone()),
            name: kept_if(self.name, &partner.name, |old, new| old.trim() == new.trim()),
            allocated_storage: Value::Value(Number::from(bytes)),
            contract_id: kept_if(self.contract_id, &partner.contract_id, |old, new| old.eq_ignore_ascii_case(new)),
            allow_overdraft: Value::Value(
                partner.allow_overdraft.or(self.allow_overdraft.as_option()).unwrap_or_default(),
            ),
            deletion_protection: Value::Value(self.deletion_protection.unwrap_or_default()),
            details: Value::Value(partner.details.clone().or(self.details.as_option()).unwrap_or_default()),
            allocation: Value::Value(capacity::allocation(bytes)),
            timeouts: self.timeouts,
        })
    }

    /// A state that knows nothing but an id.
    fn unread(id: &str) -> PartnerState {
        PartnerState {
            id: Value::Value(id.into()),
            name: Value::Null,
            allocated_storage: Value::Null,
            contract_id: Value::Null,
            allow_overdraft: Value::Null,
            deletion_protection: Value::Null,
            details: Value::Null,
            allocation: Value::Null,
            timeouts: Value::Null,
        }
    }
}

/// What the service says, unless it says the same in other words; what it leaves out stays as it was.
fn kept_if(old: Value<String>, new: &Option<String>, same: impl Fn(&str, &str) -> bool) -> Value<String> {
    match (&old, new) {
        (_, None) => old,
        (Value::Value(text), Some(new)) if same(text, new) => old,
        (_, Some(new)) => Value::Value(new.clone()),
    }
}

#[async_trait]
impl ManagedResource for PartnerResource {
    type State = PartnerState;

    fn schema(&self) -> Schema {
        schema(
            "A partner of the distributor: a customer with its own console users and storage accounts, with a fixed allocation out of a \
             contract or pay-per-use. Planning checks the allocation against what the contract has left, across all partners of the plan, \
             before anything is written. Nothing that can be changed ever replaces a partner.",
            attributes(),
        )
    }

    async fn validate(&self, config: PartnerState, _: &mut Notes) -> Result<()> {
        if let Some(session) = self.0.ready() {
            session.walk().validated(config_key(&config));
        }
        amount::validate(&config.allocated_storage)?;
        timeouts::validate(&config.timeouts)?;
        match config.name.as_deref_option() {
            Some(name) => validate_name(name),
            None => Ok(()),
        }
    }

    async fn read(&self, state: PartnerState, notes: &mut Notes) -> Result<Option<PartnerState>> {
        let Some(session) = self.0.ready() else {
            notes.warn(self.0.missing().and("The partner was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let id = state.id()?.to_owned();
        let found = session.inventory.partner(&reading(), &id, state.contract_id.as_deref_option()).await;
        match found.map_err(|error| Problem::api(format!("read {} ({id})", state.who()), &error))? {
            Some(partner) => {
                let state = state.refreshed(&partner)?;
                self.observe(&state);
                Ok(Some(state))
            }
            None => {
                session.walk().gone(&id);
                Ok(None)
            }
        }
    }

    async fn plan(&self, change: Change<PartnerState>, notes: &mut Notes) -> Result<Planned<PartnerState>> {
        let Change { prior, proposed, config } = change;
        let mut planned = proposed;
        planned.allow_overdraft = with_default(&config.allow_overdraft);
        planned.deletion_protection = with_default(&config.deletion_protection);
        planned.allocation = match &planned.allocated_storage {
            Value::Unknown => Value::Unknown,
            _ => planned.bytes().map(capacity::allocation).into(),
        };
        let planned = match prior {
            None => self.plan_create(planned, &config, notes).await?,
            Some(prior) => self.plan_update(planned, &prior, &config, notes).await?,
        };
        Ok(planned.into())
    }

    async fn plan_destroy(&self, prior: PartnerState, notes: &mut Notes) -> Result<()> {
        if let Some(session) = self.0.ready() {
            self.withdraw(&session, &prior, None, notes).await?;
        }
        if prior.protected() { Err(protected(&prior.who())) } else { Ok(()) }
    }

    async fn create(&self, planned: PartnerState, _: PartnerState, notes: &mut Notes) -> Result<PartnerState> {
        let session = self.0.session()?;
        let call = within(timeouts::create(&planned.timeouts)?);
        let contract = match planned.contract_id.as_ref_option() {
            Some(contract) => contract.clone(),
            None => contract::only(&session, &call).await?.id,
        };
        let bytes = planned.bytes().ok_or_else(amount::unknown)?;
        let before = session.inventory.partner_ids(&call, &contract).await;
        let before = before.map_err(|error| {
            Problem::api(format!("look up the partners of contract {contract}"), &error).and("Nothing was written.")
        })?;
        let growth = Growth::new(planned.who(), 0, bytes);
        let source = Source::Contract(contract.clone());
        let grant = session.check.grant(&call, &source, &growth).await?;
        let wanted = NewPartner {
            name: planned.name.clone().unwrap_or_default(),
            contract_id: contract.clone(),
            allocated_capacity: bytes,
            allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
        };
        let creation = PartnerCreation { session: &session, wanted: &wanted, before };
        let partner = match session.creations.create(&creation, &call, session.max_resends, notes).await {
            Ok(partner) => partner,
            Err(failure) => {
                if failure.may_exist {
                    grant.used()
                } else {
                    grant.unused()
                }
                return Err(failure.problem);
            }
        };
        grant.used();
        session.inventory.put_partner(&contract, partner.clone());
        warn_if_different(&wanted, &partner, notes);
        Ok(PartnerState {
            id: Value::Value(partner.id),
            details: Value::Value(partner.details.unwrap_or_default()),
            contract_id: Value::Value(contract),
            ..planned
        })
    }

    async fn update(&self, prior: PartnerState, planned: PartnerState, notes: &mut Notes) -> Result<PartnerState> {
        let change = PartnerChange {
            name: planned.name.as_ref_option().filter(|_| planned.name != prior.name).cloned(),
            allocated_capacity: planned.bytes().filter(|_| planned.bytes() != prior.bytes()),
        };
        if change.name.is_none() && change.allocated_capacity.is_none() {
            return Ok(planned);
        }
        let session = self.0.session()?;
        let call = within(timeouts::update(&planned.timeouts)?);
        let id = prior.id()?.to_owned();
        let contract = prior.contract_id.as_deref_option().unwrap_or_default();
        let (before, after) = (prior.bytes().unwrap_or_default(), planned.bytes().unwrap_or_default());
        let source = Source::Contract(contract.into());
        let grant = session.check.grant(&call, &source, &Growth::new(planned.who(), before, after)).await?;
        let doing = format!("update {} ({id})", prior.who());
        match session.client.update_partner(&call, &id, &change).await {
            Ok(partner) => {
                grant.used();
                session.check.give_back(&source, before.saturating_sub(after));
                session.check.resize(Source::Partner(id), after);
                let asked = NewPartner {
                    name: planned.name.clone().unwrap_or_default(),
                    contract_id: contract.into(),
                    allocated_capacity: after,
                    allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
                };
                warn_if_different(&asked, &partner, notes);
                session.inventory.put_partner(contract, partner);
                Ok(planned)
            }
            Err(error) => {
                let sure = error.had_no_effect();
                if sure {
                    grant.unused()
                } else {
                    grant.used()
                }
                let problem = Problem::api(doing, &error);
                Err(if sure { problem } else { problem.and(MAY_NOT_BE_SURE) })
            }
        }
    }

    async fn destroy(&self, prior: PartnerState, _: &mut Notes) -> Result<()> {
        if prior.protected() {
            return Err(protected(&prior.who()));
        }
        let session = self.0.session()?;
        let call = within(timeouts::delete(&prior.timeouts)?);
        let id = prior.id()?;
        let source = prior.contract_id.as_ref_option().map(|contract| Source::Contract(contract.clone()));
        if let Some(source) = &source {
            // Only so that what is freed can be counted. A contract that cannot be read must not keep anybody from deleting.
            let _ = session.check.open(&call, source).await;
        }
        let deleted = session.client.delete_partner(&call, id).await;
        deleted.map_err(|error| Problem::api(format!("delete {} ({id})", prior.who()), &error))?;
        session.inventory.remove_partner(id);
        if let (Some(source), Some(bytes)) = (&source, prior.bytes()) {
            session.check.give_back(source, bytes);
        }
        Ok(())
    }

    async fn import(&self, id: String, _: &mut Notes) -> Result<PartnerState> {
        let session = self.0.session()?;
        let id = id.trim();
        if uuid::Uuid::try_parse(id).is_err() {
            return Err(not_an_id(&session, id).await);
        }
        let found = session.inventory.partner(&reading(), id, None).await;
        match found.map_err(|error| Problem::api(format!("import partner {id}"), &error))? {
            Some(partner) => {
                let state = PartnerState::unread(id).refreshed(&partner)?;
                self.observe(&state);
                Ok(state)
            }
            None => Err(Problem::new(
                format!("There is no partner {id}"),
                "The service knows no partner of that id under this API key. The ids are in data.impossiblecloud_partners, and in the console in \
                 the address of the partner's page.",
            )),
        }
    }
}

impl PartnerResource {
    /// Tells the walk that an object is in the state.
    fn observe(&self, state: &PartnerState) {
        if let (Some(session), Some(known)) = (self.0.ready(), state.known()) {
            session.walk().seen(known);
        }
    }

    async fn plan_create(
        &self,
        mut planned: PartnerState,
        config: &PartnerState,
        notes: &mut Notes,
    ) -> Result<PartnerState> {
        (planned.id, planned.details) = (Value::Unknown, Value::Unknown);
        let Some(session) = self.0.ready() else {
            notes.warn(
                self.0.missing().and("The allocation is checked when the partner is applied, before it is written."),
            );
            if planned.contract_id.is_null() {
                planned.contract_id = Value::Unknown;
            }
            return Ok(planned);
        };
        let call = reading();
        if config.contract_id.is_null() {
            planned.contract_id = Value::Value(contract::only(&session, &call).await?.id);
        }
        let (name, bytes) = (planned.name.as_deref_option(), planned.bytes());
        let contract = planned.contract_id.as_deref_option();
        let replaced = session.walk().planned_without_prior(
            &config_key(config),
            contract,
            name.unwrap_or_default(),
            bytes.unwrap_or_default(),
        );
        if replaced.as_ref().is_some_and(|known| known.protected) {
            return Err(protected(&planned.who()));
        }
        if let Some(bytes) = bytes {
            amount::check_new(bytes, notes)?;
        }
        if let Some(contract) = contract {
            let source = Source::Contract(contract.into());
            session.check.exists(&call, &source).await?;
            if let Some(bytes) = bytes {
                let prior = replaced.as_ref().map_or(0, |known| known.allocated);
                let growth = Growth::new(planned.who(), prior, bytes);
                session.check.plan(&call, &source, &growth, bytes, notes).await?;
            }
            if let (Some(name), None) = (name, replaced) {
                warn_of_twins(&session, &call, contract, name, notes).await?;
            }
        }
        Ok(planned)
    }

    async fn plan_update(
        &self,
        mut planned: PartnerState,
        prior: &PartnerState,
        config: &PartnerState,
        notes: &mut Notes,
    ) -> Result<PartnerState> {
        let same_contract = |a: &Value<String>| match (a.as_deref_option(), prior.contract_id.as_deref_option()) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            (_, None) | (None, _) => true,
        };
        if !same_contract(&config.contract_id) {
            return Err(moved(prior, config));
        }
        if !config.contract_id.is_unknown() {
            planned.contract_id = prior.contract_id.clone();
        }
        if let (Value::Value(wanted), Value::Value(is)) = (&planned.allow_overdraft, &prior.allow_overdraft)
            && wanted != is
        {
            return Err(overdraft_is_fixed(prior, *wanted));
        }
        let (before, after) = (prior.bytes(), planned.bytes());
        if let Some(after) = after.filter(|_| after != before) {
            amount::check_new(after, notes)?;
        }
        let Some(session) = self.0.ready() else { return Ok(planned) };
        self.withdraw(&session, prior, Some(config_key(config)), notes).await?;
        if let (Some(before), Some(after), Some(contract)) = (before, after, prior.contract_id.as_deref_option()) {
            let growth = Growth::new(planned.who(), before, after);
            session.check.plan(&reading(), &Source::Contract(contract.into()), &growth, after, notes).await?;
            session.check.resize(Source::Partner(prior.id()?.into()), after);
        }
        Ok(planned)
    }

    /// An object was planned with its prior state. If a creation of the same name was taken to replace it, it does not: what was not
    /// charged and warned of then is now.
    async fn withdraw(
        &self,
        session: &Session,
        prior: &PartnerState,
        config: Option<Vec<u8>>,
        notes: &mut Notes,
    ) -> Result<()> {
        let withdrawn = session.walk().planned_with_prior(prior.id()?, config);
        if let (Some(withdrawn), Some(name)) = (withdrawn, prior.name.as_deref_option()) {
            let growth = Growth { who: format!("another partner \"{name}\""), bytes: withdrawn.growth };
            session
                .check
                .plan(&reading(), &Source::Contract(withdrawn.pool.clone()), &growth, withdrawn.amount, notes)
                .await?;
            warn_of_twins(session, &reading(), &withdrawn.pool, name, notes).await?;
        }
        Ok(())
    }
}

/// The configured value, or false.
fn with_default(configured: &Value<bool>) -> Value<bool> {
    if configured.is_null() { Value::Value(false) } else { *configured }
}

/// A name that the service could not give back as it was given. Terraform would call that an inconsistent result.
fn validate_name(name: &str) -> Result<()> {
    let why = if name.trim().is_empty() {
        "is empty"
    } else if name.trim() != name {
        "begins or ends with blanks"
    } else if name.chars().any(char::is_control) {
        "contains control characters"
    } else {
        return Ok(());
    };
    Err(Problem::new(
        "Not a partner name",
        format!("The name {name:?} {why}. Write it as it shall stand on the invoice."),
    )
    .at("name"))
}

/// The service accepts a second partner of the same name; the operator should know before.
async fn warn_of_twins(session: &Session, call: &Call, contract: &str, name: &str, notes: &mut Notes) -> Result<()> {
    let partners = session.inventory.partners(call, contract).await;
    let partners =
        partners.map_err(|error| Problem::api(format!("look up the partners of contract {contract}"), &error))?;
    let twin = |partner: &&Partner| partner.name.as_deref().map(str::trim) == Some(name);
    let mut twins: Vec<_> = partners.iter().filter(twin).collect();
    twins.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(first) = twins.first() {
        let line = |partner: &&Partner| {
            format!(
                "  {}  {}",
                partner.id,
                partner.allocated.map_or("allocation not known".into(), capacity::allocation)
            )
        };
        notes.warn(
            Problem::new(
                format!("A partner named \"{name}\" exists already"),
                format!(
                    "In the same contract there is\n\n{}\n\nand the service accepts a second partner of the same name: applying this plan makes \
                     another customer. If the existing one is meant, import it instead:\n\n  terraform import {TYPE}.NAME {}",
                    twins.iter().map(line).collect::<Vec<_>>().join("\n"),
                    first.id,
                ),
            )
            .at("name"),
        );
    } else if !session.walk().plans_first(contract, name) {
        notes.warn(
            Problem::new(
                format!("Two partners named \"{name}\""),
                "This plan creates more than one partner of that name in the same contract. The service accepts that; check that it is meant.",
            )
            .at("name"),
        );
    }
    Ok(())
}

/// The service wrote something else than it was asked to. The state keeps what was asked, so that the next plan shows the difference.
fn warn_if_different(wanted: &NewPartner, partner: &Partner, notes: &mut Notes) {
    let mut differences = Vec::new();
    if let Some(bytes) = partner.allocated.filter(|bytes| *bytes != wanted.allocated_capacity) {
        differences.push(format!(
            "an allocation of {} instead of {}",
            capacity::exact(i128::from(bytes)),
            capacity::exact(i128::from(wanted.allocated_capacity))
        ));
    }
    if let Some(name) = partner.name.as_ref().filter(|name| name.trim() != wanted.name) {
        differences.push(format!("the name {name:?} instead of {:?}", wanted.name));
    }
    if let Some(overdraft) = partner.allow_overdraft.filter(|overdraft| *overdraft != wanted.allow_overdraft) {
        differences.push(format!("allow_overdraft = {overdraft} instead of {}", wanted.allow_overdraft));
    }
    if !differences.is_empty() {
        notes.warn(Problem::new(
            format!("The service changed partner \"{}\" otherwise than asked", wanted.name),
            format!(
                "Partner {} was written with {}. The next plan shows it as a difference.",
                partner.id,
                differences.join(" and ")
            ),
        ));
    }
}

fn protected(who: &str) -> Problem {
    Problem::new(
        format!("The deletion of {who} is forbidden"),
        format!(
            "deletion_protection is true for {who}, so it is neither destroyed nor replaced. If it really shall go: set deletion_protection = \
             false, apply, and then destroy it."
        ),
    )
    .at("deletion_protection")
}

fn moved(prior: &PartnerState, config: &PartnerState) -> Problem {
    let (is, wanted) = (prior.contract_id.as_deref_option(), config.contract_id.as_deref_option());
    let (is, wanted) = (is.unwrap_or_default(), wanted.unwrap_or_default());
    Problem::new(
        "A partner cannot be moved to another contract by the API",
        format!(
            "{} is in contract {is}, and the configuration says {wanted}. A replacement would delete the customer, so none is planned. Either set \
             contract_id = \"{is}\", or move the partner in the console (Partners, the partner's menu, change of contract) and plan again.",
            prior.who()
        ),
    )
    .at("contract_id")
}

fn overdraft_is_fixed(prior: &PartnerState, wanted: bool) -> Problem {
    Problem::new(
        "The overdraft of a partner is set at its creation only",
        format!(
            "{} has allow_overdraft = {}, and the configuration says {wanted}{}. The API cannot change it, and a replacement would delete the \
             customer, so none is planned. Set allow_overdraft = {} in the configuration, or ask Impossible Cloud's support to change the \
             partner and plan again.",
            prior.who(),
            !wanted,
            if wanted { "" } else { " (also when it is left out)" },
            !wanted,
        ),
    )
    .at("allow_overdraft")
}

/// The answer to an import by something that is no UUID: most likely the partner's name.
async fn not_an_id(session: &Session, id: &str) -> Problem {
    let problem = Problem::new(
        "Not the id of a partner",
        format!("A partner is imported by its UUID, such as 606f031c-0f85-4444-8c7d-4a8f1ede7cd3; \"{id}\" is none."),
    );
    let mut lines = Vec::new();
    let call = reading();
    for contract in session.inventory.contracts(&call).await.unwrap_or_default() {
        let partners = session.inventory.partners(&call, &contract.id).await.unwrap_or_default();
        let named = partners.iter().filter(|partner| partner.name.as_deref() == Some(id));
        lines.extend(named.map(|partner| format!("  terraform import {TYPE}.NAME {}", partner.id)));
    }
    lines.sort();
    if lines.is_empty() {
        problem
    } else {
        problem.and(format!("A partner of that name is imported by\n\n{}", lines.join("\n")))
    }
}

/// A partner that is being created.
struct PartnerCreation<'a> {
    session: &'a Session,
    wanted: &'a NewPartner,
    before: HashSet<String>,
}

#[async_trait]
impl Creation for PartnerCreation<'_> {
    type Object = Partner;

    fn describe(&self) -> String {
        format!("partner \"{}\"", self.wanted.name)
    }

    fn content(&self) -> String {
        let NewPartner { name, contract_id, allocated_capacity, allow_overdraft } = self.wanted;
        format!("partner {contract_id} {allocated_capacity} {allow_overdraft} {name}")
    }

    async fn send(&self, call: &Call) -> std::result::Result<Partner, CreateError> {
        self.session.client.create_partner(call, self.wanted).await
    }

    async fn look(&self, call: &Call) -> std::result::Result<Vec<Partner>, api::Error> {
        self.session.client.partners(call, &self.wanted.contract_id).await
    }

    fn before(&self) -> &HashSet<String> {
        &self.before
    }

    fn id<'a>(&self, object: &'a Partner) -> &'a str {
        &object.id
    }

    fn fits(&self, object: &Partner) -> bool {
        let same_name = object.name.as_deref().is_some_and(|name| name.trim() == self.wanted.name);
        let same_overdraft = object.allow_overdraft.is_none_or(|overdraft| overdraft == self.wanted.allow_overdraft);
        same_name && same_overdraft && object.allocated == Some(self.wanted.allocated_capacity)
    }

    fn import_id(&self, object: &Partner) -> String {
        object.id.clone()
    }

    fn resource_type(&self) -> &'static str {
        TYPE
    }
}

fn attributes() -> Attributes {
    let text = AttributeType::String;
    Attributes::from([
        ("id".into(), computed(text.clone(), "The partner's id (UUID).")),
        (
            "name".into(),
            required(
                text.clone(),
                "The partner's name. It can be changed in place. The service accepts duplicates; the plan warns of them.",
            ),
        ),
        (
            "allocated_storage".into(),
            required(
                AttributeType::Number,
                "The capacity allocated to the partner out of its contract, in bytes (`5e12` or `provider::impossiblecloud::bytes(\"5 TB\")` for 5 \
                 TB). `0` means pay-per-use. It can be changed in place. A new value from 1 to 999999 is refused as a slip of the unit.",
            ),
        ),
        (
            "contract_id".into(),
            defaulted(
                text.clone(),
                "The id (UUID) of the contract that the partner is in. Left out, it is the only contract, and an error when there are several. \
                 The API cannot move a partner: a change is an error that says what to do in the console.",
            ),
        ),
        (
            "allow_overdraft".into(),
            defaulted(
                AttributeType::Bool,
                "Whether the partner's use may exceed its allocation. Default `false`. It is set at creation only: a later change is an error.",
            ),
        ),
        (
            "deletion_protection".into(),
            defaulted(
                AttributeType::Bool,
                "Whether a plan that would destroy or replace the partner fails. Default `false`. The provider keeps it in the state alone and \
                 never lifts it.",
            ),
        ),
        (
            "details".into(),
            computed(
                text.clone(),
                "Additional details that the service keeps of the partner; they cannot be set through the API.",
            ),
        ),
        (
            "allocation".into(),
            computed(text, "`allocated_storage` for people who review plans: `5 TB`, or `pay-per-use` for 0."),
        ),
        ("timeouts".into(), optional(timeouts::attribute_type(), timeouts::DESCRIPTION)),
    ])
}
