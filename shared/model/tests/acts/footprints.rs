//! What is derived from each act, and which permit allows it, as one table.

use std::collections::BTreeSet;

use countersign_model::ids::EventId;
use countersign_model::list::FLAGGED_FILES;
use countersign_model::{
    Act, ActName, Action, AgentNews, AuditKind, Basis, Footprint, List, ReadableList, StoredAct,
};
use countersign_model::{DecisionScope, OrganizationId};
use ulid::Ulid;

use crate::samples::{administrator, company, computer, group, later, request, root, samples};

/// The act; the audits it stands in; the kinds of ids it is about; lists; who must hear; when agents must ask again; and what
/// a permit for it must rest on.
const TABLE: &str = "
set-up.completed                        | system  | adm         |                                                                                                                       |                   |           | set-up
organization.created                    | system  | org         | organizations                                                                                                         |                   |           | organizations.create
organization.created: root              | system  | adm org     | administrators                                                                                                        |                   |           | set-up
organization.edited                     | system  | org         |                                                                                                                       |                   |           | organizations.edit-general
branding.edited                         | system  | org         |                                                                                                                       |                   |           | organizations.edit-branding
organization.deleted                    | system  | org         | organizations                                                                                                         |                   |           | organizations.delete-empty
organization.deleted: unsent            | system  | org         | organizations                                                                                                         |                   |           | organizations.delete-empty
policies.deployed                       | system  | org         |                                                                                                                       |                   | now       | organizations.deploy
login-settings.edited                   | system  | org         |                                                                                                                       |                   |           | login-settings.edit
approval-settings.edited                | system  | org         |                                                                                                                       |                   |           | organizations.edit-general
audit.trimmed                           | system  | org         |                                                                                                                       |                   |           | processor
store.restored                          | system  | org         |                                                                                                                       |                   |           | operator
administrator.recovered                 | system  | adm         |                                                                                                                       |                   |           | operator
group.created                           | system  | grp         | groups                                                                                                                |                   |           | computer-groups.create
group.edited                            | system  | grp         |                                                                                                                       |                   |           | computer-groups.rename
group.agent-set                         | system  | grp         |                                                                                                                       |                   | now       | computer-groups.set-version
group.agent-set: channel                | system  | grp         |                                                                                                                       |                   | now       | computer-groups.set-update-channel
group.deleted                           | system  | grp         | groups                                                                                                                |                   |           | computer-groups.delete
enrollment-key.created                  | system  | grp enk     |                                                                                                                       |                   |           | computers.enroll
enrollment-key.deleted                  | system  | grp enk     |                                                                                                                       |                   |           | computers.enroll
policy.created                          | system  | pol         | policies                                                                                                              |                   |           | application-policies.create
policy.edited                           | system  | pol         |                                                                                                                       |                   |           | application-policies.edit
policy.moved                            | system  | pol         |                                                                                                                       |                   |           | application-policies.move
policy.deleted                          | system  | pol         | policies                                                                                                              |                   |           | application-policies.delete processor
tag.changed: created                    | system  | tag         |                                                                                                                       |                   |           | tags.create
tag.changed: renamed                    | system  | tag         |                                                                                                                       |                   |           | tags.rename
tag.changed: edited                     | system  | tag         |                                                                                                                       |                   |           | tags.edit
tag.changed: deleted                    | system  | tag         |                                                                                                                       |                   |           | tags.delete
computer.enrolled                       | unified | cmp grp enk | computers computer_names/name computer_names/group                                                                    |                   |           | enrollment
computer.enrolled: retried              | unified | cmp grp enk | computers computer_names/name computer_names/group                                                                    |                   |           | enrollment
computer.checked-in                     | unified | cmp         |                                                                                                                       |                   |           | own computer
computer.renamed                        | unified | cmp         | computer_names/name computer_names/name                                                                               |                   | now       | own computer
computer.cloned                         | unified | cmp         |                                                                                                                       |                   | now       | own computer
computer.edited                         | system  | cmp         |                                                                                                                       |                   | now       | computers.edit
computer.moved                          | system  | cmp         | computer_names/group computer_names/group                                                                             |                   | now       | computers.move
computer.confirmed                      | system  | cmp         |                                                                                                                       |                   | now       | computers.confirm
computer.deleted                        | system  | cmp         | computers computer_names/name computer_names/group                                                                    |                   |           | computers.delete
override-code.read                      | both    | cmp         |                                                                                                                       |                   |           | override-codes.view
maintenance-mode.set                    | both    | cmp         |                                                                                                                       |                   | now later | computers.set-maintenance-mode
maintenance-mode.set: off               | both    | cmp         |                                                                                                                       |                   | now       | computers.set-maintenance-mode
request.submitted                       | unified | req cmp     | requests pending_requests matching_requests/subject computer_requests/computer                                        | request-submitted |           | own computer
request.repeated                        | unified | req cmp     |                                                                                                                       |                   |           | own computer
request.joined                          | unified | req cmp     |                                                                                                                       |                   |           | own computer
request.amended                         | unified | req cmp     |                                                                                                                       |                   |           | own computer
request.withdrawn                       | unified | req cmp     |                                                                                                                       |                   |           | own computer
request.attached                        | unified | req cmp     |                                                                                                                       |                   |           | own computer
request.cancelled                       | unified | req cmp     | pending_requests matching_requests/subject computer_requests/computer                                                 |                   |           | own computer
request.expired                         | unified | req cmp     | pending_requests matching_requests/subject computer_requests/computer                                                 |                   |           | processor
request.expired: approval               | unified | req cmp     | pending_requests matching_requests/subject computer_requests/computer shared_approvals/scope shared_approvals/subject |                   |           | processor
request.ended                           | both    | req cmp     | pending_requests matching_requests/subject computer_requests/computer                                                 | request-ended     |           | processor
request.ended: approval                 | both    | req cmp     | pending_requests matching_requests/subject computer_requests/computer shared_approvals/scope shared_approvals/subject grants | request-ended     | now       | processor
request.ended: organization             | both    | req cmp     | pending_requests matching_requests/subject computer_requests/computer shared_approvals/scope shared_approvals/subject grants |                   | now       | processor
request.decided: approved               | both    | req cmp grt | pending_requests matching_requests/subject computer_requests/computer grants shared_approvals/scope shared_approvals/subject | request-decided   | now later | requests.approve-application
request.decided: denied                 | both    | req cmp     | pending_requests matching_requests/subject computer_requests/computer                                                 | request-decided   |           | requests.deny
request.decided: ignored                | both    | req cmp     | pending_requests matching_requests/subject computer_requests/computer                                                 | request-decided   |           | requests.ignore
request.settled                         | both    | req cmp req | pending_requests matching_requests/subject computer_requests/computer shared_approvals/scope shared_approvals/decided | request-decided   |           | processor
request.settled: denied                 | both    | req cmp req | pending_requests matching_requests/subject computer_requests/computer shared_approvals/decided                        | request-decided   |           | processor
request.revoked                         | both    | req cmp     | shared_approvals/scope shared_approvals/subject computer_requests/computer grants                                     | request-revoked   | now       | requests.revoke
request.revoked: along                  | both    | req cmp     | shared_approvals/scope shared_approvals/decided computer_requests/computer                                            | request-revoked   |           | processor
request.decided: flag                   | both    | req cmp     | pending_requests matching_requests/subject computer_requests/computer                                                 | request-decided   |           | processor
request.revoked: flag                   | both    | req cmp     | shared_approvals/scope shared_approvals/subject computer_requests/computer grants                                     | request-revoked   | now       | processor
request.opened                          | both    | req         |                                                                                                                       |                   |           | requests.open
request.assigned                        | both    | req adm     |                                                                                                                       |                   |           | requests.open
request.assigned: released              | both    | req adm     |                                                                                                                       |                   |           | requests.open
request.note-added                      | both    | req nte     |                                                                                                                       |                   |           | requests.open
request.note-removed                    | both    | req nte     |                                                                                                                       |                   |           | requests.open
request.decision-asked                  | both    | req         |                                                                                                                       | decision-asked    |           | requests.open
request.file-flag-set                   | both    | flg req     | shared_approvals/flagged                                                                                              | file-flagged      |           | requests.flag
request.file-flag-set: cleared          | both    | flg req     | shared_approvals/flagged                                                                                              |                   |           | requests.flag
request.file-flag-spread                | both    | flg         |                                                                                                                       |                   |           | processor
grant.edited                            | both    | req cmp grt | grants                                                                                                                | approval-edited   | now later | requests.approve-application
grant.edited: along                     | both    | req cmp grt |                                                                                                                       | approval-edited   |           | processor
grant.used                              | unified | req cmp grt |                                                                                                                       |                   |           | own computer
requests.exported                       | system  | org         |                                                                                                                       |                   |           | requests.list
audit.exported                          | system  | org         |                                                                                                                       |                   |           | system-audit.view
audit.exported: unified                 | system  | org         |                                                                                                                       |                   |           | unified-audit.view
request.attachment-downloaded           | both    | req cmp     |                                                                                                                       |                   |           | requests.open
notification.resent                     | system  | ntf         |                                                                                                                       | again             |           | notifications.resend
notification.bounce-cleared             | system  | ntf         |                                                                                                                       |                   |           | notifications.resend
notification.tested                     | system  | org         |                                                                                                                       |                   |           | integrations.create
notification.tested: own browsers       | system  | org         |                                                                                                                       |                   |           | oneself
administrator.invited                   | system  | adm         | administrators subscribers                                                                                            | invitation        |           | administrators.invite
administrator.invited: with permissions | system  | adm         | administrators subscribers                                                                                            | invitation        |           | administrators.change-permissions
administrator.invited: again            | system  | adm         |                                                                                                                       | invitation        |           | administrators.invite
administrator.invitation-sent           | system  | adm         |                                                                                                                       |                   |           | processor
administrator.invitation-withdrawn      | system  | adm         | administrators subscribers                                                                                            |                   |           | administrators.invite
administrator.invitation-accepted       | system  | adm         | administrators subscribers                                                                                            |                   |           | oneself
administrator.edited                    | system  | adm         | subscribers                                                                                                           |                   |           | administrators.edit
administrator.edited: the name alone    | system  | adm         | subscribers                                                                                                           |                   |           | administrators.edit oneself
administrator.disabled                  | system  | adm         | administrators subscribers                                                                                            |                   |           | administrators.disable
administrator.enabled                   | system  | adm         | administrators subscribers                                                                                            |                   |           | administrators.disable
administrator.deleted                   | system  | adm         | administrators subscribers                                                                                            |                   |           | administrators.delete
administrator.permissions-changed       | system  | adm         |                                                                                                                       |                   |           | administrators.change-permissions
administrator.roles-changed             | system  | adm         |                                                                                                                       |                   |           | administrators.assign-roles
administrator.password-reset-requested  | system  | adm         |                                                                                                                       | password-reset    |           | administrators.reset-password oneself
administrator.password-reset-sent       | system  | adm         |                                                                                                                       |                   |           | processor
administrator.password-reset-completed  | system  | adm         |                                                                                                                       |                   |           | oneself
administrator.password-changed          | system  | adm         |                                                                                                                       |                   |           | oneself
role.created                            | system  | rol         |                                                                                                                       |                   |           | roles.create
role.edited                             | system  | rol         |                                                                                                                       |                   |           | roles.edit
role.deleted                            | system  | rol         |                                                                                                                       |                   |           | roles.delete
rule.changed: created                   | system  | rul         | rules                                                                                                                 |                   |           | requests.approve-storage
rule.changed: edited                    | system  | rul         |                                                                                                                       |                   |           | requests.deny
rule.changed: deleted                   | system  | rul         | rules                                                                                                                 |                   |           | requests.deny
integration.changed: created            | system  | itg         | integrations                                                                                                          |                   |           | integrations.create
integration.changed: replaced           | system  | itg         |                                                                                                                       |                   |           | integrations.create
integration.changed: deleted            | system  | itg         | integrations                                                                                                          |                   |           | integrations.delete
session.started                         | system  | adm         |                                                                                                                       |                   |           | oneself
session.refused                         | system  | adm         |                                                                                                                       |                   |           | processor refusal
session.refused: unknown                | system  |             |                                                                                                                       |                   |           | processor refusal
session.refused: counted                | system  | adm         |                                                                                                                       |                   |           | processor refusal
session.ended                           | system  | adm         |                                                                                                                       |                   |           | oneself
session.device-login-decided            | system  | adm         |                                                                                                                       |                   |           | oneself
session.proof-refused                   | system  | adm         |                                                                                                                       |                   |           | processor refusal
session.proof-refused: counted          | system  | adm         |                                                                                                                       |                   |           | processor refusal
totp.set-up                             | system  | adm         |                                                                                                                       |                   |           | oneself
totp.removed                            | system  | adm         |                                                                                                                       |                   |           | administrators.reset-password oneself operator
totp.recovery-codes-replaced            | system  | adm         |                                                                                                                       |                   |           | oneself
push-subscription.changed               | system  | adm         |                                                                                                                       |                   |           | oneself
administrator.notifications-changed     | system  | adm         | subscribers                                                                                                           |                   |           | oneself
api-token.created                       | system  | adm tok     |                                                                                                                       |                   |           | oneself
api-token.revoked                       | system  | adm tok     |                                                                                                                       |                   |           | oneself
";

