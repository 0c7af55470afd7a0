//! Why nobody can do something now, whatever their permissions.

use countersign_model::{FileFlag, NoPublisher, NotAccepted, TransitionError};
use serde::Serialize;
use utoipa::ToSchema;

/// What stands in the way. It is stable, so that programs can say it in their readers' language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ObstacleCode {
    /// The file is flagged as malicious.
    FileFlagged,
    /// The computer that asked was removed.
    ComputerRemoved,
    /// Another computer had the host name of the one that asked, and nobody has settled which is which.
    ComputerUnconfirmed,
    /// Clones use the token of the computer that asked, so that an approval for it alone reaches nobody.
    ComputerUnreachable,
    /// The computer's group was deleted.
    GroupDeleted,
    /// A storage device has no publisher.
    NoPublisher,
    /// The agent verified no signer of the file.
    SignerNotVerified,
    /// The organization does not allow approvals for a publisher.
    PublisherNotAllowed,
    /// Something else; the sentence says what.
    Other,
}

/// An obstacle, with its sentence.
#[derive(Debug)]
pub struct Obstacle {
    /// What it is.
    pub code: ObstacleCode,
    /// What it is, for people.
    pub said: String,
}

impl From<&FileFlag> for Obstacle {
    fn from(flag: &FileFlag) -> Self {
        Self { code: ObstacleCode::FileFlagged, said: flag.refusal() }
    }
}

impl From<TransitionError> for Obstacle {
    fn from(error: TransitionError) -> Self {
        let code = match error {
            TransitionError::ComputerRemoved => ObstacleCode::ComputerRemoved,
            TransitionError::ComputerUnconfirmed => ObstacleCode::ComputerUnconfirmed,
            TransitionError::ComputerCloned => ObstacleCode::ComputerUnreachable,
            TransitionError::GroupDeleted => ObstacleCode::GroupDeleted,
            TransitionError::NoPublisher(none) => return none.into(),
            TransitionError::AlreadyDecided { .. }
            | TransitionError::NotPending { .. }
            | TransitionError::NotApproved { .. }
            | TransitionError::AttachmentNotExpected => ObstacleCode::Other,
        };
        Self { code, said: error.to_string() }
    }
}

impl From<NoPublisher> for Obstacle {
    fn from(none: NoPublisher) -> Self {
        let code = match none {
            NoPublisher::Device => ObstacleCode::NoPublisher,
            NoPublisher::NotVerified => ObstacleCode::SignerNotVerified,
        };
        Self { code, said: none.to_string() }
    }
}

impl From<NotAccepted> for Obstacle {
    fn from(error: NotAccepted) -> Self {
        let code = match error {
            NotAccepted::PublisherNotAllowed | NotAccepted::PublisherTooWide { .. } => {
                ObstacleCode::PublisherNotAllowed
            }
            NotAccepted::MessageRequired => ObstacleCode::Other,
        };
        Self { code, said: error.to_string() }
    }
}
