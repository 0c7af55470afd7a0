//! Request and response types.

pub mod ask;
pub mod deciders;
pub mod earlier;
pub mod notes;
pub mod timeline;

use countersign_http::{AdministratorName, Problem, field};
use countersign_model::{AdministratorId, FileFlag, OrganizationId, RequestId, Sha256, openapi, text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is to have a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssignee {
    /// The administrator to hand it over to, who must be able to open it; default: you.
    pub administrator_id: Option<AdministratorId>,
}

/// Why a file is flagged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFlag {
    /// A note that is shown only to administrators, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Note>)]
    note: Option<String>,
}

impl NewFlag {
    /// The note, if it is one.
    pub fn checked(&self) -> Result<Option<String>, Problem> {
        let note = self.note.as_deref().map(|note| field("/note", text::note(note))).transpose()?;
        Ok(note.flatten())
    }
}

/// The flag of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FileFlag)]
pub struct FlagView {
    /// The organization where it counts, as it does at those below.
    organization_id: OrganizationId,
    /// The SHA-256 of the file.
    sha256: Sha256,
    /// The name of the file in the request at which it was flagged.
    file_name: String,
    /// The request at which it was flagged.
    request_id: RequestId,
    /// The administrator who flagged it.
    administrator: AdministratorName,
    /// When it was flagged.
    at: Timestamp,
    /// The note for administrators; null if there is none.
    note: Option<String>,
}

impl From<FileFlag> for FlagView {
    fn from(flag: FileFlag) -> Self {
        Self {
            organization_id: flag.organization_id,
            sha256: flag.sha256,
            file_name: flag.file_name,
            request_id: flag.request_id,
            administrator: AdministratorName { id: flag.administrator_id, name: flag.administrator_name },
            at: flag.at,
            note: flag.note,
        }
    }
}
