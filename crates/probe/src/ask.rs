//! The questions that reading answers.

mod accounts;
mod alike;
mod documents;
mod errors;
mod limits;
mod lists;
mod transport;
mod usage;

pub use accounts::{is_pending, look as look_at_account, parse as parse_time};
pub use documents::{Kind as Documented, check as check_fields};
pub use lists::{Order, empty as look_at_empty_list, order, partner_fields, ways as look_at_ways};
pub use usage::{bad_dates, today};

use serde_json::Value;

use crate::http::{Client, Exchange};
use crate::report::Report;

/// No more partners are looked into: a probe is a guest.
const MOST_PARTNERS: usize = 20;

/// What a key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Distributor,
    ChannelPartner,
}

/// A partner that is there already, which is only ever read.
pub struct Partner {
    pub id: String,
    pub contract: String,
    pub value: Value,
}

/// What there is to look at.
pub struct Scene<'a> {
    pub client: &'a Client,
    pub report: &'a mut Report,
    pub holder: Holder,
    pub contracts: Vec<Value>,
    pub partners: Vec<Partner>,
}

impl<'a> Scene<'a> {
    /// Asks everything that reading answers; a sentence when the key opens nothing.
    pub fn read(client: &'a Client, report: &'a mut Report, burst: usize) -> Result<Self, String> {
        transport::ask(client, report);
        errors::keys(client, report);
        let (holder, first) = holder(client, report)?;
        let mut scene = Self { client, report, holder, contracts: Vec::new(), partners: Vec::new() };
        match holder {
            Holder::Distributor => scene.read_contracts()?,
            Holder::ChannelPartner => scene.read_own(&first)?,
        }
        errors::ids(client, scene.report, holder);
        lists::orders(&mut scene);
        limits::meet(client, scene.report, burst);
        alike::look(client, scene.report);
        Ok(scene)
    }

    /// Looks again at what all answers have in common, when there are more of them.
    pub fn look_again(&mut self) {
        limits::met_later(self.client, self.report);
        alike::look(self.client, self.report);
    }

    fn read_contracts(&mut self) -> Result<(), String> {
        let list = self.client.list("/contract/list")?;
        look_at_ways(self.report, &list);
        lists::contract_fields(self.report, &list);
        self.contracts = list.items;
        let ids: Vec<String> = self.contracts.iter().filter_map(|contract| text(contract, "id")).collect();
        for contract in ids {
            let path = format!("/contract/{contract}/partners");
            let list = match self.client.list_of_visible(&path) {
                Ok(list) => list,
                Err(why) => {
                    self.report.observe("partners", format!("the partners of a contract cannot be read: {why}"));
                    continue;
                }
            };
            look_at_ways(self.report, &list);
            look_at_empty_list(self.report, &list);
            partner_fields(self.report, &list.items, &list.first.line());
            for value in list.items {
                if let Some(id) = text(&value, "id") {
                    self.partners.push(Partner { id, contract: contract.clone(), value });
                }
            }
        }
        lists::moved(self);
        self.read_partners();
        Ok(())
    }

    /// Members, storage accounts and usage of some of the partners.
    fn read_partners(&mut self) {
        let ids: Vec<String> = self.partners.iter().take(MOST_PARTNERS).map(|partner| partner.id.clone()).collect();
        for id in &ids {
            for (noun, kind) in [("members", Documented::Member), ("storage-accounts", Documented::Account)] {
                let list = match self.client.list_of_visible(&format!("/partner/{id}/{noun}")) {
                    Ok(list) => list,
                    Err(why) => {
                        self.report.observe("lists", format!("a list of {noun} cannot be read: {why}"));
                        continue;
                    }
                };
                look_at_ways(self.report, &list);
                look_at_empty_list(self.report, &list);
                check_fields(self.report, kind, &list.items);
                if kind == Documented::Account {
                    list.items.iter().for_each(|account| look_at_account(self.report, account, &list.first));
                    if !list.items.is_empty() {
                        usage::days(self.client, self.report, &format!("/partner/{id}/usage"));
                    }
                }
            }
        }
        match ids.first() {
            Some(id) => bad_dates(self.client, self.report, &format!("/partner/{id}/usage")),
            None => self.report.open("bad_dates_status", "there is no partner whose usage could be asked for"),
        }
    }

    /// The storage accounts of a channel partner's own.
    fn read_own(&mut self, first: &Exchange) -> Result<(), String> {
        let list = self.client.list("/storage-account/list")?;
        look_at_ways(self.report, &list);
        look_at_empty_list(self.report, &list);
        check_fields(self.report, Documented::Account, &list.items);
        list.items.iter().for_each(|account| look_at_account(self.report, account, first));
        if !list.items.is_empty() {
            usage::days(self.client, self.report, "/storage-accounts/usage");
        }
        bad_dates(self.client, self.report, "/storage-accounts/usage");
        Ok(())
    }
}

/// Which kind of key it is, by what it opens.
fn holder(client: &Client, report: &mut Report) -> Result<(Holder, Exchange), String> {
    let contracts = client.get("/contract/list");
    let accounts = client.get("/storage-account/list");
    let opens = |exchange: &Exchange| exchange.judged().is_ok_and(|answer| answer.is_good() || answer.status == 204);
    match (opens(&contracts), opens(&accounts)) {
        (true, false) => {
            report.status("wrong_key_status", &accounts);
            Ok((Holder::Distributor, contracts))
        }
        (false, true) => {
            report.status("wrong_key_status", &contracts);
            Ok((Holder::ChannelPartner, accounts))
        }
        (true, true) => {
            report.odd("wrong_key_status", "the key opens both sides of the API", [contracts.line(), accounts.line()]);
            Ok((Holder::Distributor, contracts))
        }
        (false, false) => Err(format!(
            "this key opens neither side of the API; is the endpoint right, and the key still valid?\n  {}\n  {}",
            client.mask(&contracts.line()),
            client.mask(&accounts.line()),
        )),
    }
}

/// A field that is a text.
pub fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_string)
}
