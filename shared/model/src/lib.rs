//! The permission model and the records of Countersign, as pure types and functions.
//!
//! Nothing here does I/O, waits, reads a clock or generates random numbers: time, ids and random numbers are
//! parameters.
//! Start with [`decide()`] (may this actor do this?) and [`Request`] (the life of a request).

mod named;
#[cfg(feature = "openapi")]
pub mod openapi;
#[cfg(feature = "openapi")]
mod schema;

pub mod act;
pub mod action;
pub mod administrator;
pub mod approval_settings;
pub mod attempt;
pub mod audit;
pub mod bounce;
pub mod branding;
mod breaker;
pub mod catalogue;
pub mod clock;
pub mod computer;
pub mod condition;
pub mod credentials;
pub mod decide;
pub mod decision;
pub mod delivery;
pub mod device_login;
pub mod ending;
pub mod fault;
pub mod filter;
pub mod flag;
pub mod giving;
pub mod grant;
pub mod ids;
pub mod integration;
pub mod json;
pub mod kinds;
pub mod language;
pub mod list;
pub mod lists;
pub mod login;
pub mod network;
pub mod notice;
pub mod notification_settings;
pub mod organization;
pub mod origin;
pub mod pace;
pub mod permission;
pub mod permit;
pub mod policy;
pub mod provider_health;
pub mod reported;
pub mod request;
pub mod retention;
pub mod rights;
pub mod role;
pub mod rule;
pub mod sight;
pub mod subject;
pub mod tally;
pub mod text;
pub mod transition;
pub mod turns;
pub mod unicode;
pub mod unsent;
pub mod whereabouts;

pub use act::{Act, ActName, AgentNews, Footprint, NewAct, StoredAct};
pub use action::Action;
pub use administrator::{
    Administrator, AdministratorError, AdministratorState, Assignment, NewAdministrator, OneTimeToken,
};
pub use approval_settings::{
    ApprovalSettings, CreatedBetween, Escalation, FormerWait, InvalidSettings, MessageTemplate, NotAccepted,
    ReasonRule, SetWaits, Waits,
};
pub use attempt::Attempt;
pub use audit::{Acts, Audit, AuditActor, AuditFacts, AuditFilter, AuditKind};
pub use bounce::{Bounce, BounceReport, Unchanged};
pub use branding::{Branding, Logo, LogoFormat};
pub use computer::{Computer, Maintenance, MaintenanceMode};
pub use condition::{Condition, Covered, NoPublisher, PublisherScope};
pub use credentials::push::{PushError, PushSubscription};
pub use credentials::{ApiToken, Credentials, CredentialsError, OpenSession};
pub use decide::{Answer, Denial, DenialReason, Requirement, Told, check, decide, questions};
pub use decision::{Decision, EndChange, FirstUse, InvalidDecision, Outcome, Revocation, RuleName, Verdict};
pub use delivery::{
    Arrival, ArrivalReport, Channel, DeliveredTo, Delivery, DeliveryState, InPlaceOf, MessageKey,
    NewDelivery, NotDue, Sending, ToldAs,
};
pub use device_login::{
    DeviceApproval, DeviceLogin, DeviceLoginError, DeviceLoginState, NotAUserCode, UserCode,
};
pub use ending::{EndReason, Ended};
pub use fault::{Fault, FaultKind};
pub use filter::{AssignedTo, RequestFilter, SoughtAssignee, SoughtText, Statuses};
pub use flag::{Cleared, FileFlag, Spread, Stopped};
pub use giving::{Gain, gained, gains, may_carry, may_change, may_give, may_manage};
pub use grant::{Grant, GrantRef, GrantScope, GrantUse, NotUsed};
pub use ids::*;
pub use integration::{Integration, IntegrationKind};
pub use kinds::{DecisionScope, RequestKind, RequestStatus};
pub use language::{Language, Reading};
pub use list::{List, ListEntry};
pub use lists::ReadableList;
pub use login::{LoginPolicy, LoginSettings};
pub use named::UnknownName;
pub use network::{Network, NotANetwork};
pub use notice::{Notice, NoticeName};
pub use notification_settings::{
    Away, ChannelsByKind, ClockTime, NotAClockTime, NoticeKind, NotificationSettings, QuietHours, Rhythm,
};
pub use organization::{AgentSettings, EnrollmentKey, Group, Organization};
pub use origin::{Origin, Who};
pub use pace::{Digest, Gathering, Pace, PaceId};
pub use permission::{Permission, PermissionSet};
pub use permit::{Basis, OperatorOnly, Permit, ProcessorOnly, RefusalOnly, SetUpProof};
pub use policy::{
    DeployedPolicies, DeployedPolicy, Deployment, DeploymentSummary, DeploymentVersion, LastDeployment,
    Match, MatchBy, Notify, Policy, PolicyAction, PolicyAspect, PolicyContent, PolicyDifference, PolicyEntry,
    Tag, TagValues,
};
pub use provider_health::{ProviderHealth, ProviderPlace};
pub use reported::Reported;
pub use request::amend::NotAmended;
pub use request::aspects::Aspect;
pub use request::earlier::{EarlierRequests, Likeness};
pub use request::handling::{Assignee, Note, Notes, Removed, TooManyNotes};
pub use request::heard::DecisionHeard;
pub use request::prolonging::NotProlonged;
pub use request::reach::NotReached;
pub use request::reader::{MayRead, RequestReader};
pub use request::renewal::{NotRenewable, Renews};
pub use request::requesters::{AskedAgain, AskedAs, NewRequester, NotWithdrawn, Requester, Withdrawn};
pub use request::{Attachment, NewRequest, Request};
pub use retention::{InvalidRetention, Retention};
pub use rights::{Actor, Holding, JudgedOn, Resource, Scope, Source};
pub use role::{Holder, Role, RoleBook, RoleError, RoleHolders};
pub use rule::{Criteria, Rule, RuleEffect, RuleMaker};
pub use sight::{Named, Others, Sees, Sight};
pub use subject::publisher::Publisher;
pub use subject::{Access, Device, Elevation, File, Signature, Signer, Subject};
pub use text::{Address, EmailAddress, PhoneNumber, Sha256, TextError, Thumbprint, TimeZoneName};
pub use transition::TransitionError;
pub use turns::{NotARate, Rate, Turns};
pub use unsent::{Unsent, UnsentId};
pub use whereabouts::Whereabouts;
