//! Exported requests.

use countersign_http::{Cursor, ExportFormat, ExportedRow, Moment};
use countersign_model::act::RequestsExported;
use countersign_model::{
    Access, AdministratorId, ComputerId, Condition, DecisionScope, FlagId, GrantId, GroupId, MayRead,
    OrganizationId, Outcome, PolicyId, Reported, Request, RequestFilter, RequestId, RequestKind,
    RequestStatus, RuleId, SoughtAssignee, SoughtText, Statuses,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::column::{Column, List};
use super::exported::{ExportedDecision, ExportedUser};

/// Which requests to export.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// The organization whose requests are exported, with everything below it; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// Whether the requests of the organizations below are exported, too; default: true.
    below: Option<bool>,
    /// The statuses to which the export is narrowed, separated by commas; `decided` stands for approved, denied, ignored and
    /// revoked, and `ended` for expired and cancelled; default: all.
    #[param(inline, example = "decided")]
    status: Option<Statuses>,
    /// The kind of request to which the export is narrowed; default: all.
    #[param(inline, example = "application")]
    kind: Option<RequestKind>,
    /// The computer group to which the export is narrowed: the one that the computer is in; of a request that was decided or has
    /// ended, the one that it was in then; default: all.
    #[param(inline)]
    group_id: Option<GroupId>,
    /// The computer to which the export is narrowed; default: all.
    #[param(inline)]
    computer_id: Option<ComputerId>,
    /// The administrator who has taken the requests to which the export is narrowed: an id, `me` for yourself, or `none` for
    /// requests that nobody has taken; default: whoever has them.
    #[param(value_type = Option<String>, max_length = 30, pattern = r"^(me|none|adm_[0-7][0-9A-HJKMNP-TV-Z]{25})$", example = "none")]
    assignee: Option<SoughtAssignee>,
    /// Only requests that were made before this moment are exported; default: any age.
    #[param(inline)]
    created_before: Option<Moment>,
    /// Only requests that were made at this moment or later are exported; default: any age.
    #[param(inline)]
    created_after: Option<Moment>,
    /// Only requests in which this text is found are exported, as in the list of requests. Default: every request.
    #[param(max_length = 254, example = "setup.exe")]
    q: Option<String>,
    /// Whether the oldest come first; default: false.
    pub oldest_first: Option<bool>,
    /// `csv` or `jsonl`: comma-separated values or JSON lines; default: `jsonl`.
    #[param(inline)]
    pub format: Option<ExportFormat>,
    /// Whether the requests are only counted, before they are exported: the answer is the last line alone, and nothing is recorded;
    /// default: false.
    #[serde(default)]
    #[param(required = false)]
    pub count: bool,
    /// The `next_cursor` at the end of the previous part; default: the beginning.
    #[param(inline)]
    pub cursor: Option<Cursor>,
}

impl ExportQuery {
    /// What the audit says about the export.
    pub fn act(
        &self,
        organization: &OrganizationId,
        filter: &RequestFilter,
        format: ExportFormat,
    ) -> RequestsExported {
        RequestsExported::of(organization, filter, self.q.as_deref(), format.id())
    }

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
}

