//! One value of every act, and one of each shape where an act has several.

mod handling;
mod lives;

use countersign_model::act::*;
use countersign_model::{
    Act, Administrator, AdministratorState, ApiToken, ApprovalSettings, Assignment, Attachment, Audit, Away,
    Channel, ChannelsByKind, Computer, Decision, DecisionScope, Delivery, EndReason, File, Grant, Group,
    LoginSettings, Maintenance, MaintenanceMode, NewAdministrator, NewDelivery, NewRequest, NewRequester,
    Notice, NotificationSettings, Organization, Outcome, Permission, PushSubscription, QuietHours, Request,
    Rhythm, Role, Subject, Verdict, Whereabouts,
};
use jiff::{SignedDuration, Timestamp};

pub use handling::{denied_by_flag, flag, revoked_by_flag};
use lives::{along, amended, audit_exported, ended, prolonged, prolonged_along};
pub use lives::{revoked, revoked_along};

/// An id of any kind, the same each time.
macro_rules! id {
    ($kind:ident, $number:expr) => {
        countersign_model::$kind::from_ulid(ulid::Ulid::from_parts(1, $number))
    };
}
pub(crate) use id;

pub const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

pub fn later() -> Timestamp {
    now() + SignedDuration::from_hours(8)
}

pub fn root() -> Organization {
    Organization::root(id!(OrganizationId, 1), "Root".to_owned(), now())
}

pub fn company() -> Organization {
    root().child(id!(OrganizationId, 2), "Company".to_owned(), now())
}

pub fn administrator() -> Administrator {
    let new = NewAdministrator {
        id: id!(AdministratorId, 1),
        organization_id: company().id,
        email: "kim@company.example".parse().unwrap(),
        name: "Kim".to_owned(),
    };
    Administrator::invited(new, now())
}

pub fn assignment(number: u128) -> Assignment {
    Assignment {
        role_id: id!(RoleId, number),
        role_organization_id: company().id,
        organization_id: Some(company().id),
    }
}

pub fn group() -> Group {
    Group::new(id!(GroupId, 1), company().id, "Desks".to_owned(), now())
}

pub fn computer() -> Computer {
    Computer {
        id: id!(ComputerId, 1),
        organization_id: company().id,
        group_id: group().id,
        hostname: "pc-1".to_owned(),
        os: "linux".to_owned(),
        name: None,
        naming: 0,
        unconfirmed: true,
        twin_of: Some(id!(ComputerId, 2)),
        token_hash: HASH.to_owned(),
        maintenance: None,
        enrolled_at: now(),
        enrollment_key_id: Some(id!(EnrollmentKeyId, 1)),
        policy_version: None,
        instances: Default::default(),
        override_key: None,
        deleted: false,
    }
}

pub fn file() -> File {
    let sha256 = HASH.parse().unwrap();
    File { path: Some("/opt/tool".into()), size: Some(11), ..File::new(sha256) }
}

pub fn request() -> Request {
    let new = NewRequest {
        subject: Subject::Application(file()),
        requester: NewRequester { username: "bob".to_owned(), email: None, reason: None },
        policy_id: None,
        policy_name: None,
        unknown_policy: None,
        attach: true,
        idempotency: None,
    };
    Request::submit(id!(RequestId, 1), &company(), &computer().confirmed(), new, now())
}

pub fn whereabouts() -> Whereabouts {
    Whereabouts::of(Some(&computer().confirmed()), Some(&group()))
}

pub fn decision(outcome: Outcome, scope: DecisionScope) -> Decision {
    let verdict = Verdict {
        id: id!(DecisionId, 1),
        outcome,
        scope,
        administrator_id: administrator().id,
        administrator_name: "Kim".to_owned(),
        message: None,
        note: Some("only for administrators".to_owned()),
        expires_at: (outcome == Outcome::Approved).then(later),
        grant: id!(GrantId, 1),
    };
    Decision::new(verdict, now()).unwrap()
}

pub fn decided(outcome: Outcome, scope: DecisionScope) -> RequestDecided {
    let decision = decision(outcome, scope);
    let new = request().decide(decision.clone(), &whereabouts()).unwrap();
    assert_eq!(Grant::of(&new, &decision).is_some(), outcome == Outcome::Approved);
    RequestDecided::of(&request(), &new, &decision)
}

