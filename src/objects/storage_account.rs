//! Storage accounts: end customers' logins to the storage. The API creates them, schedules their deletion and undoes
//! that; it changes nothing else, so every other change is an error at plan time: a replacement would put a customer's
//! data on the way out.

mod state;

mod resource;

mod plan;

mod write;

mod messages;

mod restore;

mod data_sources;

mod look_up;

mod list;

pub use data_sources::StorageAccountsDataSource;
pub use list::AccountList;
pub use look_up::StorageAccountDataSource;
pub use resource::AccountResource;
pub use restore::RestoreAction;
pub use state::TYPE;
