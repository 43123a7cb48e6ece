//! Lists that are not whole: only a first page, items that nobody can read, an empty list that is none. Absence from
//! them proves nothing.

use impossiblecloud_simulator::{Altered, Fault, FaultKind, Form, Scripted};
use serde_json::json;

use super::{Customer, operator, simulator};
use crate::faults::{all_well, block_on, run_all};
use crate::world::{CONTRACT, TB, World};

/// The next page is read within the endpoint's own origin; a list that says it has more and gives none is an error that
/// names it.
#[test]
fn a_list_in_pages_is_read_to_its_end_or_an_error() {
    let mut cases = Vec::new();
    for form in ["link", "total", "wrapped"] {
        for next in ["absolute", "relative", "first_again", "error", "elsewhere"] {
            cases.push((form, next));
        }
    }
    all_well(&run_all(&cases, async |(form, next)| {
        let simulator = simulator(&[]);
        let mut customer = Customer::of(&simulator).await;
        for (name, value) in [("page_size", "2"), ("page_form", form), ("page_next", next)] {
            simulator.set_switch(name, value);
        }
        for n in 0..5 {
            simulator.add_partner(CONTRACT, &format!("More {n}"), TB, false);
            simulator.add_member(&customer.id, &format!("more{n}@example.com"), "", "staff");
        }
        let (said, plans) = operator(&simulator).plan(&mut customer.blocks).await?;
        if !customer.is_recorded() {
            return Err(format!("the state has {:?}: {said:?}", customer.recorded()));
        }
        // What is behind the first page is found, or doubted.
        let whole = *form == "link" && ["absolute", "relative"].contains(next);
        if said.failed() == whole || plans[0].is_some() {
            return Err(format!("what is behind the first page: {said:?}"));
        }
        // Pages are read at different moments, so absence from all of them proves nothing either.
        simulator.delete_member(&customer.member);
        let (said, _) = operator(&simulator).plan(&mut customer.blocks[1..2]).await?;
        match (customer.blocks[1].id(), said.failed()) {
            (Some(_), true) => Ok(()),
            other => Err(format!("{other:?}: {said:?}")),
        }
    }));
}

/// A lost creation is not taken for one that was not made because a first page lacks it.
#[test]
fn a_first_page_does_not_send_a_creation_again() {
    for (form, next) in [("total", "absolute"), ("link", "error"), ("link", "elsewhere"), ("wrapped", "absolute")] {
        block_on(async {
            let simulator = simulator(&[]);
            let mut customer = Customer::of(&simulator).await;
            simulator.delete_member(&customer.member);
            for n in 0..5 {
                simulator.add_member(&customer.id, &format!("more{n}@example.com"), "", "staff");
            }
            for (name, value) in [("page_size", "2"), ("page_form", form), ("page_next", next)] {
                simulator.set_switch(name, value);
            }
            simulator.fault(Fault::new("create_member", FaultKind::StatusAfter { status: 500 }));
            let said = operator(&simulator).apply(&mut customer.blocks[1..2]).await.expect("applied");
            assert!(simulator.count("create_member") <= 1, "{form} {next}: {said:?}");
            assert!(simulator.members(&customer.id).len() <= 6);
            assert!(said.failed(), "{form} {next}: {said:?}");
        });
    }
}

/// An item that is null or unreadable is left out with a warning, and the rest is used.
#[test]
fn an_item_that_nobody_can_read_is_left_out() {
    for item in [json!(null), json!("text"), json!({ "id": 5.5 }), json!([]), json!({})] {
        block_on(async {
            let simulator = simulator(&[]);
            let mut customer = Customer::of(&simulator).await;
            for list in ["list_partners", "list_members", "list_partner_accounts"] {
                let odd = Altered::default().append(item.clone());
                simulator.fault(Fault::new(list, FaultKind::Altered(odd)).forever());
            }
            let (said, _) = operator(&simulator).plan(&mut customer.blocks).await.expect("planned");
            assert!(!said.failed() && customer.is_recorded(), "{item}: {said:?}");
            assert!(said.has("Some of what the service lists cannot be read"), "{item}: {said:?}");
            // Absence from such a list proves nothing.
            simulator.delete_member(&customer.member);
            let (said, _) = operator(&simulator).plan(&mut customer.blocks[1..2]).await.expect("planned");
            assert!(said.failed() && customer.blocks[1].state.is_some(), "{item}: {said:?}");
        });
    }
}

