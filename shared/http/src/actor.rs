//! Who did something, in answers.
use countersign_model::{AdministratorId, ApiTokenId, ComputerId, Who};
use serde::Serialize;
use utoipa::ToSchema;

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ActorView {
    /// An administrator, with the name they had at the time.
    Administrator {
        /// The id of the administrator.
        id: AdministratorId,
        /// The name that the administrator had at the time.
        name: String,
        /// The API token, if a program acted for them; otherwise absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        api_token_id: Option<ApiTokenId>,
    },
    /// A computer's agent.
    Computer {
        /// The id of the computer.
        id: ComputerId,
    },
    /// The holder of the set-up token.
    SetUp,
    /// Whoever runs the deployment, by a command on the machine.
    Operator,
    /// An administrator of an organization that you may not see.
    ManagingOrganization,
    /// Somebody who was not identified.
    Anonymous,
    /// Countersign itself.
    System,
}

impl From<Who> for ActorView {
    fn from(who: Who) -> Self {
        match who {
            Who::Administrator { id, name, via } => Self::Administrator { id, name, api_token_id: via },
            Who::Computer { id } => Self::Computer { id },
            Who::SetUp => Self::SetUp,
            Who::Operator => Self::Operator,
            Who::Anonymous => Self::Anonymous,
            Who::System => Self::System,
        }
    }
}
