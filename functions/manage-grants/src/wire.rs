//! Request and response types of this function.

use countersign_authority::Counted;
use countersign_http::{
    AdministratorName, CountView, Cursor, Limit, Moment, OrganizationName, Problem, PublisherBody, field,
};
use countersign_model::{AdministratorId, ComputerId, DecisionScope};
use countersign_model::{
    Condition, Covered, Decision, EndChange, FirstUse, Grant, GrantId, GrantScope, GroupId, OrganizationId,
    Request, RequestId, RequestKind, Sha256, openapi, text,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which grants to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GrantsQuery {
    /// The organization whose grants are listed; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// Whether the grants of the organizations below are listed, too; default: false. It cannot be combined with `group_id` or
    /// `computer_id`.
    pub below: Option<bool>,
    /// The computer group for which the listed grants are; default: whatever they are for.
    #[param(inline)]
    pub group_id: Option<GroupId>,
    /// The computer for which the listed grants count: those for it alone, for its group and for the organization; default:
    /// whatever they are for. A computer under the name of another one has only those for it alone. One whose time begins with its first
    /// use counts as long as the computer's own time is not over, and it was used in time. It cannot be combined with `group_id`.
    #[param(inline)]
    pub computer_id: Option<ComputerId>,
    /// The SHA-256 of the file to which the list is narrowed; default: all. Only requests that you may open are compared.
    #[param(inline)]
    pub sha256: Option<Sha256>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A page of grants. It may be short or even empty although `next_cursor` is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantsPage {
    /// The grants, in the order of the list.
    pub items: Vec<GrantView>,
    /// The cursor of the next page; null on the last page. It counts for this list with its filters and for this caller, and shows
    /// nothing of the list.
    pub next_cursor: Option<Cursor>,
    /// How many approvals were looked at to find these: some are over, or are for something else.
    pub looked_at: usize,
}

/// Another end of a grant.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewGrantEnd)]
#[serde(deny_unknown_fields)]
pub struct GrantChanges {
    /// When the grant ends, or null for never. The last moment is 9999-12-30T22:00:00Z, and later ones count as that one.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    pub expires_at: Option<Moment>,
    /// The request that was approved; default: the one that is known. Grants of earlier versions are found only with it.
    pub request_id: Option<RequestId>,
}

/// The revocation of a grant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRevocation {
    /// A message that is shown to the requester, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Message>)]
    message: Option<String>,
    /// The request that was approved; default: the one that is known. Grants of earlier versions are found only with it.
    pub request_id: Option<RequestId>,
}

impl GrantRevocation {
    /// The validated message.
    pub fn checked(&self) -> Result<Option<String>, Problem> {
        Ok(field("/message", self.message.as_deref().map(text::message).transpose())?.flatten())
    }
}

/// A grant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub struct GrantView {
    /// The id of the grant.
    id: GrantId,
    /// The request that was approved.
    request_id: RequestId,
    /// What kind of thing is allowed.
    #[schema(example = "application")]
    kind: RequestKind,
    /// The name of what was asked for: the file's name without its folder, or the device's name.
    name: String,
    /// The SHA-256 of the file that was asked for; null for a device, and if you may not open the request.
    sha256: Option<Sha256>,
    /// What is allowed: `file`, or `publisher` for every file that the same publisher signed.
    #[schema(example = "file")]
    condition: Condition,
    /// The publisher; null unless the condition is `publisher`, and if you may not open the request.
    publisher: Option<PublisherBody>,
    /// For whom it is.
    #[schema(example = "group")]
    scope: DecisionScope,
    /// The computer group that it is for; null for other scopes.
    group_id: Option<GroupId>,
    /// The computer that asked.
    computer: GrantedComputer,
    /// The organization that it is for, or whose computers it is for.
    organization: OrganizationName,
    /// The administrator who approved it, with the name they had at the time; null if you may not open the request, and they belong to an
    /// organization that you may not see.
    administrator: Option<AdministratorName>,
    /// When it was given.
    given_at: Timestamp,
    /// When it ends; null if it never does. If its time begins with its first use, it ends everywhere by then.
    expires_at: Option<Timestamp>,
    /// When its time begins with its first use; null if it began when it was given.
    first_use: Option<FirstUse>,
    /// Who changed its end last; null if nobody did.
    changed: Option<ChangedBy>,
    /// How many computers have used it, as far as their agents have reported that. Those that have left its group or organization since
    /// are among them, so there may be more than it reaches.
    used_by: u64,
    /// How many computers it reaches now: those of its group or organization without the unconfirmed and cloned ones, or 1 for a single
    /// computer; null if it is over, and if you may not open the request. If the groups and organizations of a page have more than a
    /// thousand computers, in one of them or together, the unconfirmed and cloned ones may be counted, too. Of a group, at most 10,000 are
    /// counted.
    reaches: Option<CountView>,
    /// Whether it is in force now. If its time begins with its first use, and one computer is asked about or it is for one alone, this is
    /// whether it is for that computer.
    in_force: bool,
}

