//! The 24 operations as data: what the router, the log, the faults and the tests go by.

mod account;
mod contract;
mod member;
mod partner;
mod region;
mod usage;

pub(crate) use usage::parse_date;

use crate::call::{Call, Outcome};
use crate::world::{KeyKind, World};

/// One operation of the API.
pub struct Operation {
    /// Its name in the request log and in faults.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the base URL, its parameters in braces.
    pub path: &'static str,
    /// The kind of key that it needs; none for the one operation that is open.
    pub key: Option<KeyKind>,
    /// The documented status of success.
    pub success: u16,
    pub(crate) handler: fn(&mut World, &Call) -> Outcome,
}

const DISTRIBUTOR: Option<KeyKind> = Some(KeyKind::Distributor);
const CHANNEL_PARTNER: Option<KeyKind> = Some(KeyKind::ChannelPartner);

/// Every operation of the API, in the order of its reference.
// One operation a line reads as the table that it is.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    of("list_contracts", "GET", "/contract/list", DISTRIBUTOR, 200, contract::list),
    of("list_partners", "GET", "/contract/{contractID}/partners", DISTRIBUTOR, 200, partner::list),
    of("create_partner", "POST", "/partner", DISTRIBUTOR, 201, partner::create),
    of("get_partner", "GET", "/partner/{partnerID}", DISTRIBUTOR, 200, partner::get),
    of("update_partner", "PUT", "/partner/{partnerID}", DISTRIBUTOR, 200, partner::update),
    of("delete_partner", "DELETE", "/partner/{partnerID}", DISTRIBUTOR, 204, partner::delete),
    of("create_member", "POST", "/partner/{partnerID}/member", DISTRIBUTOR, 201, member::create),
    of("list_members", "GET", "/partner/{partnerID}/members", DISTRIBUTOR, 200, member::list),
    of("delete_member", "DELETE", "/partner/{partnerID}/member/{memberID}", DISTRIBUTOR, 204, member::delete),
    of("list_partner_accounts", "GET", "/partner/{partnerID}/storage-accounts", DISTRIBUTOR, 200, account::list),
    of("create_partner_account", "POST", "/partner/{partnerID}/storage-accounts", DISTRIBUTOR, 201, account::create),
    of("get_partner_account", "GET", "/partner/{partnerID}/storage-accounts/{accountID}",
        DISTRIBUTOR, 200, account::get),
    of("patch_partner_account", "PATCH", "/partner/{partnerID}/storage-accounts/{accountID}",
        DISTRIBUTOR, 200, account::patch),
    of("delete_partner_account", "DELETE", "/partner/{partnerID}/storage-accounts/{accountID}",
        DISTRIBUTOR, 204, account::delete),
    of("get_partner_account_usage", "GET", "/partner/{partnerID}/storage-accounts/{accountID}/usage",
        DISTRIBUTOR, 200, usage::one),
    of("get_partner_usage", "GET", "/partner/{partnerID}/usage", DISTRIBUTOR, 200, usage::all),
    of("create_account", "POST", "/storage-account", CHANNEL_PARTNER, 201, account::create),
    of("list_accounts", "GET", "/storage-account/list", CHANNEL_PARTNER, 200, account::list),
    of("get_account", "GET", "/storage-account/{accountID}", CHANNEL_PARTNER, 200, account::get),
    of("patch_account", "PATCH", "/storage-account/{accountID}", CHANNEL_PARTNER, 200, account::patch),
    of("delete_account", "DELETE", "/storage-account/{accountID}", CHANNEL_PARTNER, 204, account::delete),
    of("get_account_usage", "GET", "/storage-account/{accountID}/usage", CHANNEL_PARTNER, 200, usage::one),
    of("get_usage", "GET", "/storage-accounts/usage", CHANNEL_PARTNER, 200, usage::all),
    of("list_regions", "GET", "/integration/regions/list", None, 200, region::list),
];

const fn of(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    key: Option<KeyKind>,
    success: u16,
    handler: fn(&mut World, &Call) -> Outcome,
) -> Operation {
    Operation { name, method, path, key, success, handler }
}
