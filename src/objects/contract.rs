//! Contracts: what a distributor has to allocate from. The API only lists them; the vendor makes them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{Attributes, attributes, computed, defaulted, schema};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{CallLimits, Contract, Outside};
use crate::capacity::bytes;
use crate::session::{ProviderHandle, Session};
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::values::same_text;

/// A contract in a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContractState {
    id: Value<String>,
    name: Value<String>,
    reserved_storage: Value<i64>,
    allocated_storage: Value<i64>,
    remaining_storage: Value<i64>,
    distributor_id: Value<String>,
    currency: Value<String>,
    cost_storage_gb_cents: Value<terraform_plugin_server::Number>,
}

impl From<&Contract> for ContractState {
    fn from(contract: &Contract) -> ContractState {
        let remaining = match (contract.reserved, contract.allocated) {
            (Some(reserved), Some(allocated)) => reserved.checked_sub(allocated),
            _ => None,
        };
        ContractState {
            id: Value::Value(contract.id.clone()),
            name: contract.details.clone().into(),
            reserved_storage: contract.reserved.into(),
            allocated_storage: contract.allocated.into(),
            remaining_storage: remaining.into(),
            distributor_id: contract.distributor_id.clone().into(),
            currency: contract.currency.clone().into(),
            cost_storage_gb_cents: contract.cost_storage_gb_cents.as_deref().and_then(|text| text.parse().ok()).into(),
        }
    }
}

/// What every contract has, beside its id and name.
fn figures() -> Attributes {
    let number = |description| computed(AttributeType::Number, description);
    let text = |description| computed(AttributeType::String, description);
    attributes([
        ("reserved_storage", number("The contract's whole capacity, in bytes.")),
        ("allocated_storage", number("What is allocated to partners, in bytes; pay-per-use partners count 0.")),
        (
            "remaining_storage",
            number(
                "What is left to allocate, in bytes: `reserved_storage - allocated_storage`. Negative when more is \
                 allocated than reserved.",
            ),
        ),
        ("distributor_id", text("The id (UUID) of the distributor who holds the contract.")),
        ("currency", text("The currency that the contract is billed in, such as `EUR`.")),
        (
            "cost_storage_gb_cents",
            number("The fee per GB and month for storage above the reservation or allocation, in cents of `currency`."),
        ),
    ])
}

/// `data.impossiblecloud_contract`.
pub struct ContractDataSource(pub ProviderHandle);

#[async_trait]
impl ReadOnly for ContractDataSource {
    type State = ContractState;

    fn schema(&self) -> Schema {
        let mut attributes = figures();
        attributes.insert(
            "id".into(),
            defaulted(
                AttributeType::String,
                "The contract's id (UUID). Give this or `name`, or neither for the provider's `contract_id`, or else \
                 the only contract there is.",
            ),
        );
        attributes.insert(
            "name".into(),
            defaulted(
                AttributeType::String,
                "The contract's name, as the console shows it (the API calls it `details`).",
            ),
        );
        schema(
            "A contract and what is left of it, by its `id` or `name`, or the provider's `contract_id`, or the only \
             one there is.",
            attributes,
        )
    }

    async fn validate(&self, config: ContractState) -> Vec<Diagnostic> {
        let both = match (&config.id, &config.name) {
            (Value::Value(_), Value::Value(_)) => Some(
                Diagnostic::new(
                    "A contract is looked up by id or by name",
                    "Both id and name are set. Remove one of them: they could disagree.",
                )
                .at("name"),
            ),
            _ => None,
        };
        let id = import_id::check_uuid(&config.id, "id");
        [both, id].into_iter().flatten().collect()
    }

    async fn read(&self, config: ContractState, _: &mut Warnings) -> Result<ContractState> {
        let session = self.0.session()?;
        let contracts = list(&session, &CallLimits::for_read()).await?;
        let name = config.name.as_deref_option();
        // Neither is given: the provider's contract, or the only one.
        let default = || session.settings.contract_id.as_deref().filter(|_| name.is_none());
        let id = config.id.as_deref_option().or_else(default);
        let fits = |contract: &&Contract| {
            id.is_none_or(|id| id.eq_ignore_ascii_case(&contract.id))
                && name.is_none_or(|name| Some(name) == contract.details.as_deref())
        };
        let found: Vec<_> = contracts.iter().filter(fits).collect();
        match (&found[..], id, name) {
            ([contract], ..) => Ok(ContractState::from(*contract)),
            ([], Some(id), _) => Err(none(&contracts, &format!("has the id {}", Outside::new(id))).at("id")),
            ([], _, Some(name)) => Err(none(&contracts, &format!("is named \"{}\"", Outside::new(name))).at("name")),
            ([], ..) => Err(none_at_all()),
            (_, _, Some(name)) => Err(Diagnostic::new(
                format!("Several contracts are named \"{}\"", Outside::new(name)),
                format!("Use the id of one of them instead of the name:\n\n{}", table(found.iter().copied())),
            )
            .at("name")),
            _ => Err(several(&contracts)),
        }
    }
}

