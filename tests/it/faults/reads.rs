//! Reads that fail: only the service's own word that an object is gone removes it from the state.

use std::time::Duration;

use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, DISTRIBUTOR_KEY, Fault, FaultKind, Options, Simulator};

use super::operator::{Managed, Operator};
use super::writes::{ACCOUNT, MEMBER, PARTNER, account_config, member_config, partner_config};
use super::{all_well, block_on, run_all};
use crate::world::{CONTRACT, TB};

/// A page that a proxy answers with, whatever the status.
const PAGE: &str = "<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object {
    Partner,
    Member,
    Account,
    OwnAccount,
}

/// What is read, and what of it goes wrong how.
#[derive(Debug)]
struct Case {
    object: Object,
    trouble: Trouble,
}

#[derive(Debug)]
enum Trouble {
    /// Every request meets the fault.
    Everywhere(FaultKind),
    /// The list lacks the object, and the request for it alone meets the fault.
    OnTheObject(FaultKind),
}

impl Object {
    const ALL: [Object; 4] = [Object::Partner, Object::Member, Object::Account, Object::OwnAccount];

    /// The list that has it, and the request for it alone. Members have none, so their partner is asked for.
    fn operations(self) -> (&'static str, &'static str) {
        match self {
            Object::Partner => ("list_partners", "get_partner"),
            Object::Member => ("list_members", "get_partner"),
            Object::Account => ("list_partner_accounts", "get_partner_account"),
            Object::OwnAccount => ("list_accounts", "get_account"),
        }
    }

    fn key(self) -> &'static str {
        if self == Object::OwnAccount { CHANNEL_PARTNER_KEY } else { DISTRIBUTOR_KEY }
    }

    /// Makes it, and takes it into a state. Gives its owner too.
    async fn make(self, operator: &Operator<'_>) -> Result<(Managed, String), String> {
        let simulator = operator.simulator;
        let owner = simulator.add_partner(CONTRACT, "Acme GmbH", 5 * TB, false);
        let email = "eve@example.com";
        let (mut block, id) = match self {
            Object::Partner => (Managed::new(PARTNER, partner_config("Acme GmbH", 5 * TB)), owner.clone()),
            Object::Member => {
                let id = simulator.add_member(&owner, email, "", "staff");
                (Managed::new(MEMBER, member_config(&owner)), format!("{owner}/{id}"))
            }
            Object::Account => {
                let id = simulator.add_account(Some(&owner), "Shop", email, TB);
                (Managed::new(ACCOUNT, account_config(Some(&owner))), format!("{owner}/{id}"))
            }
            Object::OwnAccount => {
                let id = simulator.add_account(None, "Shop", email, TB);
                (Managed::new(ACCOUNT, account_config(None)), id)
            }
        };
        let said = operator.import(&mut block, &id).await?;
        if said.failed() { Err(format!("not imported: {said:?}")) } else { Ok((block, owner)) }
    }
}

fn status(status: u16, body: Option<&str>) -> FaultKind {
    FaultKind::StatusBefore { status, retry_after: None, body: body.map(str::to_owned) }
}

/// Everything but the service's own "not found" (404, and 410).
fn troubles() -> Vec<FaultKind> {
    let statuses = [400, 401, 403, 405, 408, 409, 418, 429, 500, 501, 502, 503, 504].map(|code| status(code, None));
    let pages = [200, 401, 403, 404, 500, 502, 503].map(|code| status(code, Some(PAGE)));
    let bodies = ["", "null", "{}", "[]", "{\"id\": null}", "[{}]", "[null]", "true", "gone"]
        .map(|body| status(200, Some(body)));
    let slow = FaultKind::SlowDrip { duration: Duration::from_secs(2) };
    statuses.into_iter().chain(pages).chain(bodies).chain(FaultKind::all()).chain([slow]).collect()
}

#[test]
fn no_trouble_with_a_read_removes_an_object() {
    let mut cases = Vec::new();
    for object in Object::ALL {
        for kind in troubles() {
            // A list of members that is empty twice is the only way in which the API can say that one is gone.
            let says_gone = kind == status(200, Some("[]")) || kind == status(200, Some("null"));
            if object != Object::Member {
                cases.push(Case { object, trouble: Trouble::OnTheObject(kind.clone()) });
            }
            if object != Object::Member || !(says_gone || kind == FaultKind::NullList) {
                cases.push(Case { object, trouble: Trouble::Everywhere(kind) });
            }
        }
    }
    let outcomes = run_all(&cases, Case::run);
    println!("{} reads in trouble", cases.len());
    all_well(&outcomes);
}

