//! What all functions share at their HTTP edge: identifying callers, reading input, answering.
//!
//! Every handler has the same order: identify → parse → load → decide → save → respond. The extractors of this crate,
//! as parameters in that order, are the first two steps; [`Problem`] is the answer for every refusal.

mod actor;
pub mod address;
mod belonging;
mod body;
mod bounds;
mod caller;
mod conditional;
mod count;
mod cursor;
mod epoch;
mod export;
pub mod functions;
pub mod hostname;
pub mod identify;
mod impact;
mod login;
mod logo;
mod long_poll;
mod loose;
mod moment;
mod named;
mod names;
pub mod openapi;
mod page;
mod path;
mod people;
mod pointer;
mod ports;
mod problem;
mod publisher;
mod query;
mod range;
mod request_facts;
mod retry;
mod routes;
mod services;
mod store_server;
mod table;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod under_way;
mod waiting;
mod wake;

pub use actor::ActorView;
pub use address::{block, place};
pub use belonging::{Belonging, BelongingRecord, Gone, require_at};
pub use body::{BODY_LIMIT, JsonBody, given, parse, read_bytes, require_plain};
pub use bounds::{require_at_most, require_short};
pub use caller::Caller;
pub use conditional::{IdempotencyKey, IfMatch, etag};
pub use count::CountView;
pub use cursor::{Cursor, Cursors, Paging};
pub use epoch::Epoch;
pub use export::{Export, ExportFormat, ExportPart, Exported, ExportedRow};
pub use identify::{Anonymous, AsAdministrator, AsComputer, AsMonitor, AsPerson, AsReader, AsScheduler};
pub use impact::{Affected, Difference, Impact, ImpactAt, PermissionCount};
pub use login::{require_allowed_address, require_second_factor};
pub use logo::show_logo;
pub use long_poll::{LONGEST_WAIT, Look, RETRY_WAITING_AFTER, StillIdentified, Wait, Waited, wait_for};
pub use loose::{LOOSE_BODY_LIMIT, Loose, LooseBody};
pub use moment::{CalendarDay, Moment, NotADay, NotAMoment};
pub use named::{AdministratorName, OrganizationName};
pub use names::{NameClaim, Overtaken, UniquelyNamed, save_new};
pub use page::{LARGEST_PAGE, Limit, Page, PageQuery, USUAL_PAGE};
pub use path::PathId;
pub use people::{AdministratorRef, PeopleReader};
pub use ports::{Background, OUTBOUND_RESPONSE_LIMIT, Outbound, OutboundError, Settings, SettingsError};
pub use problem::{Code, EarlierDecision, InputError, PROBLEM_JSON, Problem, ProblemDetails, field};
pub use publisher::PublisherBody;
pub use query::{DryRun, QueryOf};
pub use range::Asked;
pub use request_facts::{AssigneeView, ComputerName, RequestFacts};
pub use retry::retry_on_conflict;
pub use routes::{Routes, finish};
pub use services::Services;
pub use store_server::{RedisSettings, StoreServer};
pub use table::{Table, plain_cell};
pub use under_way::{Entered, UnderWay};
pub use waiting::{Place, Turn, WAITING_PLACES, Waiting};
pub use wake::{Calls, OneByOne};

// Only for the expansion of `operations!`.
#[doc(hidden)]
pub use {axum, pastey::paste, utoipa};
