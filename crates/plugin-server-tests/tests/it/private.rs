use serde_json::{Value, json};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Basis, Client, Planned, Returned};

use crate::support::{configured, end, lines};

const SEAT: &str = "test_seat";

async fn plan(client: &Client, basis: Basis<'_>, config: Value) -> Planned {
    client.plan_on(SEAT, basis, config.into()).await.unwrap()
}

async fn create(client: &Client, row: &str) -> Returned {
    let planned = plan(client, Basis::default(), json!({ "row": row })).await;
    client.apply(SEAT, None, &planned, json!({ "row": row })).await.unwrap()
}

/// What the calls of a replacement are, in their order, and what reaches each of them.
#[tokio::test]
async fn a_replacement_is_told_from_a_creation() {
    let client = configured().await;
    let seat = create(&client, "a").await;
    assert_eq!(lines(&seat.diagnostics), ["warning: create: nothing, 0 and 0 bytes"]);
    assert_eq!(seat.private, b"", "a plan leaves nothing in the state");

    let prior = Some(&seat);
    let changed = plan(&client, Basis::new(prior), json!({ "row": "b" })).await;
    assert_eq!(changed.requires_replace, ["row"]);
    let basis = Basis::default().with_prior_private(&changed.private);
    let replacing = plan(&client, basis, json!({ "row": "b" })).await;
    assert_eq!(lines(&replacing.diagnostics), ["warning: replaces seat-a"]);
    assert_eq!(replacing.private, changed.private);

    // Inside the apply: first the old one goes, with what its plan left; then the new one is planned once more.
    let gone = Planned::deletion(changed.private.clone());
    let destroyed = client.apply(SEAT, prior, &gone, Dynamic::Null).await.unwrap();
    assert_eq!(lines(&destroyed.diagnostics), ["warning: destroy: something, 0 and 9 bytes"]);
    let basis = Basis::default().with_planned_private(&replacing.private);
    let again = plan(&client, basis, json!({ "row": "b" })).await;
    assert_eq!(lines(&again.diagnostics), ["warning: replaces seat-a"]);
    let without = plan(&client, Basis::default(), json!({ "row": "b" })).await;
    assert_eq!(lines(&without.diagnostics), ["warning: replaces nothing"]);
    let made = client.apply(SEAT, None, &again, json!({ "row": "b" })).await.unwrap();
    assert_eq!(lines(&made.diagnostics), ["warning: create: something, 0 and 9 bytes"]);
    assert_eq!(made.private, b"");
    end(client).await;
}

#[tokio::test]
async fn a_mark_that_an_apply_leaves_is_seen_at_the_next_read() {
    let client = configured().await;
    let seat = create(&client, "marked").await;
    assert!(!seat.private.is_empty());
    let read = client.read(SEAT, &seat).await.unwrap();
    assert_eq!(lines(&read.diagnostics), ["warning: read: something, 14 and 0 bytes"]);
    assert_eq!((&read.state, &read.private[..]), (&seat.state, &b""[..]));
    let read = client.read(SEAT, &read).await.unwrap();
    assert_eq!(lines(&read.diagnostics), ["warning: read: nothing, 0 and 0 bytes"]);
    end(client).await;
}

/// Other providers' data, another version's, and what no version wrote.
#[tokio::test]
async fn foreign_private_data_counts_as_none() {
    let client = configured().await;
    let seat = create(&client, "a").await;
    let later = rmp_serde::to_vec(&(2_u8, "seat-a", "more")).unwrap();
    for foreign in [&br#"{"schema_version":"1"}"#[..], b"\x05", b"\xff\xff", &[0x91; 1_000], &later] {
        let length = foreign.len();
        let seat = seat.clone().with_private(foreign);
        let basis = Basis::new(Some(&seat));
        let planned = plan(&client, basis, json!({ "row": "a" })).await;
        assert_eq!(lines(&planned.diagnostics), [format!("warning: update: nothing, {length} and 0 bytes")]);
        let basis = Basis::default().with_prior_private(foreign).with_planned_private(foreign);
        let planned = plan(&client, basis, json!({ "row": "a" })).await;
        assert_eq!(lines(&planned.diagnostics), ["warning: replaces nothing"]);
        let read = client.read(SEAT, &seat).await.unwrap();
        assert_eq!(lines(&read.diagnostics), [format!("warning: read: nothing, {length} and 0 bytes")]);
        let destroy = client.plan(SEAT, Some(&seat), Dynamic::Null).await.unwrap();
        assert_eq!(lines(&destroy.diagnostics), [format!("warning: plan to destroy: nothing, {length} and 0 bytes")]);
        let gone = Planned::deletion(foreign);
        let destroyed = client.apply(SEAT, Some(&seat), &gone, Dynamic::Null).await.unwrap();
        assert_eq!(lines(&destroyed.diagnostics), [format!("warning: destroy: nothing, 0 and {length} bytes")]);
    }
    end(client).await;
}
