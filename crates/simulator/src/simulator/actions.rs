//! Console actions as methods, one for each [`Action`].

use std::time::Duration;

use super::Simulator;
use crate::action::{self, Action};
use crate::world::KeyKind;

/// Days are counted in seconds where the clock moves.
const DAY: Duration = Duration::from_secs(86_400);

/// What people do in the console, behind Terraform's back. The console does not check capacity.
///
/// # Panics
/// Every method panics when the object that it names does not exist; [`Simulator::perform`] does not.
impl Simulator {
    /// Carries out an action: the id of what it made, or nothing.
    ///
    /// # Errors
    /// A sentence that names the object that does not exist or the value that makes no sense.
    pub fn perform(&self, action: Action) -> Result<String, String> {
        let made = action::perform(&mut self.shared.world(), action)?;
        Ok(made.as_str().unwrap_or_default().to_string())
    }

    #[track_caller]
    fn must(&self, action: Action) -> String {
        match self.perform(action) {
            Ok(id) => id,
            Err(problem) => panic!("console action: {problem}"),
        }
    }

    /// The vendor signs a contract over that many bytes; gives its id.
    #[track_caller]
    pub fn add_contract(&self, name: &str, reserved: u64) -> String {
        self.must(Action::AddContract { name: name.into(), reserved, distributor: None })
    }

    /// The vendor signs a contract with another distributor; gives its id.
    #[track_caller]
    pub fn add_contract_of(&self, distributor: &str, name: &str, reserved: u64) -> String {
        self.must(Action::AddContract { name: name.into(), reserved, distributor: Some(distributor.into()) })
    }

    /// The vendor wins another distributor, which has this key and sees its own contracts only; gives its id.
    #[track_caller]
    pub fn add_distributor(&self, key: &str) -> String {
        self.must(Action::AddDistributor { key: key.into() })
    }

    /// The vendor wins another channel partner, which has this key and its own storage accounts; gives its id.
    #[track_caller]
    pub fn add_channel_partner(&self, key: &str, reserved: u64) -> String {
        self.must(Action::AddChannelPartner { key: key.into(), reserved })
    }

    /// The vendor changes what a contract reserves, also below what is allocated.
    #[track_caller]
    pub fn set_reserved(&self, contract: &str, bytes: u64) {
        self.must(Action::SetReserved { contract: contract.into(), bytes });
    }

    /// The vendor changes what the channel partner has reserved for itself.
    #[track_caller]
    pub fn set_own_reservation(&self, bytes: u64) {
        self.must(Action::SetOwnReservation { bytes });
    }

    /// Somebody adds a partner; gives its id.
    #[track_caller]
    pub fn add_partner(&self, contract: &str, name: &str, allocated: u64, allow_overdraft: bool) -> String {
        self.must(Action::AddPartner { contract: contract.into(), name: name.into(), allocated, allow_overdraft })
    }

    /// Somebody renames a partner.
    #[track_caller]
    pub fn rename_partner(&self, id: &str, name: &str) {
        self.must(Action::RenamePartner { id: id.into(), name: name.into() });
    }

    /// Somebody changes a partner's allocation.
    #[track_caller]
    pub fn resize_partner(&self, id: &str, allocated: u64) {
        self.must(Action::ResizePartner { id: id.into(), allocated });
    }

    /// Somebody moves a partner to another contract.
    #[track_caller]
    pub fn move_partner(&self, id: &str, contract: &str) {
        self.must(Action::MovePartner { id: id.into(), contract: contract.into() });
    }

    /// The vendor changes whether a partner may exceed its allocation.
    #[track_caller]
    pub fn set_partner_overdraft(&self, id: &str, allow_overdraft: bool) {
        self.must(Action::SetPartnerOverdraft { id: id.into(), allow_overdraft });
    }

    /// Somebody writes into a partner's details.
    #[track_caller]
    pub fn set_partner_details(&self, id: &str, details: &str) {
        self.must(Action::SetPartnerDetails { id: id.into(), details: details.into() });
    }

