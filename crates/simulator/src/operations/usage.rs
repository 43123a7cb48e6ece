//! Daily usage of storage accounts; its field names are snake case, unlike all others.

use serde::Serialize;
use serde_json::{Value, json};
use time::Date;
use time::format_description::well_known::Iso8601;

use crate::call::{self, Call, Outcome, Refusal};
use crate::render;
use crate::world::{Account, World};

#[derive(Serialize)]
struct Usage<'a> {
    client_id: &'a str,
    name: &'a str,
    allocated_capacity: u64,
    daily_usage: Value,
}

pub(super) fn one(world: &mut World, call: &Call) -> Outcome {
    let id = call.account(world)?;
    let (from, to) = range(world, call)?;
    match world.accounts.get(&id) {
        Some(account) => call::json(&usage(world, &id, account, from, to)),
        None => Err(Refusal::unknown(&world.switches, "storage account")),
    }
}

pub(super) fn all(world: &mut World, call: &Call) -> Outcome {
    let owner = call.owner(world)?;
    let (from, to) = range(world, call)?;
    let random = world.random.fork();
    let accounts = world.accounts_of(owner);
    let items = accounts.map(|(id, account)| (account.name.clone(), usage(world, id, account, from, to)));
    call::json(&render::ordered(&world.switches, random, items.collect()))
}

/// The two dates of the query, both days included.
fn range(world: &World, call: &Call) -> Result<(Date, Date), Refusal> {
    let refuse = |message: String| Refusal::new(world.switches.status("bad_dates_status"), message);
    let date = |name: &str| {
        let text = call.query.get(name).ok_or_else(|| refuse(format!("{name} is required")))?;
        parse_date(text).ok_or_else(|| refuse(format!("{name} must be a date in the format yyyy-mm-dd")))
    };
    let (from, to) = (date("from")?, date("to")?);
    if from > to { Err(refuse("from must not be after to".to_string())) } else { Ok((from, to)) }
}

/// Reads `2026-03-20`, and no other form of a date.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shaped { Date::parse(text, &Iso8601::DATE).ok() } else { None }
}

fn usage<'a>(world: &World, id: &'a str, account: &'a Account, from: Date, to: Date) -> Usage<'a> {
    let daily = days(world, account, from, to);
    let empty = daily.is_empty() && world.switches.is("empty_list", "null");
    Usage {
        client_id: id,
        name: &account.name,
        allocated_capacity: account.allocated,
        daily_usage: if empty { Value::Null } else { Value::Array(daily) },
    }
}

fn days(world: &World, account: &Account, from: Date, to: Date) -> Vec<Value> {
    let zeroes = world.switches.is("days_without_data", "zero");
    let today = world.today();
    let recorded = account.usage.keys();
    let first = recorded.clone().next().map_or(account.created, |day| account.created.min(*day)).max(from);
    let last = recorded.last().map_or(today, |day| today.max(*day)).min(to);
    let mut daily = Vec::new();
    let mut next = Some(first);
    while let Some(day) = next.filter(|day| *day <= last) {
        let empty = zeroes && account.created <= day && day <= today;
        if let Some(used) = account.usage.get(&day).copied().or(empty.then_some(0)) {
            let allocated = account.allocations.range(..=day).next_back().or(account.allocations.iter().next());
            let allocated = allocated.map_or(account.allocated, |(_, amount)| *amount);
            daily.push(json!({"date": day.to_string(), "usage": used, "allocated_capacity": allocated}));
        }
        next = day.next_day();
    }
    daily
}