/// An empty list may be answered by 404 or 204. For a creation it is an empty list; only 204 proves that something is
/// gone.
#[test]
fn an_empty_list_in_other_forms() {
    for (form, proves) in [("array", true), ("no_content", true), ("not_found", false), ("null", false)] {
        block_on(async {
            let simulator = simulator(&[("empty_list", form)]);
            let owner = simulator.add_partner(CONTRACT, "Acme GmbH", 5 * TB, false);
            let mut blocks = [
                crate::faults::operator::Managed::new(
                    crate::faults::writes::MEMBER,
                    crate::faults::writes::member_config(&owner),
                ),
                crate::faults::operator::Managed::new(
                    crate::faults::writes::ACCOUNT,
                    crate::faults::writes::account_config(Some(&owner)),
                ),
            ];
            let said = operator(&simulator).apply(&mut blocks).await.expect("applied");
            assert!(!said.failed() && blocks.iter().all(|block| block.state.is_some()), "{form}: {said:?}");
            let member = blocks[0].id().expect("an id").to_owned();
            simulator.delete_member(&member);
            let (said, _) = operator(&simulator).plan(&mut blocks[..1]).await.expect("planned");
            assert_eq!((blocks[0].state.is_none(), said.failed()), (proves, !proves), "{form}: {said:?}");
        });
    }
}

/// A data source of a partner without members, or with a list that is answered by 404, is empty.
#[test]
fn a_data_source_of_nothing_is_empty() {
    for form in ["not_found", "no_content", "array"] {
        let world = World::new();
        world.simulator.set_switch("empty_list", form);
        let owner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
        world.configure(&format!(
            r#"
data "impossiblecloud_partner_members" "all" {{
  partner_id = "{owner}"
}}

data "impossiblecloud_storage_accounts" "all" {{
  partner_id = "{owner}"
}}

output "count" {{
  value = length(concat(
    [for member in data.impossiblecloud_partner_members.all.members : member.id],
    [for account in data.impossiblecloud_storage_accounts.all.storage_accounts : account.id],
  ))
}}
"#
        ));
        world.apply(&[]).succeeds();
        assert_eq!(world.run(&["output", "count"]).succeeds().stdout.trim(), "0", "{form}");
    }
}

/// A list that lacks an object which its own path still has is not believed.
#[test]
fn a_list_that_lacks_what_is_there_is_not_believed() {
    block_on(async {
        let simulator = simulator(&[]);
        let mut customer = Customer::of(&simulator).await;
        for (list, id) in [("list_partners", &customer.id), ("list_partner_accounts", &customer.account)] {
            let lacking = Altered::default().hide(id);
            simulator.fault(Fault::new(list, FaultKind::Altered(lacking)).forever());
        }
        let (said, _) = operator(&simulator).plan(&mut customer.blocks).await.expect("planned");
        assert!(!said.failed() && customer.is_recorded(), "{said:?}");
        // And a path that says 404 while the list has the object is not asked.
        let not_found = Scripted::status(404).form(Form::Own);
        simulator.clear_faults();
        simulator.fault(Fault::new("get_partner", FaultKind::Answer(not_found)).forever());
        let (said, _) = operator(&simulator).plan(&mut customer.blocks).await.expect("planned");
        assert!(!said.failed() && customer.is_recorded(), "{said:?}");
    });
}