/// The computer that asked for what a grant allows.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantedComputer {
    /// The id of the computer.
    id: ComputerId,
    /// The host name that the computer had when it asked.
    hostname: String,
    /// The name that administrators had given it then, beside its host name; null if it had none.
    name: Option<String>,
    /// Whether another computer has that host name, and no administrator has confirmed this one. What it is given is for it alone.
    unconfirmed: bool,
}

/// Who changed the end of a grant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantChangedBy)]
pub struct ChangedBy {
    /// The administrator, with the name they had at the time; null if you may not open the request, and they belong to an organization
    /// that you may not see.
    administrator: Option<AdministratorName>,
    /// When it was changed.
    at: Timestamp,
}

/// How far a grant goes.
#[derive(Clone, Copy)]
pub struct Extent {
    /// How many computers have used it.
    pub used_by: u64,
    /// How many computers it reaches, if the reader may know that.
    pub reaches: Option<Counted>,
    /// Whether it is in force now.
    pub in_force: bool,
}

/// What the reader of a grant may see.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// Whether they may open its request.
    pub opens: bool,
    /// Whether they may know that an administrator approved or changed it.
    pub shows: &'a dyn Fn(&AdministratorId) -> bool,
}

impl GrantView {
    /// Whether it is in force.
    pub const fn is_in_force(&self) -> bool {
        self.in_force
    }

    /// The grant that an approval gives; `None` if there is none.
    pub fn of(
        request: &Request,
        Extent { used_by, reaches, in_force }: Extent,
        Shown { opens, shows }: Shown<'_>,
    ) -> Option<Self> {
        let decision = request.decision.as_ref().filter(|decision| decision.settled_by.is_none())?;
        let grant = Grant::of(request, decision)?;
        let group_id = match &grant.scope {
            GrantScope::Group(group) => Some(group.clone()),
            GrantScope::Computer(_) | GrantScope::Organization => None,
        };
        let (condition, publisher) = match grant.covered {
            Covered::Subject => (Condition::File, None),
            Covered::Publisher(publisher) => (Condition::Publisher, Some(publisher)),
        };
        let file = request.subject.file().filter(|_| opens);
        Some(Self {
            id: grant.id,
            request_id: grant.request_id,
            kind: request.kind(),
            name: request.subject.name(),
            sha256: file.map(|file| file.sha256.clone()),
            condition,
            publisher: publisher.filter(|_| opens).map(Into::into),
            scope: decision.scope,
            group_id,
            computer: GrantedComputer {
                id: request.computer_id.clone(),
                hostname: request.hostname.clone(),
                name: request.computer_name.clone(),
                unconfirmed: request.unconfirmed,
            },
            organization: OrganizationName {
                id: grant.organization_id,
                name: request.organization_name.clone(),
            },
            administrator: Some(by(decision)).filter(|by| shows(&by.id)),
            given_at: grant.created_at,
            expires_at: grant.expires_at,
            first_use: grant.first_use,
            changed: decision.changed.clone().map(|change| ChangedBy::of(change, shows)),
            used_by,
            reaches: reaches.map(Into::into),
            in_force,
        })
    }
}

fn by(decision: &Decision) -> AdministratorName {
    let (id, name) = (decision.administrator_id.clone(), decision.administrator_name.clone());
    AdministratorName { id, name }
}

impl ChangedBy {
    fn of(change: EndChange, shows: &dyn Fn(&AdministratorId) -> bool) -> Self {
        let EndChange { administrator_id: id, administrator_name: name, at } = change;
        Self { administrator: Some(AdministratorName { id, name }).filter(|by| shows(&by.id)), at }
    }
}
