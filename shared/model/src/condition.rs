//! Conditions: what an approval covers, one file or everything of its publisher.

use serde::{Deserialize, Serialize};

use crate::kinds::DecisionScope;
use crate::named::named;
use crate::subject::Subject;
use crate::subject::publisher::Publisher;

named! {
    /// What an approval covers.
    pub enum Condition("condition") {
        /// The very file, by its SHA-256; for storage, the device and the access.
        File = "file",
        /// Every file that the same publisher signed.
        Publisher = "publisher",
    }
}

named! {
    /// Up to which scope approvals may cover a publisher.
    pub enum PublisherScope("publisher scope") {
        /// No approval may.
        Never = "never",
        Computer = "computer",
        Group = "group",
        Organization = "organization",
    }
}

/// Why an approval cannot cover the publisher of what is requested, whatever the organization allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPublisher {
    /// A device has no publisher.
    #[error("a storage device has no publisher; approve this device")]
    Device,
    /// The file is not signed, or the agent did not verify who signed it.
    #[error("the agent verified no signer of this file; approve this file")]
    NotVerified,
}

// The default is written by serde only, for records of earlier versions.
#[expect(clippy::derivable_impls, reason = "the macro that makes the enum has no place for the attribute")]
impl Default for Condition {
    fn default() -> Self {
        Self::File
    }
}

impl Condition {
    /// Whether it is the file; used to leave it out of records.
    #[must_use]
    pub fn is_file(&self) -> bool {
        *self == Self::File
    }
}

impl PublisherScope {
    /// Whether an approval of this scope may cover a publisher.
    ///
    /// ```
    /// # use countersign_model::{DecisionScope, PublisherScope};
    /// assert!(PublisherScope::Group.reaches(DecisionScope::Computer));
    /// assert!(!PublisherScope::Group.reaches(DecisionScope::Organization));
    /// ```
    #[must_use]
    pub fn reaches(self, scope: DecisionScope) -> bool {
        self.widest().is_some_and(|widest| scope <= widest)
    }

    /// The widest scope; `None` if no approval may cover a publisher.
    #[must_use]
    pub const fn widest(self) -> Option<DecisionScope> {
        match self {
            Self::Never => None,
            Self::Computer => Some(DecisionScope::Computer),
            Self::Group => Some(DecisionScope::Group),
            Self::Organization => Some(DecisionScope::Organization),
        }
    }
}

/// What a grant covers, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covered {
    /// The very file, or the device and the access.
    Subject,
    /// Every file that this publisher signed.
    Publisher(Publisher),
}

impl Subject {
    /// The publisher that an approval of it could cover: the signer that the agent verified.
    ///
    /// # Errors
    /// There is none.
    pub fn coverable_publisher(&self) -> Result<Publisher, NoPublisher> {
        let file = self.file().ok_or(NoPublisher::Device)?;
        file.verified_publisher().ok_or(NoPublisher::NotVerified)
    }

    /// What an approval of it covers. Without a verified publisher that is the very file, whatever the condition: the
    /// narrower one is the safe side.
    #[must_use]
    pub fn covered(&self, condition: Condition) -> Covered {
        match (condition, self.coverable_publisher()) {
            (Condition::Publisher, Ok(publisher)) => Covered::Publisher(publisher),
            _ => Covered::Subject,
        }
    }
}
