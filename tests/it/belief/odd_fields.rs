//! Fields in forms that nobody documents, and writes that are answered without one.

use serde_json::json;

use super::{Customer, operator, simulator};
use crate::faults::block_on;
use crate::faults::operator::Managed;
use crate::faults::writes::{MEMBER, PARTNER, member_config, partner_config};
use crate::world::{CONTRACT, TB};

/// An update is one PUT, whatever it is answered with.
#[test]
fn an_update_without_an_answer_is_sent_once() {
    for answer in ["no_content", "empty", "object", "null", "changed"] {
        block_on(async {
            let simulator = simulator(&[("update_answer", answer)]);
            let mut customer = Customer::of(&simulator).await;
            let block = &mut customer.blocks[..1];
            block[0].config = Some(partner_config("Acme AG", 7 * TB));
            let said = operator(&simulator).apply(block).await.expect("applied");
            assert_eq!(said.0, [], "{answer}");
            assert_eq!(simulator.count("update_partner"), 1, "{answer}");
            assert!(simulator.count("get_partner") <= 1, "one look at most");
            let now = simulator.partner(&customer.id).expect("it lives");
            assert_eq!((now.name.as_str(), now.allocated), ("Acme AG", 7 * TB));
            let (said, plans) = operator(&simulator).plan(block).await.expect("planned");
            assert!(!said.failed() && plans[0].is_none(), "{answer}: {said:?}");
        });
    }
}

/// A zero time is no date.
#[test]
fn an_account_that_is_not_to_be_deleted_is_no_scheduled_one() {
    for form in ["zero_time", "null", "empty", "absent"] {
        block_on(async {
            let simulator = simulator(&[("not_pending", form)]);
            let mut customer = Customer::of(&simulator).await;
            let (said, plans) = operator(&simulator).plan(&mut customer.blocks[2..]).await.expect("planned");
            assert_eq!(said.0, [], "{form}");
            // The password is recorded.
            assert!(plans[0].is_some());
            assert_eq!(
                customer.blocks[2]
                    .state
                    .as_ref()
                    .expect("a state")
                    .state
                    .get("pending_deleted_at")
                    .map(|it| it.is_null()),
                Some(true)
            );
            customer.remove();
            let said = operator(&simulator).apply(&mut customer.blocks[2..]).await.expect("applied");
            assert!(!said.failed(), "{said:?}");
            assert_eq!(simulator.count("delete_partner_account"), 1);
            assert!(simulator.accounts(Some(&customer.id))[0].pending_deleted_at.is_some());
        });
    }
}

/// A date that cannot be read is shown as it is, and the rest of the list is used.
#[test]
fn a_date_in_any_form_is_a_date() {
    for form in ["utc", "offset", "fraction", "space", "number", "words"] {
        block_on(async {
            let simulator = simulator(&[("pending_form", form)]);
            let mut customer = Customer::of(&simulator).await;
            let other = simulator.add_account(Some(&customer.id), "Other", "other@example.com", 0);
            simulator.schedule_account(&other);
            let (said, _) = operator(&simulator).plan(&mut customer.blocks[2..]).await.expect("planned");
            assert_eq!(said.0, [], "{form}: the other's date is no concern of this one");
            simulator.schedule_account(&customer.account);
            let (said, _) = operator(&simulator).plan(&mut customer.blocks[2..]).await.expect("planned");
            let warnings: Vec<_> = said.0.iter().map(|it| (it.is_error, it.summary.as_str())).collect();
            assert_eq!(
                warnings,
                [(false, "The deletion of storage account \"Shop\" is scheduled")],
                "{form}: {said:?}"
            );
            customer.remove();
            let said = operator(&simulator).apply(&mut customer.blocks[2..]).await.expect("applied");
            assert!(!said.failed() && said.has("is scheduled, not done"), "{form}: {said:?}");
        });
    }
}

/// A role in another case is the same role.
#[test]
fn a_role_in_another_case_replaces_nobody() {
    for case in ["capital", "upper"] {
        block_on(async {
            let simulator = simulator(&[("role_answer", case)]);
            let owner = simulator.add_partner(CONTRACT, "Acme", TB, false);
            let mut block = [Managed::new(MEMBER, member_config(&owner))];
            let said = operator(&simulator).apply(&mut block).await.expect("applied");
            assert_eq!(said.0, [], "{case}");
            let id = block[0].id().expect("an id").to_owned();
            for _ in 0..2 {
                let (said, plans) = operator(&simulator).plan(&mut block).await.expect("planned");
                assert!(said.0.is_empty() && plans[0].is_none(), "{case}: {said:?}");
            }
            // After an import it is written as configurations write it.
            let mut again = Managed::new(MEMBER, member_config(&owner));
            operator(&simulator).import(&mut again, &format!("{owner}/{id}")).await.expect("imported");
            assert_eq!(again.text("role"), Some("staff"));
        });
    }
}

/// 410 says what 404 says.
#[test]
fn gone_is_not_found() {
    block_on(async {
        let simulator = simulator(&[("unknown_object_status", "410")]);
        let mut customer = Customer::of(&simulator).await;
        simulator.delete_member(&customer.member);
        simulator.purge_account(&customer.account);
        let (said, _) = operator(&simulator).plan(&mut customer.blocks).await.expect("planned");
        assert_eq!(customer.recorded(), [Some(customer.id.as_str()), None, None], "{said:?}");
        let mut missing = Managed::new(PARTNER, json!({}));
        let unknown = "00000000-0000-4000-8000-000000000000";
        let said = operator(&simulator).import(&mut missing, unknown).await.expect("answered");
        assert!(said.has(&format!("There is no partner {unknown}")), "{said:?}");
    });
}
