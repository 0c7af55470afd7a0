//! Request and response types of deciding all requests that match.

use countersign_http::{Cursor, Moment};
use countersign_model::{
    ComputerId, GroupId, OrganizationId, RequestFilter, RequestId, RequestKind, SoughtText, Statuses, openapi,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{BulkResult, NewDecision, TotalsPreview};

/// One decision for all pending requests that match.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchingDecision {
    /// The request whose subject is decided, for its own computer and all others of its organization that ask for it; either this
    /// or `filter` must be given.
    pub request_id: Option<RequestId>,
    /// Which pending requests are decided; either this or `request_id` must be given.
    pub filter: Option<MatchingFilter>,
    /// The decision, which is made for each of them on its own.
    pub decision: NewDecision,
}

/// Which pending requests are decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchingFilter {
    /// The organization whose pending requests are decided, with those of everything below it.
    pub organization_id: OrganizationId,
    /// Whether the requests of the organizations below are decided, too; default: true.
    below: Option<bool>,
    /// Only requests of this kind are decided; default: all.
    #[schema(example = "application")]
    kind: Option<RequestKind>,
    /// Only requests of computers that are in this group are decided; default: all.
    group_id: Option<GroupId>,
    /// Only requests of this computer are decided; default: all.
    computer_id: Option<ComputerId>,
    /// Only requests that were made before this moment are decided; default: any age.
    created_before: Option<Moment>,
    /// Only requests that were made at this moment or later are decided; default: any age.
    created_after: Option<Moment>,
    /// Only requests in which this text is found are decided, as in the list of requests; at most 254 characters; default: all.
    #[schema(value_type = Option<openapi::Wanted>)]
    pub q: Option<String>,
}

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatchingQuery {
    /// Whether to report only what the decisions would do, and change nothing; default: false.
    #[serde(default)]
    #[param(required = false)]
    pub dry_run: bool,
    /// The `next_cursor` of the previous call with the same body; default: the oldest request.
    #[param(inline)]
    pub cursor: Option<Cursor>,
}

/// What came of one call. Call again with `next_cursor` and the same body until it is null.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchingResults {
    /// The results, the oldest request first.
    #[schema(max_items = 50)]
    pub results: Vec<BulkResult>,
    /// Matching requests that stay pending, because somebody should look at each.
    #[schema(max_items = 50)]
    pub skipped: Vec<SkippedRequest>,
    /// What the decisions of this call would do together; absent unless this is a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<TotalsPreview>,
    /// How many pending requests were looked at.
    pub looked_at: usize,
    /// The cursor with which to go on; null when all were looked at. It counts for this caller and this body.
    pub next_cursor: Option<Cursor>,
}

/// A request that is not decided along with others.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkippedRequest {
    /// The id of the request.
    pub request_id: RequestId,
    /// Why it stays pending.
    #[schema(example = "unconfirmed")]
    pub because: WhySkipped,
}

/// Why a request stays pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhySkipped {
    /// Another computer has the host name of the one that asked, and no administrator has confirmed this one.
    Unconfirmed,
    /// Clones of the computer that asked use its token, which is refused.
    Cloned,
    /// The name of what is requested has characters that cannot be seen.
    HiddenCharacter,
    /// The filter names a group, and the computer has just left it.
    Moved,
}

impl MatchingFilter {
    /// Which requests of the organization's list of pending requests are meant.
    pub fn filter(&self) -> RequestFilter {
        RequestFilter {
            statuses: Some(Statuses::pending()),
            kind: self.kind,
            only: (self.below == Some(false)).then(|| self.organization_id.clone()),
            group: self.group_id.clone(),
            computer: self.computer_id.clone(),
            assignee: None,
            before: self.created_before.map(Into::into),
            after: self.created_after.map(Into::into),
            text: self.q.as_deref().and_then(SoughtText::new),
        }
    }
}
