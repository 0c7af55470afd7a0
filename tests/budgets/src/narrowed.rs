//! Lists narrowed by a filter that nothing or little fits, so that a page looks at as much as it may.

use anyhow::Result;
use countersign_model::{ComputerId, GroupId};
use jiff::SignedDuration;

use crate::deployment::{APART, Deployment};

/// By what the list of requests is narrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    Status,
    Kind,
    PendingKind,
    Group,
    Computer,
    Assignee,
    Age,
    Text,
    /// Without the organizations below.
    Own,
}

impl Filter {
    pub const ALL: [Self; 9] = [
        Self::Status,
        Self::Kind,
        Self::PendingKind,
        Self::Group,
        Self::Computer,
        Self::Assignee,
        Self::Age,
        Self::Text,
        Self::Own,
    ];

    /// What it is called in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Kind => "kind",
            Self::PendingKind => "pending, kind",
            Self::Group => "group",
            Self::Computer => "computer",
            Self::Assignee => "assignee",
            Self::Age => "age",
            Self::Text => "text",
            Self::Own => "own",
        }
    }

    /// The query of a call by an administrator of the root. The age leaves out a tenth of what was asked last.
    pub fn query(self, deployment: &Deployment) -> Result<String> {
        let ulid = deployment.world.ulid();
        Ok(match self {
            Self::Status => "status=revoked,ignored".to_owned(),
            Self::Kind => "kind=storage".to_owned(),
            Self::PendingKind => "status=pending&kind=storage".to_owned(),
            Self::Group => format!("group_id={}", GroupId::from_ulid(ulid)),
            Self::Computer => format!("computer_id={}", ComputerId::from_ulid(ulid)),
            Self::Assignee => "assignee=me".to_owned(),
            Self::Age => {
                let tenth = APART.as_millis() * (deployment.requests / 10) as u128;
                let before = SignedDuration::from_millis(i64::try_from(tenth)?);
                format!("kind=storage&created_before={}", deployment.world.now() - before)
            }
            Self::Text => "q=nowhere-to-be-found".to_owned(),
            Self::Own => "below=false".to_owned(),
        })
    }
}