pub fn approved(scope: DecisionScope) -> Request {
    request().decide(decision(Outcome::Approved, scope), &whereabouts()).unwrap()
}

fn token() -> ApiToken {
    ApiToken {
        id: id!(ApiTokenId, 1),
        name: "Reports".to_owned(),
        digest: HASH.to_owned(),
        epoch: 0,
        permissions: vec![Permission::ViewReports],
        created_at: now(),
        expires_at: later(),
    }
}

fn with_settings() -> Administrator {
    let away = Away { from: now(), until: later(), delegate_id: Some(id!(AdministratorId, 2)) };
    let at = |text: &str| text.parse().unwrap();
    let notifications = NotificationSettings {
        channels_by_kind: ChannelsByKind { handled: Some(Vec::new()), ..ChannelsByKind::default() },
        quiet_hours: Some(QuietHours { from: at("22:00"), to: at("06:30") }),
        digest: Some(Rhythm::Daily),
        digest_at: Some(at("17:00")),
        only_when_nobody_else: true,
        away: Some(away),
    };
    Administrator { notifications, ..administrator() }
}

fn subscription() -> PushSubscription {
    PushSubscription {
        id: id!(PushSubscriptionId, 1),
        name: "Phone".to_owned(),
        host: "web.push.apple.com".to_owned(),
        sealed: "sealed".to_owned(),
        created_at: now(),
    }
}

fn delivery() -> Delivery {
    let new = NewDelivery {
        id: id!(NotificationId, 1),
        organization_id: company().id,
        event_id: id!(EventId, 1),
        channel: Channel::Email,
        address: "kim@company.example".to_owned(),
        recipient_organization_id: None,
        recipient: None,
        notice: Notice::RequestSubmitted { request_id: request().id },
    };
    Delivery::new(new, now())
}

/// Each act, called by its name and, where it has several shapes, which one.
pub fn samples() -> Vec<(&'static str, Act)> {
    let (policies, rules) = (crate::policies::samples(), crate::rules::rules());
    let integrations = crate::integrations::integrations();
    let handling = handling::handling();
    [
        organizations(),
        policies,
        computers(),
        requests(),
        handling,
        rules,
        integrations,
        administrators(),
        sign_in(),
    ]
    .concat()
}

fn organizations() -> Vec<(&'static str, Act)> {
    let renamed = company().renamed("Company & Co".to_owned(), 1);
    let asking = company().asking(ApprovalSettings { pending_days: Some(30), ..Default::default() }, later());
    let settings = LoginSettings::none(company().id);
    let recovered =
        AdministratorRecovered { administrator_id: administrator().id, name: administrator().name };
    let restored = StoreRestored {
        organization_id: company().id,
        backup_made_at: Some(later()),
        backup_sha256: Some("0".repeat(64)),
        chain_count: 7,
        chain_head: "key.seal".to_owned(),
    };
    let stricter = LoginSettings {
        require_totp: true,
        session_minutes: Some(60),
        allowed_ranges: vec!["192.0.2.0/24".parse().unwrap()],
        ..settings.clone()
    };
    let unsent = Some(UnsentDetail { messages: 3, events: 1 });
    vec![
        ("set-up.completed", SetUpCompleted { administrator_id: administrator().id }.into()),
        ("organization.created", OrganizationCreated::child(&company()).into()),
        ("organization.created: root", OrganizationCreated::root(&root(), &administrator()).into()),
        ("organization.edited", OrganizationEdited::of(&company(), &renamed).into()),
        ("organization.deleted", OrganizationDeleted::of(&company()).into()),
        ("organization.deleted: unsent", OrganizationDeleted::of(&company()).giving_up(unsent).into()),
        ("login-settings.edited", LoginSettingsEdited::of(&settings, &stricter).into()),
        ("approval-settings.edited", ApprovalSettingsEdited::of(&company(), &asking).into()),
        ("audit.trimmed", AuditTrimmed { organization_id: company().id, up_to: 7, kept_days: 365 }.into()),
        ("store.restored", restored.into()),
        ("administrator.recovered", recovered.into()),
    ]
}