    /// Somebody deletes a partner with its members and storage accounts.
    #[track_caller]
    pub fn delete_partner(&self, id: &str) {
        self.must(Action::DeletePartner { id: id.into() });
    }

    /// Somebody adds a member to a partner; gives its id.
    #[track_caller]
    pub fn add_member(&self, partner: &str, email: &str, name: &str, role: &str) -> String {
        self.must(Action::AddMember {
            partner: partner.into(),
            email: email.into(),
            name: name.into(),
            role: role.into(),
        })
    }

    /// Somebody edits a member's name and role.
    #[track_caller]
    pub fn edit_member(&self, id: &str, name: &str, role: &str) {
        self.must(Action::EditMember { id: id.into(), name: name.into(), role: role.into() });
    }

    /// Somebody deletes a member.
    #[track_caller]
    pub fn delete_member(&self, id: &str) {
        self.must(Action::DeleteMember { id: id.into() });
    }

    /// Somebody adds a storage account without overdraft to a partner or, without one, to the channel partner; gives
    /// its id.
    #[track_caller]
    pub fn add_account(&self, partner: Option<&str>, name: &str, email: &str, allocated: u64) -> String {
        self.must(Action::AddAccount {
            partner: partner.map(Into::into),
            name: name.into(),
            email: email.into(),
            allocated,
            allow_overdraft: false,
        })
    }

    /// Somebody renames a storage account.
    #[track_caller]
    pub fn rename_account(&self, id: &str, name: &str) {
        self.must(Action::RenameAccount { id: id.into(), name: name.into() });
    }

    /// Somebody changes a storage account's allocation.
    #[track_caller]
    pub fn resize_account(&self, id: &str, allocated: u64) {
        self.must(Action::ResizeAccount { id: id.into(), allocated });
    }

    /// Somebody orders a storage account's deletion, 30 days from now.
    #[track_caller]
    pub fn schedule_account(&self, id: &str) {
        self.must(Action::ScheduleAccount { id: id.into() });
    }

    /// Somebody calls a storage account's deletion off.
    #[track_caller]
    pub fn reactivate_account(&self, id: &str) {
        self.must(Action::ReactivateAccount { id: id.into() });
    }

    /// A storage account is gone, without the 30 days.
    #[track_caller]
    pub fn purge_account(&self, id: &str) {
        self.must(Action::PurgeAccount { id: id.into() });
    }

    /// The bytes that a storage account used on a day, `yyyy-mm-dd`.
    #[track_caller]
    pub fn set_usage(&self, account: &str, date: &str, bytes: u64) {
        self.must(Action::SetUsage { account: account.into(), date: date.into(), bytes });
    }

    /// Somebody makes an API key with this text.
    #[track_caller]
    pub fn add_key(&self, key: &str, kind: KeyKind) {
        self.must(Action::AddKey { key: key.into(), kind });
    }

    /// A key's expiry date passes.
    #[track_caller]
    pub fn expire_key(&self, key: &str) {
        self.must(Action::ExpireKey { key: key.into() });
    }

    /// Time passes for the simulator.
    #[track_caller]
    pub fn advance_clock(&self, duration: Duration) {
        self.must(Action::AdvanceClock { duration });
    }

    /// Days pass for the simulator.
    #[track_caller]
    pub fn advance_days(&self, days: u32) {
        self.advance_clock(DAY.saturating_mul(days));
    }

    /// It is another time, in RFC 3339 such as `2026-03-20T12:00:00Z`; the clock goes on from there.
    #[track_caller]
    pub fn set_clock(&self, time: &str) {
        self.must(Action::SetClock { time: time.into() });
    }

    /// The service behaves otherwise from now on.
    #[track_caller]
    pub fn set_switch(&self, name: &str, value: &str) {
        self.must(Action::SetSwitch { name: name.into(), value: value.into() });
    }
}
