//! Members: people who log in to the management console for one partner. The API can create and delete them, and change
//! nothing.

mod state;

mod resource;

mod plan;

mod write;

mod messages;

mod data_sources;

mod look_up;

mod list;

pub use data_sources::MembersDataSource;
pub use list::MemberList;
pub use look_up::MemberDataSource;
pub use resource::MemberResource;
pub use state::TYPE;