#[test]
fn everything_derived_from_each_act_is_as_the_table_says() {
    let expected: BTreeSet<Vec<String>> = TABLE.trim().lines().map(cells).collect();
    let found: BTreeSet<Vec<String>> = samples().iter().map(|(label, act)| row(label, act)).collect();
    let wrong: Vec<_> = found.difference(&expected).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(wrong.is_empty() && missing.is_empty(), "not in the table: {wrong:#?}\nonly there: {missing:#?}");
}

#[test]
fn every_act_has_a_sample_under_its_own_name() {
    let met: BTreeSet<ActName> = samples().iter().map(|(_, act)| act.name()).collect();
    let all: BTreeSet<ActName> = ActName::ALL.iter().copied().collect();
    assert_eq!(met, all);
    for (label, act) in samples() {
        assert_eq!(label.split(':').next(), Some(act.name().id()));
    }
}

#[test]
fn each_act_of_which_people_may_hear_is_read_for_messages_and_no_other() {
    let mut with_notice = BTreeSet::new();
    for (label, act) in samples() {
        let name = act.name();
        let stored: StoredAct = serde_json::from_value(serde_json::to_value(&act).unwrap()).unwrap();
        assert_eq!(Act::read_if_told(&stored).unwrap(), name.may_be_told().then_some(act.clone()), "{label}");
        if act.footprint().notice.is_some() {
            with_notice.insert(name);
        }
    }
    let told = ActName::ALL.iter().copied().filter(|name| name.may_be_told() && !name.may_lead_on());
    let told: BTreeSet<ActName> =
        told.chain(with_notice.iter().copied().filter(|name| name.may_lead_on())).collect();
    assert_eq!(told, with_notice);
}