fn computers() -> Vec<(&'static str, Act)> {
    let (old, id) = (computer(), computer().id);
    let mode = Maintenance { mode: MaintenanceMode::Learning, until: later() };
    let in_maintenance = old.with_maintenance(Some(mode.clone()));
    vec![
        ("computer.enrolled", ComputerEnrolled::of(&old).into()),
        ("computer.enrolled: retried", ComputerEnrolled::retried(&old).into()),
        ("computer.checked-in", ComputerCheckedIn { computer_id: id }.into()),
        ("computer.renamed", ComputerRenamed::of(&old, &old.renamed("pc-2".to_owned(), 1, None)).into()),
        ("computer.cloned", ComputerCloned::of(&old).into()),
        ("computer.edited", ComputerEdited::of(&old, &old).into()),
        ("computer.moved", ComputerMoved::of(&old, &old.moved(id!(GroupId, 2))).into()),
        ("computer.confirmed", ComputerConfirmed::of(&old, &old.confirmed()).into()),
        ("computer.deleted", ComputerDeleted::of(&old).into()),
        ("override-code.read", OverrideCodeRead::of(&old, later()).into()),
        ("maintenance-mode.set", MaintenanceModeSet::of(&old, Some(mode), now()).into()),
        ("maintenance-mode.set: off", MaintenanceModeSet::of(&in_maintenance, None, now()).into()),
    ]
}

fn requests() -> Vec<(&'static str, Act)> {
    let request = request();
    assert_eq!(request.attachment, Attachment::Expected);
    let (group, whole) = (DecisionScope::Group, DecisionScope::Organization);
    let settled = |outcome, request: &Request| {
        RequestSettled::of(request, &decision(outcome, group), &id!(RequestId, 2)).into()
    };
    vec![
        ("request.submitted", RequestSubmitted::of(&request).into()),
        ("request.repeated", RequestRepeated::of(&request, "bob").into()),
        ("request.joined", RequestJoined::of(&request, "bob").into()),
        ("request.amended", amended(&request).into()),
        ("request.withdrawn", RequestWithdrawn::of(&request, "bob").into()),
        ("request.attached", RequestAttached::of(&request, &file(), 11).into()),
        ("request.cancelled", RequestCancelled::of(&request, "bob").into()),
        ("request.expired", RequestExpired::of(&request).into()),
        (
            "request.expired: approval",
            RequestExpired::before_it_ended(&approved(group), EndReason::GroupDeleted).into(),
        ),
        ("request.ended", ended(&request, EndReason::ComputerRemoved)),
        ("request.ended: approval", ended(&approved(group), EndReason::GroupDeleted)),
        ("request.ended: organization", ended(&approved(whole), EndReason::OrganizationDeleted)),
        ("request.decided: approved", decided(Outcome::Approved, group).into()),
        ("request.decided: denied", decided(Outcome::Denied, group).into()),
        ("request.decided: ignored", decided(Outcome::Ignored, group).into()),
        ("request.settled", settled(Outcome::Approved, &along())),
        ("request.settled: denied", settled(Outcome::Denied, &request)),
        ("grant.edited", prolonged(approved(DecisionScope::Computer))),
        ("grant.edited: along", prolonged_along()),
        (
            "grant.used",
            GrantUsed {
                grant_id: id!(GrantId, 1),
                request_id: request.id.clone(),
                computer_id: computer().id,
                used_at: now(),
                expires_at: Some(later()),
            }
            .into(),
        ),
        ("request.revoked", revoked(group).into()),
        ("request.revoked: along", revoked_along().into()),
        ("requests.exported", RequestsExported::of(&company().id, &Default::default(), None, "csv").into()),
        ("audit.exported", audit_exported(Audit::System).into()),
        ("audit.exported: unified", audit_exported(Audit::Unified).into()),
        ("request.decided: flag", denied_by_flag().into()),
        ("request.revoked: flag", revoked_by_flag().into()),
        ("request.attachment-downloaded", AttachmentDownloaded::of(&request, &file(), 11).into()),
        ("notification.resent", DeliveryResent::of(&delivery()).into()),
        ("notification.bounce-cleared", BounceCleared::of(&delivery()).into()),
        ("notification.tested", TestSent::to(&company().id, &"sms:+15550100".parse().unwrap()).into()),
        ("notification.tested: own browsers", TestSent::pushed_to(&administrator()).into()),
    ]
}

