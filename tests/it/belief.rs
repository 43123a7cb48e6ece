//! What is read is believed only when it can be true. Mostly played through the plugin protocol, since a run of the CLI
//! takes a second.

/// Answers to creations: refusals, old ids, other contents, late commits.
mod creations;
/// Deletions that were not carried out.
mod deletions;
/// Figures that are older than what was just written.
mod figures;
/// Gateways, wrong endpoints and other keys, which answer 404 to everything.
mod gateway;
/// Lists that are not whole.
mod lists;
/// Fields in forms that nobody documents.
mod odd_fields;
/// What HTTP/2 says was not processed.
mod unprocessed;

use impossiblecloud_simulator::{DISTRIBUTOR_KEY, Options, Simulator, Switches};

use crate::faults::operator::{Managed, Operator};
use crate::faults::writes::{ACCOUNT, MEMBER, PARTNER, account_config, member_config, partner_config};
use crate::world::{CONTRACT, TB};

/// A partner of 5 TB with a member and a storage account, all in the state.
pub struct Customer {
    pub blocks: Vec<Managed>,
    pub id: String,
    pub member: String,
    pub account: String,
}

fn operator(simulator: &Simulator) -> Operator<'_> {
    Operator { simulator, key: DISTRIBUTOR_KEY }
}

fn simulator(switches: &[(&str, &str)]) -> Simulator {
    let switches = switches.iter().fold(Switches::default(), |switches, (name, value)| switches.with(name, value));
    Simulator::start(Options { switches, ..Options::default() })
}

impl Customer {
    pub async fn of(simulator: &Simulator) -> Customer {
        let id = simulator.add_partner(CONTRACT, "Acme GmbH", 5 * TB, false);
        let member = simulator.add_member(&id, "Eve@example.com", "", "staff");
        let account = simulator.add_account(Some(&id), "Shop", "Eve@example.com", TB);
        let mut blocks = vec![
            Managed::new(PARTNER, partner_config("Acme GmbH", 5 * TB)),
            Managed::new(MEMBER, member_config(&id)),
            Managed::new(ACCOUNT, account_config(Some(&id))),
        ];
        let ids = [id.clone(), format!("{id}/{member}"), format!("{id}/{account}")];
        for (block, id) in blocks.iter_mut().zip(&ids) {
            let said = operator(simulator).import(block, id).await.expect("imported");
            assert!(!said.failed(), "{said:?}");
        }
        Customer { blocks, id, member, account }
    }

    /// Takes all blocks out of the configuration.
    pub fn remove(&mut self) {
        self.blocks.iter_mut().for_each(|block| block.config = None);
    }

    /// Whether the service still has all three, and nothing is scheduled.
    pub fn lives(&self, simulator: &Simulator) -> bool {
        let accounts = simulator.accounts(Some(&self.id));
        simulator.partner(&self.id).is_some()
            && simulator.members(&self.id).iter().any(|member| member.id == self.member)
            && accounts.iter().any(|account| account.id == self.account && account.pending_deleted_at.is_none())
    }

    /// The ids in the state.
    pub fn recorded(&self) -> Vec<Option<&str>> {
        self.blocks.iter().map(Managed::id).collect()
    }

    /// Whether all three are in the state.
    pub fn is_recorded(&self) -> bool {
        self.recorded() == [Some(self.id.as_str()), Some(self.member.as_str()), Some(self.account.as_str())]
    }
}
