//! The bodies of the commands' calls and their answers.

use std::collections::BTreeMap;

use countersign_model::OrganizationId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a store is, before it is put in place.
#[derive(Debug, Serialize)]
pub struct Inspected {
    /// Whether the deployment was set up.
    pub is_set_up: bool,
    /// The id of the key that the audit is sealed under, if `secret_key` does not have it.
    pub missing_key: Option<String>,
}

/// Keys that the host has found.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToTell {
    /// The keys.
    pub keys: Vec<String>,
}

/// What is under keys, in their order.
#[derive(Debug, Serialize)]
pub struct Kinds {
    /// One for each key.
    pub kinds: Vec<Kind>,
}

/// What is under a key.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Bytes, the same on each backend.
    Value,
    /// A counter, in the encoding of its backend.
    Counter,
    /// It is another program's key.
    Foreign,
}

/// A new epoch.
#[derive(Debug, Serialize)]
pub struct Begun {
    /// The epoch.
    pub epoch: String,
}

/// Whose sessions were ended.
#[derive(Debug, Serialize)]
pub struct Ended {
    /// How many administrators.
    pub administrators: usize,
}

/// What to say in the audits of a page of organizations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToRecord {
    /// The epoch that the restore began: the audits say it once for each.
    pub epoch: String,
    /// When the backup was made, if that is known.
    pub backup_made_at: Option<Timestamp>,
    /// The SHA-256 of the backup's file, if it was one.
    pub backup_sha256: Option<String>,
    /// Where the page begins; absent for the first, which has the root.
    pub cursor: Option<String>,
}

/// A page of organizations whose audits say that the store was restored.
#[derive(Debug, Serialize)]
pub struct Recorded {
    /// How many organizations.
    pub organizations: usize,
    /// Where the next page begins; null after the last.
    pub next: Option<String>,
}

/// Whom to recover.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToRecover {
    /// The administrator's email address.
    pub email: String,
}

/// An administrator who may choose a new password.
#[derive(Debug, Serialize)]
pub struct Recovered {
    /// Their name.
    pub name: String,
    /// The token of the link.
    pub token: String,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Whether there were one-time codes.
    pub totp_removed: bool,
}

/// What is under some keys.
#[derive(Debug, Serialize)]
pub struct VerifiedKeys {
    /// How many there are of each kind.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Their faults.
    pub faults: Vec<Fault>,
    /// Those that are organizations.
    pub organizations: Vec<String>,
}

/// A fault.
#[derive(Debug, Serialize)]
pub struct Fault {
    /// The key.
    pub key: String,
    /// What is wrong with it, as the rest of a sentence.
    pub what: String,
}

/// Which part of an organization to check.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToLook {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The number of the list, from 0; after the last list comes the audit.
    pub list: u8,
    /// Where the part begins.
    pub cursor: Option<String>,
}

/// A part of an organization that was checked.
#[derive(Debug, Serialize)]
pub struct Looked {
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Rows of the audit that were verified.
    pub rows: u64,
    /// The next part; null after the last.
    pub next: Option<Next>,
}

/// A part of an organization.
#[derive(Debug, Serialize)]
pub struct Next {
    /// The number of the list.
    pub list: u8,
    /// Where it begins.
    pub cursor: Option<String>,
}