fn administrators() -> Vec<(&'static str, Act)> {
    let (old, id) = (administrator(), administrator().id);
    let active = Administrator { state: AdministratorState::Active, ..administrator() };
    let disabled = active.disable().unwrap();
    let told = Administrator { notify_on_request: true, name: "Kim W.".to_owned(), ..administrator() };
    let renamed = Administrator { name: "Kim W.".to_owned(), ..administrator() };
    let holding = old.with_permissions([Permission::ViewReports]).with_assignments([assignment(1)]);
    let role = Role::new(id!(RoleId, 1), "Clerk".to_owned(), None, [Permission::ViewReports]);
    vec![
        ("administrator.invited", AdministratorInvited::first(&old).into()),
        ("administrator.invited: with permissions", AdministratorInvited::first(&holding).into()),
        ("administrator.invited: again", AdministratorInvited::again(&holding).into()),
        ("administrator.invitation-sent", InvitationSent { administrator_id: id.clone() }.into()),
        ("administrator.invitation-withdrawn", InvitationWithdrawn::of(&old).into()),
        ("administrator.invitation-accepted", InvitationAccepted::of(&old, &active).into()),
        ("administrator.edited", AdministratorEdited::of(&old, &told).into()),
        ("administrator.edited: the name alone", AdministratorEdited::of(&old, &renamed).into()),
        ("administrator.disabled", AdministratorDisabled::of(&active, &disabled).into()),
        ("administrator.enabled", AdministratorEnabled::of(&disabled, &active).into()),
        ("administrator.deleted", AdministratorDeleted::of(&holding).into()),
        ("administrator.permissions-changed", PermissionsChanged::of(&old, &holding).into()),
        ("administrator.roles-changed", RolesChanged::of(&old, &holding).into()),
        ("administrator.password-reset-requested", PasswordResetRequested::of(&active).into()),
        ("administrator.password-reset-sent", PasswordResetSent { administrator_id: id.clone() }.into()),
        ("administrator.password-reset-completed", PasswordResetCompleted::of(&id).into()),
        (
            "administrator.password-changed",
            PasswordChanged { administrator_id: id.clone(), session: id!(SessionId, 1) }.into(),
        ),
        ("role.created", RoleCreated::of(&role).into()),
        ("role.edited", RoleEdited::of(&role, &role).into()),
        ("role.deleted", RoleDeleted::of(&role).into()),
    ]
}

fn sign_in() -> Vec<(&'static str, Act)> {
    let (id, session) = (administrator().id, id!(SessionId, 1));
    let email = Some(administrator().email);
    let started = SessionStarted {
        from_new_place: true,
        administrator_id: id.clone(),
        session: session.clone(),
        second_factor: SecondFactor::RecoveryCode,
    };
    let refused = SessionRefused::first(Some(id.clone()), email.clone(), "sign-in-refused");
    let counted = SessionRefused { count: Some(500), since: Some(now()), ..refused.clone() };
    let unknown = SessionRefused { administrator_id: None, email: None, ..refused.clone() };
    let device = DeviceLoginDecided {
        administrator_id: id.clone(),
        session: session.clone(),
        description: "countersign on pc-7".to_owned(),
        address: Some("198.51.100.7".to_owned()),
        approved: true,
    };
    let proof = ProofRefused {
        administrator_id: id.clone(),
        session: session.clone(),
        why: "wrong".to_owned(),
        count: None,
        since: None,
    };
    let proofs = ProofRefused { count: Some(10), since: Some(now()), ..proof.clone() };
    vec![
        ("session.started", started.into()),
        ("session.refused", refused.into()),
        ("session.refused: unknown", unknown.into()),
        ("session.refused: counted", counted.into()),
        ("session.ended", SessionEnded { administrator_id: id.clone(), sessions: vec![session] }.into()),
        ("session.device-login-decided", device.into()),
        ("session.proof-refused", proof.into()),
        ("session.proof-refused: counted", proofs.into()),
        ("totp.set-up", TotpSetUp::of(&id).into()),
        ("totp.removed", TotpRemoved::of(&id).into()),
        ("totp.recovery-codes-replaced", RecoveryCodesReplaced { administrator_id: id.clone() }.into()),
        ("push-subscription.changed", PushSubscriptionChanged::of(&id, &subscription(), false).into()),
        (
            "administrator.notifications-changed",
            NotificationsChanged::of(&administrator(), &with_settings()).into(),
        ),
        ("api-token.created", ApiTokenCreated::of(&id, &token()).into()),
        ("api-token.revoked", ApiTokenRevoked::of(&id, &token()).into()),
    ]
}
