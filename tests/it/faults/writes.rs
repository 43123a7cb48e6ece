//! Every operation that writes: what was there before, what the configuration asks for, and whether that is what there
//! is.

use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, DISTRIBUTOR_KEY, Simulator};
use serde_json::{Value, json};

use super::operator::{Managed, Operator, Said};
use crate::world::{CONTRACT, TB};

pub const PARTNER: &str = "impossiblecloud_partner";
pub const MEMBER: &str = "impossiblecloud_partner_member";
pub const ACCOUNT: &str = "impossiblecloud_storage_account";
pub const RESTORE: &str = "impossiblecloud_storage_account_restore";

const NAME: &str = "Acme GmbH";
const NEW_NAME: &str = "Acme AG";
const EMAIL: &str = "Eve@example.com";
const PASSWORD: &str = "Secret-Word-1";

/// One operation of the API that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    CreatePartner,
    UpdatePartner,
    DeletePartner,
    CreateMember,
    DeleteMember,
    CreateAccount(Whose),
    DeleteAccount(Whose),
    RestoreAccount(Whose),
}

/// Whose storage accounts: the two kinds of key have operations of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    APartners,
    Own,
}

/// What is there before anything goes wrong.
pub struct Scene {
    write: Write,
    /// The partner that everything belongs to, where it is not the thing itself.
    partner: Option<String>,
    /// What is to be changed, deleted or restored.
    id: Option<String>,
}

impl Write {
    pub const ALL: [Write; 11] = [
        Write::CreatePartner,
        Write::UpdatePartner,
        Write::DeletePartner,
        Write::CreateMember,
        Write::DeleteMember,
        Write::CreateAccount(Whose::APartners),
        Write::CreateAccount(Whose::Own),
        Write::DeleteAccount(Whose::APartners),
        Write::DeleteAccount(Whose::Own),
        Write::RestoreAccount(Whose::APartners),
        Write::RestoreAccount(Whose::Own),
    ];

    /// The simulator's name of the operation.
    pub fn operation(self) -> &'static str {
        match self {
            Write::CreatePartner => "create_partner",
            Write::UpdatePartner => "update_partner",
            Write::DeletePartner => "delete_partner",
            Write::CreateMember => "create_member",
            Write::DeleteMember => "delete_member",
            Write::CreateAccount(Whose::APartners) => "create_partner_account",
            Write::CreateAccount(Whose::Own) => "create_account",
            Write::DeleteAccount(Whose::APartners) => "delete_partner_account",
            Write::DeleteAccount(Whose::Own) => "delete_account",
            Write::RestoreAccount(Whose::APartners) => "patch_partner_account",
            Write::RestoreAccount(Whose::Own) => "patch_account",
        }
    }

    pub fn creates(self) -> bool {
        matches!(self, Write::CreatePartner | Write::CreateMember | Write::CreateAccount(_))
    }

    pub fn deletes(self) -> bool {
        matches!(self, Write::DeletePartner | Write::DeleteMember | Write::DeleteAccount(_))
    }

    fn whose(self) -> Whose {
        match self {
            Write::CreateAccount(whose) | Write::DeleteAccount(whose) | Write::RestoreAccount(whose) => whose,
            _ => Whose::APartners,
        }
    }

    pub fn key(self) -> &'static str {
        if self.whose() == Whose::Own { CHANNEL_PARTNER_KEY } else { DISTRIBUTOR_KEY }
    }

    fn resource_type(self) -> &'static str {
        match self {
            Write::CreatePartner | Write::UpdatePartner | Write::DeletePartner => PARTNER,
            Write::CreateMember | Write::DeleteMember => MEMBER,
            Write::CreateAccount(_) | Write::DeleteAccount(_) | Write::RestoreAccount(_) => ACCOUNT,
        }
    }
}

pub fn partner_config(name: &str, bytes: u64) -> Value {
    json!({ "name": name, "allocated_storage": bytes, "contract_id": CONTRACT })
}

pub fn member_config(partner: &str) -> Value {
    json!({ "partner_id": partner, "email": EMAIL, "role": "staff", "password_wo": PASSWORD, "password_wo_version": 1 })
}

pub fn account_config(partner: Option<&str>) -> Value {
    json!({
        "partner_id": partner,
        "name": "Shop",
        "allocated_storage": TB,
        "contact_email": EMAIL,
        "password_wo": PASSWORD,
        "password_wo_version": 1,
    })
}

impl Scene {
    pub fn set(write: Write, simulator: &Simulator) -> Scene {
        let on_partner = write.resource_type() != PARTNER && write.whose() == Whose::APartners;
        let partner = on_partner.then(|| simulator.add_partner(CONTRACT, NAME, 5 * TB, false));
        let owner = partner.as_deref();
        let id = match write {
            Write::UpdatePartner | Write::DeletePartner => Some(simulator.add_partner(CONTRACT, NAME, 5 * TB, false)),
            Write::DeleteMember => Some(simulator.add_member(owner.unwrap_or_default(), EMAIL, "", "staff")),
            Write::DeleteAccount(_) | Write::RestoreAccount(_) => Some(simulator.add_account(owner, "Shop", EMAIL, TB)),
            _ => None,
        };
        if let (Write::RestoreAccount(_), Some(id)) = (write, &id) {
            simulator.schedule_account(id);
        }
        Scene { write, partner, id }
    }