/// `data.impossiblecloud_contracts`.
pub struct ContractsDataSource(pub ProviderHandle);

/// All contracts in a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContractsState {
    contracts: Value<Vec<ContractState>>,
}

#[async_trait]
impl ReadOnly for ContractsDataSource {
    type State = ContractsState;

    fn schema(&self) -> Schema {
        let mut contract = figures();
        contract.insert("id".into(), computed(AttributeType::String, "The contract's id (UUID)."));
        contract
            .insert("name".into(), computed(AttributeType::String, "The contract's name, as the console shows it."));
        let contracts = computed(AttributeType::AttributeList(contract), "The contracts, by name, then id.");
        schema("All contracts that the API key may see, with what is left of each.", [("contracts", contracts)])
    }

    async fn read(&self, _: ContractsState, _: &mut Warnings) -> Result<ContractsState> {
        let contracts = list(&*self.0.session()?, &CallLimits::for_read()).await?;
        Ok(ContractsState { contracts: Value::Value(contracts.iter().map(ContractState::from).collect()) })
    }
}

/// All contracts, by name, then id.
pub async fn list(session: &Session, call: &CallLimits) -> Result<Vec<Contract>> {
    session.inventory.contracts_now(call).await.map_err(|error| Diagnostic::api("list the contracts", &error))
}

/// The contract of a creation that names none: the provider's default, or the only one there is.
pub async fn default_id(session: &Session, limits: &CallLimits) -> Result<String> {
    match &session.settings.contract_id {
        Some(id) => Ok(id.to_ascii_lowercase()),
        None => Ok(only(session, limits).await?.id),
    }
}

/// The only contract there is.
async fn only(session: &Session, call: &CallLimits) -> Result<Contract> {
    let mut contracts = list(session, call).await?;
    match (contracts.pop(), contracts.is_empty()) {
        (Some(contract), true) => Ok(contract),
        (Some(contract), false) => {
            contracts.push(contract);
            Err(several(&contracts).at("contract_id"))
        }
        (None, _) => Err(none_at_all()),
    }
}

/// What is wrong with a configured contract. A text with spaces can only be a name; whose name it is can be said when
/// the contracts are known.
pub fn check_id(value: &Value<String>) -> Option<Diagnostic> {
    let is_name = value.as_deref_option().is_some_and(|text| text.trim().contains(' '));
    import_id::check_uuid(value, "contract_id").filter(|_| !is_name)
}

/// Fails when what stands for a contract is its name, and says the id.
pub async fn ensure_id(session: &Session, limits: &CallLimits, text: &str) -> Result<()> {
    if import_id::is_uuid(text) {
        return Ok(());
    }
    let contracts = list(session, limits).await?;
    let named =
        contracts.iter().find(|contract| contract.details.as_deref().is_some_and(|details| same_text(details, text)));
    let first = match named {
        Some(contract) => {
            format!("contract_id is a UUID. \"{}\" is the name of {}.", Outside::new(text), Outside::new(&contract.id))
        }
        None => format!("contract_id is a UUID, and \"{}\" is not one.", Outside::new(text)),
    };
    let detail = format!("{first} The contracts that this API key may see are:\n\n{}", table(&contracts));
    Err(Diagnostic::new("Not the id of a contract", detail).at("contract_id"))
}

/// The service lists no contract.
pub fn none_at_all() -> Diagnostic {
    Diagnostic::new(
        "There is no contract",
        "The service lists no contract for this API key. Contracts are made by Impossible Cloud's sales team; check \
         that the key is a distributor's and belongs to the right account.",
    )
}

fn none(contracts: &[Contract], wish: &str) -> Diagnostic {
    Diagnostic::new(
        format!("No contract {wish}"),
        format!("The contracts that this API key may see are:\n\n{}", table(contracts)),
    )
}

fn several(contracts: &[Contract]) -> Diagnostic {
    Diagnostic::new(
        "There are several contracts",
        format!(
            "Say which one is meant: in this block, or for all blocks that leave it out with contract_id in the \
             provider block (or IMPOSSIBLECLOUD_CONTRACT_ID). There are:\n\n{}",
            table(contracts)
        ),
    )
}

/// Contracts by name, id and remaining capacity, a line each.
fn table<'a>(contracts: impl IntoIterator<Item = &'a Contract>) -> String {
    let line = |contract: &Contract| {
        let remaining = match (contract.reserved, contract.allocated) {
            (Some(reserved), Some(allocated)) => {
                format!("{} remaining", bytes::format_wide(i128::from(reserved) - i128::from(allocated)))
            }
            _ => "remaining capacity not known".into(),
        };
        format!("  {}  \"{}\", {remaining}", contract.id, Outside::new(contract.details.as_deref().unwrap_or_default()))
    };
    contracts.into_iter().map(line).collect::<Vec<_>>().join("\n")
}
