//! A customer leaves all at once, which the plan warns of and the service refuses. The steps of the guide are walked
//! with the guides.

use crate::world::{TB, World, account, member, partner};

#[test]
fn all_at_once_is_told_with_dates() {
    let world = World::new();
    let acme = partner("acme", "Acme", 5 * TB);
    world.configure(
        &[
            acme.clone(),
            member(
                "ann",
                "impossiblecloud_partner.acme.id",
                "ann@example.com",
                r#"role = "staff"
  password = "Secret-Word-1""#,
            ),
            account("shop", "impossiblecloud_partner.acme.id", "shop@example.com", ""),
        ]
        .concat(),
    );
    world.apply(&[]).succeeds();
    let (id, shop) = (world.id("impossiblecloud_partner.acme"), world.id("impossiblecloud_storage_account.shop"));
    world.simulator.clear_requests();
    world.configure("");
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes(), (0, 0, 3));
    let summaries: Vec<_> = plan.warnings().into_iter().map(|it| it.summary).collect();
    let leaving = "Partner \"Acme\" has storage accounts, so it cannot be deleted yet";
    assert!(summaries.iter().any(|it| it == leaving), "{plan}");
    assert!(summaries.iter().any(|it| it == "Storage account \"Shop\" will be deleted"), "{plan}");
    assert_eq!(world.count("list_partner_accounts"), 1, "one request for each partner that is deleted");

    // The refusal of the apply names the account, its date and the two ways on.
    let apply = world.apply(&[]).fails();
    let until = world.simulator.accounts(Some(&id))[0].pending_deleted_at.clone().expect("a date");
    let error = apply.errors().into_iter().find(|it| it.summary.starts_with("Cannot delete partner")).expect("told");
    for words in [shop.as_str(), &until, "removed block", "When a customer leaves", "keep the partner's block"] {
        assert!(error.detail.contains(words), "{words}: {}", error.detail);
    }
    // So does the next plan, from which date on it can be deleted.
    let plan = world.plan(&[]).succeeds();
    let told = plan.warnings().into_iter().find(|it| it.summary == leaving).expect("told");
    assert!(told.detail.contains(&format!("the service gives {until}")), "{}", told.detail);
    // After the date nothing stands against it.
    world.simulator.advance_days(31);
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.diagnostics(), []);
    world.apply(&[]).succeeds();
    assert!(world.simulator.partner(&id).is_none());
}

/// One request for each partner that is deleted, beside what any plan asks: the bench holds a thousand to that.
#[test]
fn looking_at_who_leaves_has_a_budget() {
    const PARTNERS: usize = 5;
    let world = World::new();
    world.configure(&(0..PARTNERS).map(|n| partner(&format!("p{n}"), &format!("P{n}"), TB)).collect::<String>());
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.plan(&["-destroy"]).succeeds();
    assert_eq!(world.count("list_partner_accounts"), PARTNERS);
    assert!(world.simulator.reads() <= PARTNERS + 8, "{}", world.simulator.reads());
}
