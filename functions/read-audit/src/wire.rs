//! Request and response types of this function.

mod entry;
mod query;
mod verification;

pub use entry::{AuditEntry, AuditPage};
pub use query::{AuditExportQuery, AuditQuery};
pub use verification::{VerificationView, VerifyQuery};
