//! What storage accounts used, day by day.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{attributes, computed, optional, required, schema};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{AccountUsage, CallLimits, DayUsage, Listing, Outside};
use crate::service::inventory::owner;
use crate::session::ProviderHandle;
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::values::{lines, text};

/// `data.impossiblecloud_usage`.
pub struct UsageDataSource(pub ProviderHandle);

/// The use of one or all accounts of an owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UsageState {
    partner_id: Value<String>,
    storage_account_id: Value<String>,
    from: Value<String>,
    to: Value<String>,
    accounts: Value<Vec<UsageOfAccount>>,
    totals: Value<Vec<DayState>>,
}

/// The use of one account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UsageOfAccount {
    id: Value<String>,
    name: Value<String>,
    allocated_storage: Value<i64>,
    days: Value<Vec<DayState>>,
}

/// The use on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayState {
    date: Value<String>,
    used_storage: Value<i64>,
    allocated_storage: Value<i64>,
}

impl From<DayUsage> for DayState {
    fn from(day: DayUsage) -> DayState {
        DayState {
            date: Value::Value(day.date),
            used_storage: day.used.into(),
            allocated_storage: day.allocated.into(),
        }
    }
}

impl From<AccountUsage> for UsageOfAccount {
    fn from(usage: AccountUsage) -> UsageOfAccount {
        let mut days = usage.days;
        days.sort_by(|a, b| a.date.cmp(&b.date));
        UsageOfAccount {
            id: usage.id.into(),
            name: usage.name.into(),
            allocated_storage: usage.allocated.into(),
            days: Value::Value(days.into_iter().map(DayState::from).collect()),
        }
    }
}

/// The sums of all accounts, day by day. An account without figures for a day did not exist then and adds nothing; a
/// figure that the service leaves out makes that day's sum unknowable, and so does a sum that no amount can hold.
fn totals(accounts: &[AccountUsage]) -> Vec<DayState> {
    let sum = |a: Option<i64>, b: Option<i64>| a?.checked_add(b?);
    let mut totals: BTreeMap<&str, (Option<i64>, Option<i64>)> = BTreeMap::new();
    for day in accounts.iter().flat_map(|account| &account.days) {
        let (used, allocated) = totals.entry(&day.date).or_insert((Some(0), Some(0)));
        (*used, *allocated) = (sum(*used, day.used), sum(*allocated, day.allocated));
    }
    let day = |(date, (used, allocated)): (&str, (Option<i64>, Option<i64>))| {
        DayState::from(DayUsage { date: date.into(), used, allocated })
    };
    totals.into_iter().map(day).collect()
}

#[async_trait]
impl ReadOnly for UsageDataSource {
    type State = UsageState;

    fn schema(&self) -> Schema {
        let number = |description| computed(AttributeType::Number, description);
        let text = |description| computed(AttributeType::String, description);
        let day = attributes([
            ("date", text("The day, as `2026-03-20`.")),
            ("used_storage", number("What was stored, in bytes.")),
            ("allocated_storage", number("What was allocated on that day, in bytes; `0` means pay-per-use.")),
        ]);
        let account = attributes([
            ("id", text("The account's id.")),
            ("name", text("The account's name.")),
            ("allocated_storage", number("What is allocated now, in bytes; `0` means pay-per-use.")),
            (
                "days",
                computed(
                    AttributeType::AttributeList(day.clone()),
                    "The days that the service has figures for, in order.",
                ),
            ),
        ]);
        let id = |description| optional(AttributeType::String, description);
        let date = |description| required(AttributeType::String, description);
        schema(
            "What storage accounts used on each day of a range, both ends included: all accounts of a partner, or one \
             of them. With a channel partner's key leave `partner_id` out.",
            [
                ("partner_id", id("The id (UUID) of the partner. Leave it out with a channel partner's key.")),
                ("storage_account_id", id("The id of one storage account. Left out, all of them are meant.")),
                ("from", date("The first day, as `2026-03-01`.")),
                ("to", date("The last day, as `2026-03-31`.")),
                ("accounts", computed(AttributeType::AttributeList(account), "The accounts, by name, then id.")),
                (
                    "totals",
                    computed(
                        AttributeType::AttributeList(day),
                        "The sums of all `accounts` for each day, in order. A sum is null when the service leaves out \
                         a figure of that day.",
                    ),
                ),
            ],
        )
    }

