//! Partners of one name. The service accepts them; the operator should know before.

use crate::api::{CallLimits, Outside, Partner};
use crate::capacity::bytes;
use crate::service::replacements::CreationKey;
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Warnings};
use crate::terraform::values::{folded, lines};

/// Warns of partners that have the name of one that is to be created. A look-up that fails is a warning itself.
pub async fn warn(session: &Session, limits: &CallLimits, contract: &str, key: &CreationKey, warnings: &mut Warnings) {
    let partners = match session.inventory.partners(limits, contract).await {
        Ok(partners) => partners,
        Err(error) => {
            let doing = format!("look up whether contract {contract} has a partner of that name");
            return warnings.warn(Diagnostic::api(doing, &error));
        }
    };
    let mut namesakes: Vec<_> = partners.iter().filter(|partner| has_name(partner, &key.name)).collect();
    namesakes.sort_by(|a, b| a.id.cmp(&b.id));
    let Some(name) = namesakes.first().and_then(|partner| partner.name.as_deref()) else { return };
    let line = |partner: &&Partner| format!("{}  {}", Outside::new(&partner.id), allocation(partner));
    warnings.warn(
        Diagnostic::new(
            format!("A partner named \"{}\" exists already", Outside::new(name)),
            format!(
                "This plan creates a partner of that name, and in the same contract there is\n\n{}\n\nThe service \
                 accepts a second one: applying makes another customer. If a block of this configuration had the \
                 partner under another name, add a moved block. terraform state list -id=ID shows which block has it. \
                 If no state has it and it is the one meant, the guide on adopting says how to take it over.",
                lines(namesakes.iter().map(line)),
            ),
        )
        .at("name"),
    );
}

/// Whether a partner has a name, given as it is compared.
pub fn has_name(partner: &Partner, name: &str) -> bool {
    partner.name.as_deref().is_some_and(|own| folded(own) == name)
}

/// What is allocated to a partner, for a line of a message.
pub fn allocation(partner: &Partner) -> String {
    partner.allocated.map_or("allocation not known".into(), bytes::allocation)
}
