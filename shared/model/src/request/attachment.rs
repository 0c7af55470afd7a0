//! The copy of the requested file.

use serde::{Deserialize, Serialize};

use crate::subject::Subject;

/// The largest copy of a file that is stored, in bytes, unless the deployment sets another: 512 MiB.
pub const ATTACHMENT_MAX: u64 = 512 * 1024 * 1024;
/// The fewest bytes that can be set: 1 MiB.
pub const ATTACHMENT_LEAST: u64 = 1024 * 1024;
/// The most bytes that can be set: 1 GiB.
pub const ATTACHMENT_MOST: u64 = 1024 * 1024 * 1024;

/// The copy of the requested file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
    /// The requester opted out, or there is no file.
    NotWanted,
    /// Announced, and not yet received in full.
    Expected,
    /// Announced as larger than what is stored; it will not come.
    TooLarge {
        /// The size announced, in bytes.
        size: u64,
    },
    /// Received, and its SHA-256 is the announced one.
    Verified {
        /// Its size in bytes.
        size: u64,
    },
}

impl Attachment {
    /// The initial state for a subject. Without a file there is no copy.
    pub(super) fn announced(attach: bool, subject: &Subject) -> Self {
        match subject.file().filter(|_| attach).map(|file| file.size) {
            None => Self::NotWanted,
            Some(Some(size)) if size > ATTACHMENT_MOST => Self::TooLarge { size },
            Some(_) => Self::Expected,
        }
    }
}