#[test]
fn every_list_but_those_filled_by_other_means_is_entered_by_an_act() {
    let by_other_means = [List::SystemAudit, List::UnifiedAudit, List::Notifications];
    let entered: BTreeSet<List> =
        samples().iter().flat_map(|(_, act)| act.footprint().lists).map(|entry| entry.list).collect();
    for list in List::ALL {
        assert_eq!(entered.contains(&list), !by_other_means.contains(&list), "{list:?}");
    }
}

#[test]
fn every_administrators_step_is_in_the_system_audit_and_every_requests_in_the_unified() {
    for (label, act) in samples() {
        let audit = act.footprint().audit;
        if label.starts_with("request.") {
            assert!(audit.in_unified(), "{label}");
        }
        if ["administrator.", "role.", "session."].iter().any(|start| label.starts_with(start)) {
            assert!(audit.in_system(), "{label}");
        }
        if label.starts_with("request.decided") {
            assert_eq!(audit, AuditKind::Both);
        }
    }
    assert_eq!("request.submitted".parse(), Ok(ActName::RequestSubmitted));
}

fn cells(line: &str) -> Vec<String> {
    line.split('|').map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn row(label: &str, act: &Act) -> Vec<String> {
    let Footprint { audit, concerns, lists, notice, agents, .. } = act.footprint();
    let audit = match audit {
        AuditKind::System => "system",
        AuditKind::Unified => "unified",
        AuditKind::Both => "both",
    };
    let kinds: Vec<&str> = concerns.iter().map(|id| id.split_once('_').unwrap().0).collect();
    let lists: Vec<String> = lists
        .iter()
        .map(|entry| {
            let list = serde_json::to_value(entry.list).unwrap();
            let partitioned = [
                (List::MatchingRequests, "/subject"),
                (List::ComputerRequests, "/computer"),
                (List::SharedApprovals, "/scope"),
                (List::ComputerNames, "/name"),
            ];
            let by = partitioned.iter().find(|(each, _)| *each == entry.list);
            let divided = by.map_or("", |(_, by)| *by);
            // Under the request that was decided.
            let along = entry.partition.as_ref().is_some_and(|partition| partition.starts_with("req_"));
            let divided = if along { "/decided" } else { divided };
            let grouped = entry.partition.as_ref().is_some_and(|partition| partition.starts_with("grp_"));
            let divided = if grouped && entry.list == List::ComputerNames { "/group" } else { divided };
            let flagged = entry.partition.as_deref() == Some(FLAGGED_FILES);
            let divided = if flagged { "/flagged" } else { divided };
            let by_subject = entry.partition.as_ref().is_some_and(|text| *text == request().subject.key());
            let divided = if by_subject { "/subject" } else { divided };
            assert_eq!(entry.partition.is_some(), !divided.is_empty());
            format!("{}{divided}", list.as_str().unwrap())
        })
        .collect();
    let notice = notice.map(|notice| notice.name().id().to_owned()).unwrap_or_default();
    vec![
        label.to_owned(),
        audit.to_owned(),
        kinds.join(" "),
        lists.join(" "),
        notice,
        agents_ask(agents).to_owned(),
        allowed_by(act).join(" "),
    ]
}

fn agents_ask(news: AgentNews) -> &'static str {
    match (news.now, news.at) {
        (false, None) => "",
        (true, None) => "now",
        (true, Some(at)) if at == later() => "now later",
        _ => panic!("agents ask at another moment: {news:?}"),
    }
}