    /// What `terraform import` takes for an object.
    pub fn import_id(&self, id: &str) -> String {
        self.partner.as_ref().map_or(id.to_owned(), |owner| format!("{owner}/{id}"))
    }

    /// The state that earlier applies have left, and the configuration as it is now.
    pub async fn block(&self, operator: &Operator<'_>) -> Result<Managed, String> {
        let owner = self.partner.as_deref();
        let config = match self.write {
            Write::CreatePartner => partner_config(NAME, 5 * TB),
            Write::UpdatePartner => partner_config(NEW_NAME, 7 * TB),
            Write::CreateMember => member_config(owner.unwrap_or_default()),
            _ => account_config(owner),
        };
        let mut block = Managed::new(self.write.resource_type(), config);
        if let (Some(id), false) = (&self.id, matches!(self.write, Write::RestoreAccount(_))) {
            let said = operator.import(&mut block, &self.import_id(id)).await?;
            if said.failed() || block.state.is_none() {
                return Err(format!("the scene cannot be set: {said:?}"));
            }
        }
        if self.write.deletes() {
            block.config = None;
        }
        Ok(block)
    }

    /// What the operator does once, and again after an error.
    pub async fn run(
        &self,
        operator: &Operator<'_>,
        block: &mut Managed,
        meanwhile: impl FnOnce(),
    ) -> Result<Said, String> {
        match self.write {
            Write::RestoreAccount(_) => {
                meanwhile();
                operator.invoke(RESTORE, json!({ "storage_account_id": self.id, "partner_id": self.partner })).await
            }
            _ => operator.apply_after(std::slice::from_mut(block), meanwhile).await,
        }
    }

    /// The ids of all objects that are, or could be taken for, the one of the configuration.
    pub fn objects(&self, simulator: &Simulator) -> Vec<String> {
        match self.write.resource_type() {
            PARTNER => {
                let partners = simulator.partners(CONTRACT).into_iter();
                partners.filter(|it| it.name == NAME || it.name == NEW_NAME).map(|it| it.id).collect()
            }
            MEMBER => {
                let members = simulator.members(self.partner.as_deref().unwrap_or_default());
                members.into_iter().map(|member| member.id).collect()
            }
            _ => {
                let accounts = simulator.accounts(self.partner.as_deref()).into_iter();
                let gone = |pending: bool| pending && matches!(self.write, Write::DeleteAccount(_));
                accounts.filter(|it| !gone(it.pending_deleted_at.is_some())).map(|it| it.id).collect()
            }
        }
    }

    /// What is not as the configuration asks for, if anything.
    pub fn unsettled(&self, simulator: &Simulator, block: &Managed) -> Option<String> {
        let objects = self.objects(simulator);
        let wrong = |what: String| Some(format!("{what}: the service has {objects:?}, the state {:?}", block.id()));
        if self.write.deletes() {
            let gone = objects.is_empty() && block.state.is_none();
            return if gone { None } else { wrong("it is not deleted".into()) };
        }
        let [id] = &objects[..] else { return wrong(format!("{} objects instead of one", objects.len())) };
        if let Write::RestoreAccount(_) = self.write {
            let accounts = simulator.accounts(self.partner.as_deref());
            let restored = accounts.iter().all(|account| account.pending_deleted_at.is_none());
            return if restored { None } else { wrong("it is not restored".into()) };
        }
        if block.id() != Some(id) {
            return wrong("the state has another object".into());
        }
        if self.id.as_ref().is_some_and(|before| before != id) {
            return wrong("the object was replaced".into());
        }
        if let Write::UpdatePartner = self.write {
            let partner = simulator.partner(id).map(|partner| (partner.name, partner.allocated));
            if partner != Some((NEW_NAME.into(), 7 * TB)) || block.text("name") != Some(NEW_NAME) {
                return wrong(format!("it is {partner:?}"));
            }
        }
        None
    }

    /// What must never be, not even for a moment: two of one, an object that no message names, a state that forgot an
    /// object.
    pub fn harm(&self, simulator: &Simulator, block: &Managed, said: &Said) -> Option<String> {
        let objects = self.objects(simulator);
        if objects.len() > 1 {
            return Some(format!("two of one: {objects:?}"));
        }
        let object = objects.first().filter(|id| block.id() != Some(id))?;
        match self.write {
            Write::RestoreAccount(_) => None,
            write if write.creates() => {
                let named = said.failed() && (said.has(object) || said.has("Plan again"));
                (!named).then(|| format!("an orphan that nothing names: {object}"))
            }
            _ => Some(format!("the state has forgotten {object}")),
        }
    }
}