/// Defines the row: its fields, the names of the columns, and the columns of a table.
macro_rules! export_row {
    ($( $(#[doc = $doc:literal])+ $field:ident: $type:ty, )+) => {
        /// An exported request. What only those may see who may open it is null for others.
        #[derive(Debug, Serialize)]
        pub struct ExportRow {
            $( $(#[doc = $doc])+ $field: $type, )+
        }

        impl ExportedRow for ExportRow {
            const COLUMNS: &'static [&'static str] = &[$( stringify!($field), )+];

            fn columns(self) -> Vec<String> {
                vec![$( Column::text(self.$field), )+]
            }
        }
    };
}

export_row! {
    /// The id of the request.
    id: RequestId,
    /// What kind of thing was requested.
    kind: RequestKind,
    /// The status now.
    status: RequestStatus,
    /// When the computer asked for the first time.
    created_at: Timestamp,
    /// When the request expires, or expired, if nobody decides it.
    expires_at: Timestamp,
    /// How many times the computer asked.
    count: u32,
    /// The organization of the computer.
    organization_id: OrganizationId,
    /// Its name when the computer asked.
    organization: String,
    /// The computer group that the computer was in when it asked.
    group_id: GroupId,
    /// The computer that asked.
    computer_id: ComputerId,
    /// The host name that it had then.
    hostname: String,
    /// The name that administrators had given it then.
    computer_name: Option<String>,
    /// Whether another computer had that host name.
    unconfirmed: bool,
    /// The first user who asked.
    username: String,
    /// How many other users of the computer asked.
    other_users: u64,
    /// All users who asked and are known by name, with their reasons; in a table, as JSON.
    users: List<ExportedUser>,
    /// The id of the administrator who has taken it.
    assignee_id: Option<String>,
    /// Their name at the time.
    assignee: Option<String>,
    /// Since when they have it.
    assigned_since: Option<Timestamp>,
    /// The name of the file or device.
    name: String,
    /// The path of the file, or the path on the device.
    path: Option<Reported>,
    /// The SHA-256 of the file.
    sha256: Option<String>,
    /// The size of the file in bytes.
    size: Option<u64>,
    /// The subject of the file's signing certificate.
    certificate: Option<Reported>,
    /// The identifier of the device.
    device_id: Option<Reported>,
    /// The requested access to the device.
    access: Option<Access>,
    /// The reason of the first user.
    reason: Option<String>,
    /// The policy that blocked it.
    policy_id: Option<PolicyId>,
    /// What was decided.
    outcome: Option<Outcome>,
    /// For whom the decision counts.
    scope: Option<DecisionScope>,
    /// When it was decided.
    decided_at: Option<Timestamp>,
    /// The id of the administrator who decided.
    decided_by_id: Option<String>,
    /// The administrator who decided.
    decided_by: Option<String>,
    /// The id of the rule that decided; the administrator is the one who made it.
    rule_id: Option<RuleId>,
    /// The rule that decided.
    rule: Option<String>,
    /// The message to the requester.
    message: Option<String>,
    /// The note for administrators.
    note: Option<String>,
    /// What the approval covers: the file, or everything of its publisher.
    condition: Option<Condition>,
    /// When the approval expires.
    approval_expires_at: Option<Timestamp>,
    /// For how many seconds from its first use a computer may use the approval, if its time begins so.
    lasts_seconds: Option<u32>,
    /// Until when it must then be used for the first time.
    use_by: Option<Timestamp>,
    /// The grant that the approval gave.
    grant_id: Option<GrantId>,
    /// The flag of the file that denied the request, or for which the approval was revoked.
    flag_id: Option<FlagId>,
    /// The request that was decided, if this one was settled along with it.
    settled_by: Option<RequestId>,
    /// When the approval was revoked.
    revoked_at: Option<Timestamp>,
    /// The administrator who revoked it.
    revoked_by: Option<String>,
    /// When the request, or its approval, ended with what it was for.
    ended_at: Option<Timestamp>,
    /// The decisions that were replaced by a new one, the newest first; in a table, as JSON.
    earlier_decisions: List<ExportedDecision>,
}

impl ExportRow {
    /// A request as its reader may see it.
    pub fn new(request: Request, may: MayRead, now: Timestamp) -> Self {
        let first = request.requesters.iter().find(|each| each.waits()).or(request.requesters.first());
        let (username, other_users) = (request.shown_requester().to_owned(), request.others_waiting() as u64);
        let file = request.subject.file().filter(|_| may.open);
        let device = request.subject.device().filter(|_| may.open);
        let decision = request.decision.as_ref().filter(|_| may.open);
        let first_use = decision.and_then(|decision| decision.first_use);
        let (users, earlier) = match may.open {
            true => (request.requesters.as_slice(), request.earlier_decisions.as_slice()),
            false => (&[][..], &[][..]),
        };
        let assignee = request.assignee.as_ref();
        let rule = decision.and_then(|decision| decision.rule.as_ref());
        let revoked = decision.and_then(|decision| decision.revoked.as_ref());
        Self {
            kind: request.kind(),
            status: request.status_at(now),
            created_at: request.created_at,
            expires_at: request.expires_at,
            count: request.count,
            unconfirmed: request.unconfirmed,
            username,
            other_users,
            users: List(users.iter().map(Into::into).collect()),
            assignee_id: assignee.map(|assignee| assignee.administrator_id.to_string()),
            assignee: assignee.map(|assignee| assignee.administrator_name.clone()),
            assigned_since: assignee.map(|assignee| assignee.since),
            name: request.subject.name(),
            path: request.subject.path().filter(|_| may.open).cloned(),
            sha256: file.map(|file| file.sha256.as_str().to_owned()),
            size: file.and_then(|file| file.size),
            certificate: file.and_then(|file| file.certificate.clone()),
            device_id: device.map(|device| device.id.clone()),
            access: device.map(|device| device.access),
            reason: first.filter(|_| may.open).and_then(|first| first.reason.clone()),
            policy_id: request.policy_id.clone().filter(|_| may.open),
            outcome: decision.map(|decision| decision.outcome),
            scope: decision.map(|decision| decision.scope),
            decided_at: decision.map(|decision| decision.at),
            decided_by_id: decision.map(|decision| decision.administrator_id.to_string()),
            decided_by: decision.map(|decision| decision.administrator_name.clone()),
            rule_id: rule.map(|rule| rule.id.clone()),
            rule: rule.map(|rule| rule.name.clone()),
            message: decision.and_then(|decision| decision.message.clone()),
            note: decision.and_then(|decision| decision.note.clone()),
            condition: decision
                .filter(|decision| decision.outcome == Outcome::Approved)
                .map(|decision| decision.condition),
            approval_expires_at: decision.and_then(|decision| decision.expires_at),
            lasts_seconds: first_use.map(|first_use| first_use.lasts_seconds),
            use_by: first_use.map(|first_use| first_use.use_by),
            grant_id: decision.and_then(|decision| decision.grant.clone()),
            flag_id: decision.and_then(|decision| decision.flag.clone()),
            settled_by: decision.and_then(|decision| decision.settled_by.clone()),
            revoked_at: revoked.map(|revoked| revoked.at),
            revoked_by: revoked.map(|revoked| revoked.administrator_name.clone()),
            ended_at: request.ended.as_ref().map(|ended| ended.at),
            earlier_decisions: List(earlier.iter().map(Into::into).collect()),
            id: request.id,
            organization_id: request.organization_id,
            organization: request.organization_name,
            group_id: request.group_id,
            computer_id: request.computer_id,
            hostname: request.hostname,
            computer_name: request.computer_name,
        }
    }
}