/// What a permit for the act can rest on, of everything there is.
fn allowed_by(act: &Act) -> Vec<String> {
    let rights = Action::ALL
        .iter()
        .filter(|action| [&root().id, &company().id].iter().any(|at| act.permitted_by(&right(**action, at))));
    let others = [
        ("own computer", Basis::OwnComputer(computer().id)),
        ("enrollment", Basis::Enrollment(group().id)),
        ("oneself", Basis::Oneself(administrator().id)),
        ("set-up", Basis::SetUp),
        ("operator", Basis::Operator),
        ("processor", Basis::Processor),
        ("refusal", Basis::Refusal),
        ("who can", Basis::WhoCan),
        ("from above", Basis::FromAbove),
    ];
    let others = others.into_iter().filter(|(_, basis)| act.permitted_by(basis));
    rights.map(ToString::to_string).chain(others.map(|(name, _)| name.to_owned())).collect()
}

/// The right to an action, for every kind of request and as far as a decision can reach.
pub fn right(action: Action, at: &OrganizationId) -> Basis {
    Basis::Right {
        administrator: administrator().id,
        action,
        organization: at.clone(),
        kind: None,
        scope: Some(DecisionScope::Organization),
    }
}

#[test]
fn a_reader_of_a_list_finds_the_entries_that_the_footprint_has() {
    let event = EventId::from_ulid(Ulid::from_parts(1, 1));
    let mut met = BTreeSet::new();
    for (label, act) in samples() {
        let stored: StoredAct = serde_json::from_value(serde_json::to_value(&act).unwrap()).unwrap();
        let all = act.footprint().entries(&event);
        for list in List::ALL {
            let found = ReadableList::from(list).entries(&stored, &event).unwrap();
            let expected: Vec<_> = all.iter().filter(|entry| entry.list == list).cloned().collect();
            assert_eq!(found, expected, "{label} in {}", list.name());
            met.extend(found.iter().map(|entry| entry.list));
        }
    }
    let never = BTreeSet::from([List::Notifications]);
    assert_eq!(List::ALL.into_iter().filter(|list| !met.contains(list)).collect::<BTreeSet<_>>(), never);
}

#[test]
fn an_act_is_saved_as_it_is_read() {
    for (label, act) in samples() {
        let whole = serde_json::to_string(&act).unwrap();
        let stored: StoredAct = serde_json::from_str(&whole).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), whole, "{label}");
        assert_eq!(serde_json::from_str::<Act>(&whole).unwrap(), act, "{label}");
    }
}
