//! `data.impossiblecloud_partner` and `data.impossiblecloud_partners`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{computed, defaulted, optional, schema};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use super::state::{PartnerItem, item_attributes};
use crate::api::{CallLimits, Outside, Partner};
use crate::objects::contract;
use crate::objects::look_up::{allocation, called, table};
use crate::session::{ProviderHandle, Session};
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::values::text;

/// `data.impossiblecloud_partner`.
pub struct PartnerDataSource(pub ProviderHandle);

#[async_trait]
impl ReadOnly for PartnerDataSource {
    type State = PartnerItem;

    fn schema(&self) -> Schema {
        let mut attributes = item_attributes();
        for (name, description) in [
            ("id", "The partner's id (UUID). Give this or `name`."),
            ("name", "The partner's name. Give this or `id`; names may repeat, and then the id is needed."),
            (
                "contract_id",
                "The id (UUID) of the contract that the partner is in; with `name` it says in which contract to look: \
                 left out, in the provider's `contract_id`, or else in all.",
            ),
        ] {
            attributes.insert(name.into(), defaulted(AttributeType::String, description));
        }
        schema("A partner, by its `id` or `name`.", attributes)
    }

    async fn validate(&self, config: PartnerItem) -> Vec<Diagnostic> {
        let problem =
            |detail: &str| Some(Diagnostic::new("A partner is looked up by id or by name", detail).at("name"));
        let look_up = match (config.id.is_null(), config.name.is_null(), config.contract_id.is_null()) {
            (true, true, _) => problem("Neither id nor name is set. Set one of them."),
            (false, false, _) => problem("Both id and name are set. Remove one of them: they could disagree."),
            (false, true, false) => problem("contract_id belongs to a look-up by name. Remove it: an id says enough."),
            _ => None,
        };
        let id = import_id::check_uuid(&config.id, "id");
        let contract = contract::check_id(&config.contract_id);
        [look_up, id, contract].into_iter().flatten().collect()
    }

    async fn read(&self, config: PartnerItem, _: &mut Warnings) -> Result<PartnerItem> {
        let (session, call) = (self.0.session()?, CallLimits::for_read());
        if let Some(id) = config.id.as_deref_option() {
            return Ok(PartnerItem::from(&one(&session, &call, id, "id").await?));
        }
        let name = text(&config.name);
        let contract = config.contract_id.as_deref_option().or(session.settings.contract_id.as_deref());
        let partners = all(&session, &call, contract).await?;
        match &called(&partners, |partner| partner.name.as_deref(), name)[..] {
            [partner] => Ok(PartnerItem::from(*partner)),
            [] => Err(none_named(name, contract)),
            several => Err(several_named(name, several)),
        }
    }
}

fn none_named(name: &str, contract: Option<&str>) -> Diagnostic {
    let detail = match contract {
        Some(contract) => format!(
            "Contract {contract} has no partner of that name. data.impossiblecloud_partners lists those that it has; \
             contract_id, here or else in the provider block, says in which contract to look."
        ),
        None => "No partner of that name was found. data.impossiblecloud_partners lists those that there are.".into(),
    };
    Diagnostic::new(format!("There is no partner \"{}\"", Outside::new(name)), detail).at("name")
}

fn several_named(name: &str, found: &[&Partner]) -> Diagnostic {
    let line = |partner: &&Partner| {
        let contract = partner.contract_id.as_deref().unwrap_or_default();
        format!("{}  {}, contract {}", Outside::new(&partner.id), allocation(partner.allocated), Outside::new(contract))
    };
    let detail = format!("Use the id of one of them:\n\n{}", table(found.iter().map(line)));
    Diagnostic::new(format!("Several partners are named \"{}\"", Outside::new(name)), detail).at("name")
}

/// `data.impossiblecloud_partners`.
pub struct PartnersDataSource(pub ProviderHandle);

/// All partners of a contract, or of all.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartnersState {
    contract_id: Value<String>,
    partners: Value<Vec<PartnerItem>>,
}

#[async_trait]
impl ReadOnly for PartnersDataSource {
    type State = PartnersState;

    fn schema(&self) -> Schema {
        let partners = AttributeType::AttributeList(item_attributes());
        schema(
            "All partners of a contract, or of all contracts that the API key may see.",
            [
                (
                    "contract_id",
                    optional(
                        AttributeType::String,
                        "The id (UUID) of the contract. Left out, it is the provider's `contract_id`, or else all \
                         contracts.",
                    ),
                ),
                ("partners", computed(partners, "The partners, by name, then id.")),
            ],
        )
    }

    async fn read(&self, config: PartnersState, _: &mut Warnings) -> Result<PartnersState> {
        let session = self.0.session()?;
        let contract = config.contract_id.as_deref_option().or(session.settings.contract_id.as_deref());
        let partners = all(&session, &CallLimits::for_read(), contract).await?;
        let items = partners.iter().map(PartnerItem::from).collect();
        Ok(PartnersState { contract_id: config.contract_id, partners: Value::Value(items) })
    }
}

/// A partner that has to be there; `attribute` is what names it.
pub(crate) async fn one(session: &Session, call: &CallLimits, id: &str, attribute: &'static str) -> Result<Partner> {
    let found = session.inventory.single_partner(call, id).await;
    let found = found.map_err(|error| Diagnostic::api(format!("read partner {id}"), &error))?;
    let none = || {
        Diagnostic::new(
            format!("There is no partner {id}"),
            "The service knows no partner of that id under this API key.",
        )
    };
    found.ok_or_else(|| none().at(attribute))
}

/// The partners of a contract, or of all, by name, then id.
pub(crate) async fn all(session: &Session, call: &CallLimits, contract: Option<&str>) -> Result<Vec<Partner>> {
    let contracts = match contract {
        Some(contract) => vec![contract.to_owned()],
        None => contract::list(session, call).await?.into_iter().map(|contract| contract.id).collect(),
    };
    let mut partners = Vec::new();
    for contract in contracts {
        let listed = session.inventory.partners(call, &contract).await;
        partners.extend(
            listed.map_err(|error| Diagnostic::api(format!("list the partners of contract {contract}"), &error))?,
        );
    }
    partners.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(partners)
}
