//! Which requests to list, and a page of them.

use countersign_http::{Cursor, Limit, Moment};
use countersign_model::{
    AdministratorId, ComputerId, GroupId, OrganizationId, RequestFilter, RequestKind, SoughtAssignee,
    SoughtText, Statuses,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::listed::Row;
use crate::row::RequestRow;

/// Which requests to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RequestsQuery {
    /// The organization whose requests are listed, with everything below it; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// Whether the requests of the organizations below are listed, too; default: true.
    pub below: Option<bool>,
    /// The statuses to which the list is narrowed, separated by commas; `decided` stands for approved, denied, ignored and
    /// revoked, and `ended` for expired and cancelled; default: all.
    #[param(inline, example = "pending")]
    pub status: Option<Statuses>,
    /// The kind of request to which the list is narrowed; default: all.
    #[param(inline, example = "application")]
    pub kind: Option<RequestKind>,
    /// The computer group to which the list is narrowed: the one that the computer is in; of a request that was decided or has
    /// ended, the one that it was in then; default: all.
    #[param(inline)]
    pub group_id: Option<GroupId>,
    /// The computer to which the list is narrowed; default: all.
    #[param(inline)]
    pub computer_id: Option<ComputerId>,
    /// The administrator who has taken the requests to which the list is narrowed: an id, `me` for yourself, or `none` for
    /// requests that nobody has taken; default: whoever has them.
    #[param(value_type = Option<String>, max_length = 30, pattern = r"^(me|none|adm_[0-7][0-9A-HJKMNP-TV-Z]{25})$", example = "me")]
    pub assignee: Option<SoughtAssignee>,
    /// Only requests that were made before this moment are listed; default: any age.
    #[param(inline)]
    pub created_before: Option<Moment>,
    /// Only requests that were made at this moment or later are listed; default: any age.
    #[param(inline)]
    pub created_after: Option<Moment>,
    /// A text to find, in upper or lower case, in the name of the file or device, the first user, and the computer's names; of
    /// requests that you may open, also in the path, the device's identifier, all users and reasons, and, from four digits on,
    /// at the beginning of the SHA-256. Default: every request.
    #[param(max_length = 254, example = "setup.exe")]
    pub q: Option<String>,
    /// `newest` or `oldest`: which requests come first; default: `newest`. The oldest first, a request that was just made may be
    /// missing for a second from a list of more than pending requests.
    #[param(inline)]
    pub order: Option<OldestOrNewest>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// Which requests come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OldestOrNewest {
    /// The newest.
    Newest,
    /// The oldest.
    Oldest,
}

/// A page of requests. It may be short or even empty although `next_cursor` is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestsPage {
    /// The requests, in the order of the list.
    #[schema(value_type = Vec<RequestRow>)]
    pub items: Vec<Row>,
    /// The cursor of the next page; null on the last page. It counts for this list with its filters and for this caller, and shows
    /// nothing of the list.
    pub next_cursor: Option<Cursor>,
    /// How many requests were looked at to find these; absent if the list is not narrowed, or to pending requests alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<usize>,
}

impl RequestsQuery {
    /// Which requests of the organization's list are wanted.
    pub fn filter(&self, organization: &OrganizationId, caller: &AdministratorId) -> RequestFilter {
        RequestFilter {
            statuses: self.status.clone(),
            kind: self.kind,
            only: (self.below == Some(false)).then(|| organization.clone()),
            group: self.group_id.clone(),
            computer: self.computer_id.clone(),
            assignee: self.assignee.as_ref().map(|sought| sought.sought_by(caller)),
            before: self.created_before.map(Into::into),
            after: self.created_after.map(Into::into),
            text: self.q.as_deref().and_then(SoughtText::new),
        }
    }

    /// Whether the oldest come first.
    pub fn oldest_first(&self) -> bool {
        self.order == Some(OldestOrNewest::Oldest)
    }
}