impl Case {
    async fn run(&self) -> Result<(), String> {
        let simulator = Simulator::start(Options::default());
        let operator = Operator { simulator: &simulator, key: self.object.key() };
        let (mut block, _) = self.object.make(&operator).await?;
        let before = block.state.clone();
        let client = operator.start().await.map_err(|error| error.to_string())?;
        match &self.trouble {
            Trouble::Everywhere(kind) => simulator.fault(Fault::new("*", kind.clone()).times(100)),
            Trouble::OnTheObject(kind) => {
                let (list, alone) = self.object.operations();
                simulator.fault(Fault::new(list, status(200, Some("[]"))).times(100));
                simulator.fault(Fault::new(alone, kind.clone()).times(100));
            }
        }
        let said = block.refresh(&client).await?;
        if block.state.is_none() {
            return Err(format!("the state has forgotten it: {said:?}"));
        }
        if !said.failed() && block.state != before {
            return Err(format!("read as something else: {:?}", block.state));
        }
        if said.errors().any(|error| error.detail.is_empty()) {
            return Err(format!("an error without a word: {said:?}"));
        }
        client.shutdown().await.map_err(|error| error.to_string())?;
        simulator.clear_faults();
        simulator.accept_connections();
        let (said, _) = operator.plan(std::slice::from_mut(&mut block)).await?;
        if said.failed() || block.state != before {
            return Err(format!("not as before: {:?}; it said {said:?}", block.state));
        }
        Ok(())
    }
}

#[test]
fn what_the_service_says_is_gone_is_removed() {
    for object in Object::ALL {
        block_on(async {
            let simulator = Simulator::start(Options::default());
            let operator = Operator { simulator: &simulator, key: object.key() };
            let (mut block, owner) = object.make(&operator).await.expect("made");
            let id = block.id().expect("an id").to_owned();
            match object {
                Object::Partner => simulator.delete_partner(&id),
                Object::Member => simulator.delete_member(&id),
                Object::Account | Object::OwnAccount => simulator.purge_account(&id),
            }
            let (said, plans) = operator.plan(std::slice::from_mut(&mut block)).await.expect("planned");
            assert!(block.state.is_none(), "{object:?} is gone: {said:?}");
            assert!(plans[0].is_some(), "{object:?} is planned anew");

            // With its partner, what belongs to it is gone too, when the state says in which contract the partner was.
            if matches!(object, Object::Member | Object::Account) {
                let (mut block, partner) = object.make(&operator).await.expect("made");
                assert_ne!(partner, owner);
                let mut its_partner = Managed::new(PARTNER, partner_config("Acme GmbH", 5 * TB));
                assert!(!operator.import(&mut its_partner, &partner).await.expect("imported").failed());
                simulator.delete_partner(&partner);
                let client = operator.start().await.expect("started");
                let said = block.refresh(&client).await.expect("read");
                let doubt = said.has("is gone") && said.has("removed block") && block.state.is_some();
                assert!(said.failed() && doubt, "nothing proves it: {said:?}");
                its_partner.show(&client).await.expect("shown");
                let said = block.refresh(&client).await.expect("read");
                assert!(block.state.is_none(), "{object:?} went with its partner: {said:?}");
                client.shutdown().await.expect("ended");
            }
        });
    }
}

#[test]
fn a_partner_whose_contract_is_gone_is_asked_for_alone() {
    block_on(async {
        let simulator = Simulator::start(Options::default());
        let operator = Operator { simulator: &simulator, key: DISTRIBUTOR_KEY };
        let (mut block, owner) = Object::Partner.make(&operator).await.expect("made");
        simulator.fault(Fault::new("list_partners", status(404, None)).times(100));
        let client = operator.start().await.expect("started");
        let said = block.refresh(&client).await.expect("read");
        assert!(!said.failed(), "{said:?}");
        assert_eq!(block.id(), Some(owner.as_str()));
        client.shutdown().await.expect("ended");
    });
}