    async fn validate(&self, config: UsageState) -> Vec<Diagnostic> {
        let partner = import_id::check_uuid(&config.partner_id, "partner_id");
        partner.into_iter().chain(check_range(&config.from, &config.to)).collect()
    }

    async fn read(&self, config: UsageState, warnings: &mut Warnings) -> Result<UsageState> {
        // What another resource gave was not known to `validate`.
        if let Some(wrong) = self.validate(config.clone()).await.into_iter().next() {
            return Err(wrong);
        }
        let session = self.0.session()?;
        let (call, from, to) = (CallLimits::for_read(), text(&config.from), text(&config.to));
        let owner = owner(config.partner_id.as_deref_option());
        let usage = match config.storage_account_id.as_deref_option() {
            Some(account) => {
                session.client.account_usage(&call, owner, account, from, to).await.map(|usage| vec![usage])
            }
            None => session.client.usage(&call, owner, from, to).await.map(|usage| whole(usage, warnings)),
        };
        let mut accounts =
            usage.map_err(|error| Diagnostic::api(format!("read the usage from {from} to {to}"), &error))?;
        accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let totals = Value::Value(totals(&accounts));
        let accounts = Value::Value(accounts.into_iter().map(UsageOfAccount::from).collect());
        Ok(UsageState { accounts, totals, ..config })
    }
}

/// The accounts of an answer, with a warning if they are not all.
fn whole(usage: Listing<AccountUsage>, warnings: &mut Warnings) -> Vec<AccountUsage> {
    if !usage.left_out.is_empty() {
        warnings.warn(Diagnostic::new(
            "The usage of some accounts cannot be read",
            format!("It was left out, also of totals:\n\n{}", lines(usage.left_out)),
        ));
    }
    usage.items
}

/// Everything that is wrong with a range of days, both ends included.
pub fn check_range(from: &Value<String>, to: &Value<String>) -> Vec<Diagnostic> {
    let date = |value: &Value<String>| value.as_deref_option().and_then(read_date);
    let wrong = |value: &Value<String>, attribute: &'static str| {
        let text = value.as_deref_option().filter(|text| read_date(text).is_none())?;
        let text = Outside::new(text);
        let detail = format!("{attribute} is \"{text}\"; write a day that exists, as \"2026-03-20\".");
        Some(Diagnostic::new("Not a date", detail).at(attribute))
    };
    let empty = date(from).zip(date(to)).filter(|(from, to)| from > to).map(|(from, to)| {
        Diagnostic::new("An empty range", format!("The first day ({from}) is after the last ({to}).")).at("from")
    });
    [wrong(from, "from"), wrong(to, "to"), empty].into_iter().flatten().collect()
}

/// The two ends of a range that [`check_range`] has nothing against.
pub fn range(from: &Value<String>, to: &Value<String>) -> Result<(Date, Date)> {
    let ends = read_date(text(from)).zip(read_date(text(to)));
    ends.ok_or_else(|| Diagnostic::new("Not a date", "from and to are days, as \"2026-03-20\"."))
}

/// Reads `2026-03-20`, and no other form of a date.
fn read_date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, used: Option<i64>, allocated: Option<i64>) -> DayUsage {
        DayUsage { date: date.into(), used, allocated }
    }

    fn account(days: Vec<DayUsage>) -> AccountUsage {
        AccountUsage { id: None, name: None, allocated: None, days }
    }

    #[test]
    fn totals_are_by_day_and_never_a_guess() {
        let old = account(vec![day("2026-03-02", Some(5), Some(10)), day("2026-03-01", Some(4), Some(10))]);
        let new = account(vec![day("2026-03-02", Some(1), None), day("2026-03-03", Some(i64::MAX), Some(1))]);
        let more = account(vec![day("2026-03-03", Some(1), Some(1))]);
        let expected =
            [day("2026-03-01", Some(4), Some(10)), day("2026-03-02", Some(6), None), day("2026-03-03", None, Some(2))];
        assert_eq!(totals(&[old, new, more]), expected.map(DayState::from));
        assert_eq!(totals(&[]), []);
    }
}
