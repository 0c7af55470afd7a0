//! Request and response types of the list of flagged files.

use countersign_http::{ActorView, Cursor, Limit, OrganizationName};
use countersign_model::{FileFlag, FlagId, OrganizationId, RequestId, Sha256, Who};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which flags to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FlagsQuery {
    /// The organization whose flags are listed, with those of the organizations above, which count there, too; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// Whether the flags of the organizations below are listed, too; default: false.
    pub below: Option<bool>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A page of flags. It may be short or even empty although `next_cursor` is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlagsPage {
    /// The flags, in the order of the list.
    pub items: Vec<FlaggedFile>,
    /// The cursor of the next page; null on the last page. It counts for this list with its filters and for this caller, and shows
    /// nothing of the list.
    pub next_cursor: Option<Cursor>,
    /// How many flags were looked at to find these: some have just been cleared.
    pub looked_at: usize,
}

/// A file that is flagged as malicious.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlaggedFile {
    /// The id of the flag.
    flag_id: FlagId,
    /// The organization where it counts, as it does at those below; null if you may not see that organization.
    organization: Option<OrganizationName>,
    /// Whether it is the flag of an organization that you may not see.
    managing_organization: bool,
    /// The SHA-256 of the file; null if you may not open requests for files there.
    sha256: Option<Sha256>,
    /// The name of the file in the request at which it was flagged.
    file_name: String,
    /// The request at which it was flagged, and at which the flag is cleared; null if you may not see its organization.
    request_id: Option<RequestId>,
    /// Who flagged it, as far as you may see.
    actor: ActorView,
    /// When it was flagged.
    at: Timestamp,
    /// The note for administrators; null if there is none, and if you may not open requests for files there.
    note: Option<String>,
}

/// What a reader may see of a flag.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Whether they may know of the organization where it counts.
    pub place: bool,
    /// Whether they may know who flagged the file.
    pub actor: bool,
    /// Whether they may open requests for the file.
    pub file: bool,
}

impl FlaggedFile {
    /// The flag as its reader may see it.
    pub fn of(flag: FileFlag, organization: OrganizationName, shown: Shown) -> Self {
        let (id, name) = (flag.administrator_id, flag.administrator_name);
        let who = Who::Administrator { id, name, via: None };
        Self {
            flag_id: flag.id,
            organization: shown.place.then_some(organization),
            managing_organization: !shown.place,
            sha256: Some(flag.sha256).filter(|_| shown.file),
            file_name: flag.file_name,
            request_id: Some(flag.request_id).filter(|_| shown.place),
            actor: if shown.actor { who.into() } else { ActorView::ManagingOrganization },
            at: flag.at,
            note: flag.note.filter(|_| shown.file),
        }
    }
}
