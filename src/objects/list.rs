//! What the list resources of all objects share.

use terraform_plugin_server::{ListItem, ListSender};
use tf_provider::Diagnostics;

use crate::api::Outside;
use crate::capacity::bytes;
use crate::terraform::diagnostics::{Result, Warnings, report};

/// `Acme GmbH, 5 TB`.
pub fn named(name: &Option<String>, allocated: Option<i64>) -> String {
    let allocation = allocated.map_or("allocation not known".into(), bytes::allocation);
    format!("{}, {allocation}", Outside::new(name.as_deref().unwrap_or("without a name")))
}

/// Sends what was found, at most as many as are wanted.
pub async fn send<S: serde::Serialize>(
    diags: &mut Diagnostics,
    items: &ListSender,
    found: impl Iterator<Item = Result<ListItem<S>>>,
) -> Option<()> {
    for item in found.take(items.limit().unwrap_or(usize::MAX)) {
        let item = report(diags, Warnings::default(), item)?;
        if !items.send(item).await {
            break;
        }
    }
    Some(())
}
