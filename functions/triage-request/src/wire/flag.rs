//! Request and response types of flags.

use countersign_http::{AdministratorName, CountView, Problem, PublisherBody, field};
use countersign_model::{DecisionScope, FileFlag, GrantId, OrganizationId, RequestId, Sha256, openapi, text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// The organization where it counts, as it does at those below; null if you may not see that organization.
    organization_id: Option<OrganizationId>,
    /// The SHA-256 of the file.
    sha256: Sha256,
    /// The name of the file in the request at which it was flagged.
    file_name: String,
    /// The request at which it was flagged; null if you may not see its organization.
    request_id: Option<RequestId>,
    /// The administrator who flagged it.
    administrator: AdministratorName,
    /// When it was flagged.
    at: Timestamp,
    /// The note for administrators; null if there is none.
    note: Option<String>,
    /// Grants of the request's organization that cover the file because its publisher signed it. They stay in force, since they
    /// cover whatever the publisher signs: revoke those whose publisher is not trusted any more.
    covered_by: CoveringGrants,
}

/// What flagging a file would reach, if it were flagged now.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlagPreview {
    /// The computers for which the flag would count: those of the organization of the request and of those below it, the unconfirmed ones,
    /// too. Of the organizations below, at most 1,000 are counted.
    pub computers: CountView,
}

/// Grants that cover a flagged file by its publisher.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoveringGrants {
    /// The grants, the newest first.
    #[schema(max_items = 50)]
    pub grants: Vec<CoveringGrant>,
    /// Whether these are all; if not, there may be more among older grants.
    pub complete: bool,
}

/// A grant that covers a flagged file by its publisher.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoveringGrant {
    /// The request whose approval gave it.
    pub request_id: RequestId,
    /// The id of the grant; null if its approval has none.
    pub grant_id: Option<GrantId>,
    /// Up to which scope it counts.
    pub scope: DecisionScope,
    /// The publisher that it covers.
    pub publisher: PublisherBody,
}

impl FlagView {
    /// The view of a flag, for somebody who may see its organization or not.
    pub fn of(flag: FileFlag, sees_place: bool, covered_by: CoveringGrants) -> Self {
        Self {
            organization_id: sees_place.then_some(flag.organization_id),
            sha256: flag.sha256,
            file_name: flag.file_name,
            request_id: sees_place.then_some(flag.request_id),
            administrator: AdministratorName { id: flag.administrator_id, name: flag.administrator_name },
            at: flag.at,
            note: flag.note,
            covered_by,
        }
    }
}
