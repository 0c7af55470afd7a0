//! The reference endpoint agent as a library: enroll a computer, examine files and verify their signatures, ask for
//! permission, wait for the decision, watch for changes, check override codes. It uses only the documented HTTP API, so it
//! also shows how to write another agent.
//!
//! ```no_run
//! # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
//! use std::path::Path;
//! use std::sync::Arc;
//! use countersign_agent::{
//!     Client, Executable, IdempotencyKey, Kind, MeasuredFile, Requester, Subject, Submission, TrustStore,
//! };
//!
//! let client = Client::new("https://countersign.example")?.with_token("csc_…");
//! let file = MeasuredFile::measure(Path::new("setup.exe")).await?;
//! let now = "2026-11-27T12:00:00Z".parse()?;
//! let found = Executable::examine(&file, Arc::new(TrustStore::system()), now).await?;
//! let submission = Submission {
//!     kind: Kind::Application,
//!     policy_id: None,
//!     subject: Subject::file(&file).examined(&found),
//!     reason: Some("I need it for the report".into()),
//!     requester: Requester { username: "ann".into(), email: None },
//!     attach: true,
//! };
//! let submitted = client.submit(&submission, &IdempotencyKey::fresh()?).await?;
//! let status = client.decided(&submitted.id).await?;
//! println!("{}", status.status);
//! # Ok(())
//! # }
//! ```

mod client;
mod error;
mod executable;
mod file;
mod first_use;
mod override_code;
mod private_file;
mod signature;
mod state;
mod upload;
mod using;
mod watch;
mod wire;

pub use client::Client;
pub use countersign_client::{CallError, Connection, IdempotencyKey, InputError, Problem, Retry};
pub use error::AgentError;
pub use executable::Executable;
pub use file::MeasuredFile;
pub use first_use::{FirstUse, FirstUses};
pub use override_code::{OverrideKey, count_attempt};
pub use signature::{Authenticode, Signature, SignatureState, TrustStore};
pub use state::{State, StateLock};
pub use upload::Progress;
pub use using::{note_use, report_uses};
pub use watch::{Change, Event, Program, Watcher};
pub use wire::{
    Amendment, AttachmentWanted, CallingProcess, CheckIn, Decision, Device, Enrolled, Enrollment,
    FirstUseReport, FirstUsed, GrantChanges, Kind, Renewal, RequestState, RequestStatus, Requester, Signer,
    Subject, Submission, Submitted, Told, Warning,
};
