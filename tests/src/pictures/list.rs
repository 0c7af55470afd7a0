//! The pictures.

use super::{Kept, MessagePicture, Picture, Place, Step, Theme, Who};
use crate::PASSWORD;
use crate::sizes::Size::{Desktop, Phone};
use Step::{Choose, Fill, On, Press, Says, To};

const PHONE: Kept = Kept::One(Phone, Theme::Light);
const DESKTOP: Kept = Kept::One(Desktop, Theme::Light);

/// A picture of a page, as the Super Admin of the firm sees it: its name, what it shows, the address, and what the page says. Light and on
/// a desktop, unless more is kept.
const fn page(name: &'static str, title: &'static str, at: &'static str, says: &'static str) -> Picture {
    Picture {
        name,
        title,
        at,
        says,
        routes: &[],
        by: Who::Head,
        place: Place::Firm,
        steps: &[],
        kept: DESKTOP,
    }
}

impl Picture {
    const fn of(self, routes: &'static [&'static str]) -> Self {
        Self { routes, ..self }
    }

    const fn by(self, by: Who) -> Self {
        Self { by, ..self }
    }

    const fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    const fn after(self, steps: &'static [Step]) -> Self {
        Self { steps, ..self }
    }

    const fn kept(self, kept: Kept) -> Self {
        Self { kept, ..self }
    }
}

/// The pictures, in the order of the index.
pub const PICTURES: &[Picture] = &[
    page("approvals", "Approval Center", "/", "CAMworks2026")
        .of(&["/", "/requests"])
        .by(Who::Dispatcher)
        .kept(Kept::All),
    page(
        "approvals-many",
        "Approval Center: several at once",
        "/requests?organization={hartmann}",
        "CAMworks2026",
    )
    .by(Who::Dispatcher)
    .after(&[
        On(Desktop, &Choose("checkbox", "Select all shown")),
        On(Desktop, &Says("selected")),
        On(Desktop, &Says("stays pending")),
    ]),
    page("approvals-decided", "Approval Center: what was decided", "/requests?status=decided", "Approved")
        .by(Who::Dispatcher),
    page(
        "approvals-none",
        "Approval Center: nothing matches",
        "/requests?q=kein-treffer",
        "Nothing matches these filters.",
    )
    .by(Who::Dispatcher)
    .kept(PHONE),
    page("request", "A request", "/requests/{cam}", "Werkbank CAM GmbH")
        .of(&["/requests/:id"])
        .by(Who::Dispatcher)
        .kept(Kept::All),
    page("request-sheet", "A request: the choices of the decision", "/requests/{cam}", "Werkbank CAM GmbH")
        .by(Who::Dispatcher)
        .after(&[On(Phone, &Press("Change")), Choose("radio", "Its group"), Says("may run this file")])
        .kept(Kept::All),
    page(
        "request-file",
        "A request: the file, and what else is known",
        "/requests/{cam}",
        "Werkbank CAM GmbH",
    )
    .by(Who::Dispatcher)
    .after(&[On(Phone, &Press("The file")), To("#deciders, .fold[open]")]),
    page("request-persian", "A request in Persian", "/requests/{moadian}", "Moadian")
        .by(Who::Dispatcher)
        .kept(PHONE),
    page(
        "request-hidden-character",
        "A request with a hidden character in the name of its file",
        "/requests/{rechnung}",
        "Rechnung_2026",
    )
    .by(Who::Dispatcher)
    .kept(PHONE),
    page(
        "request-unconfirmed",
        "A request of a computer under the name of another one",
        "/requests/{viewer}",
        "A second computer calls itself",
    )
    .by(Who::Dispatcher),
    page("request-device", "A request for a storage device", "/requests/{stick}", "Kestrel DataStick")
        .by(Who::Dispatcher),
    page("request-deny", "A denial, with its message", "/requests/{regedit}", "regedit.exe")
        .by(Who::Dispatcher)
        .after(&[
            Press("Deny"),
            Fill("Message to", "Bitte über das Ticketsystem anfragen: wir machen das zusammen."),
        ])
        .kept(PHONE),
    page("request-decided", "A request that was decided", "/requests/{decided}", "Approved")
        .by(Who::Dispatcher),
    page(
        "request-flagged",
        "A request for a file that is flagged as malicious",
        "/requests/{flagged}",
        "malicious",
    ),
    page("grants", "Grants in force", "/grants?organization={hartmann}", "CAMworks")
        .of(&["/grants"])
        .kept(Kept::Light),
    page("flags", "Files that are flagged as malicious", "/flags", "Flagged by").of(&["/flags"]),
    page("rules", "Rules", "/rules?organization={hartmann}", "Would have decided")
        .of(&["/rules"])
        .kept(Kept::Light),
    page(
        "rule",
        "A rule, and what it would have decided",
        "/rules/{rule}/dry-run?organization={hartmann}",
        "Would have decided",
    )
    .of(&["/rules/:id", "/rules/:id/dry-run"]),
    page(
        "rule-new",
        "A new rule, from a request",
        "/rules/new?organization={hartmann}&request={cam}",
        "Would have decided",
    )
    .of(&["/rules/new"]),
    page("organizations", "Organizations", "/organizations", "Nordlicht").of(&["/organizations"]),
    page(
        "organization",
        "An organization with its groups",
        "/organizations/{hartmann}?group={konstruktion}",
        "Konstruktion",
    )
    .of(&["/organizations/:id"])
    .kept(Kept::Light),
    page(
        "organization-settings",
        "An organization: how requests are decided",
        "/organizations/{hartmann}?tab=settings",
        "Requests and decisions",
    ),
    page(
        "organization-branding",
        "An organization: how its messages look",
        "/organizations/{hartmann}?tab=branding",
        "Name of the sender",
    ),
    page(
        "organization-notifications",
        "An organization: who is told when nobody looks after a request",
        "/organizations/{hartmann}?tab=notifications",
        "Try an address",
    ),
    page("computers", "Computers", "/computers?organization={hartmann}", "NB-KONSTR")
        .of(&["/computers"])
        .kept(Kept::All),
    page("computer", "A computer", "/computers/{notebook}?organization={hartmann}", "NB-KONSTR-0147")
        .of(&["/computers/:id"]),
    page(
        "computer-unconfirmed",
        "A second computer of the same name",
        "/computers/{twin}?organization={hartmann}",
        "already had the name",
    )
    .kept(PHONE),
    page("policies", "Policies by group", "/policies?organization={hartmann}", "Konstruktion")
        .of(&["/policies"]),
    page(
        "group-policies",
        "The policies of a group: draft against live",
        "/groups/{konstruktion}/policies?organization={hartmann}",
        "Draft against live",
    )
    .of(&["/groups/:id/policies"])
    .after(&[Says("Deploying makes this version")])
    .kept(Kept::All),
    page(
        "policy",
        "A policy: who is told of requests",
        "/groups/{konstruktion}/policies?organization={hartmann}&policy={usb}",
        "Do you want to notify administrators",
    )
    .kept(PHONE),
    page(
        "policy-versions",
        "The versions of a group's policies",
        "/groups/{konstruktion}/policies?organization={hartmann}&tab=versions&version=1",
        "What version 1 would change",
    ),
    page("administrators", "Administrators", "/administrators", "Tomasz").of(&["/administrators"]),
    page(
        "administrator",
        "Update Administrator: roles and permissions, and what saving changes",
        "/administrators/{tomasz}/permissions",
        "Individual permissions",
    )
    .of(&["/administrators/:id", "/administrators/:id/:tab"])
    .by(Who::Dispatcher)
    .after(&[Choose("checkbox", "Approve for Group"), On(Desktop, &Says("Gains:"))])
    .kept(Kept::All),
    page(
        "administrator-profile",
        "Update Administrator: profile",
        "/administrators/{tomasz}/profile",
        "Language of messages",
    ),
    page(
        "administrator-notifications",
        "Update Administrator: notifications",
        "/administrators/{tomasz}/notifications",
        "Notify on request",
    ),
    page(
        "administrator-sessions",
        "Update Administrator: sessions",
        "/administrators/{tomasz}/sessions",
        "One-time codes",
    ),
    page(
        "administrator-record",
        "Update Administrator: what is on record",
        "/administrators/{tomasz}/record",
        "Tomasz",
    ),
    page("invite", "Inviting an administrator", "/administrators?invite=1", "Send the invitation")
        .kept(PHONE),
    page("roles", "Roles", "/roles", "Tier 1 Technician").of(&["/roles"]),
    page("role", "A role, its permissions and who holds it", "/roles/{role}", "Jonas").of(&["/roles/:id"]),
    page(
        "access",
        "Who may do what",
        "/access?who={tomasz}&action=requests.approve-elevation&organization={hartmann}&scope=organization",
        "Everybody at",
    )
    .of(&["/access"])
    .kept(Kept::All),
    page("deliveries", "Deliveries", "/deliveries?organization={hartmann}", "Given up")
        .of(&["/deliveries"])
        .kept(Kept::Light),
    page(
        "deliveries-request",
        "Who was told of a request, and who was not",
        "/deliveries?organization={hartmann}&request={cam}",
        "Who was told",
    )
    .kept(Kept::All),
    page(
        "channels",
        "How channels and providers are doing",
        "/deliveries?organization={hartmann}&tab=channels",
        "Providers",
    ),
    page("integrations", "Integrations", "/integrations?organization={hartmann}", "teams:Konstruktion-Alarm")
        .of(&["/integrations"]),
    page("reports", "Reports: a month", "/reports", "decided within").of(&["/reports"]).kept(Kept::All),
    page("reports-year", "Reports: a year", "/reports?from=2025-11-27", "decided within"),
    page("audit-system", "System Audit", "/audit/system", "Petra Lindqvist")
        .of(&["/audit/system"])
        .kept(Kept::Light),
    page(
        "audit-chain",
        "System Audit: the chain is checked",
        "/audit/system?organization={hartmann}&chain=1",
        "The chain of this audit",
    )
    .after(&[Says("unbroken")]),
    page("audit-unified", "Unified Audit", "/audit/unified?organization={hartmann}", "asked for")
        .of(&["/audit/unified"]),
    page("login-settings", "Login settings", "/login-settings?organization={hartmann}", "In force at")
        .of(&["/login-settings"]),
    page("me", "My profile", "/me", "Phone number").of(&["/me"]),
    page("me-sign-in", "My profile: sign-in and sessions", "/me/sign-in", "Where you are signed in")
        .of(&["/me/:tab"]),
    page("me-tokens", "My profile: API tokens", "/me/tokens", "Nightly report"),
    page("me-notifications", "My profile: notifications", "/me/notifications", "Only when nobody else is on")
        .by(Who::Dispatcher)
        .kept(Kept::Light),
    page("one-time-codes", "Setting up one-time codes", "/one-time-codes", "Set up one-time codes")
        .of(&["/one-time-codes"])
        .after(&[Fill("Password", PASSWORD), Press("Continue"), Says("Scan this picture")])
        .kept(PHONE),
    page("device", "Signing in a program with a code", "/device", "Eight letters")
        .of(&["/device"])
        .kept(Kept::Nothing),
    page("more", "More, on a phone", "/more", "Reports").of(&["/more"]).kept(PHONE),
    page("shortcuts", "What the keys do", "/requests?help", "CAMworks2026")
        .by(Who::Dispatcher)
        .after(&[On(Desktop, &Press("Keyboard"))]),
    page("not-found", "An address that there is not", "/nowhere", "There is no page at this address.")
        .of(&["/*"])
        .kept(PHONE),
    page("sign-in", "Signing in", "/requests", "Sign in").by(Who::Nobody).kept(PHONE),
    page("invitation", "Accepting an invitation", "/invitation#csi_example", "Password")
        .of(&["/invitation"])
        .by(Who::Nobody)
        .kept(PHONE),
    page("forgotten-password", "A forgotten password", "/forgotten-password", "Send me a link")
        .of(&["/forgotten-password"])
        .by(Who::Nobody)
        .kept(PHONE),
    page("password-reset", "A new password", "/password-reset#csr_example", "Password")
        .of(&["/password-reset"])
        .by(Who::Nobody)
        .kept(PHONE),
    page("setup", "Set-up", "/setup#setup-token", "Name of the organization")
        .of(&["/setup"])
        .by(Who::Nobody)
        .at(Place::Empty)
        .kept(Kept::Light),
    page("first-steps", "The first steps after the set-up", "/first-steps", "of 7")
        .of(&["/first-steps"])
        .at(Place::New)
        .after(&[Press("Make the command"), Says("Waiting for its first check-in.")])
        .kept(Kept::Light),
    page(
        "nothing-yet",
        "The Approval Center before the first request",
        "/requests",
        "No computer has asked yet.",
    )
    .at(Place::New)
    .kept(PHONE),
];

const fn message(
    name: &'static str,
    title: &'static str,
    (channel, to): (&'static str, &'static str),
    says: &'static str,
    kept: Kept,
) -> MessagePicture {
    MessagePicture { name, title, channel, to, says, kept }
}

const LENA: (&str, &str) = ("email", "lena.brandt@");
const USER: (&str, &str) = ("email", "nutzer.");

/// The messages, in the order of the index.
pub const MESSAGES: &[MessagePicture] = &[
    message("mail-request", "Email: a new request", LENA, "CAMworks2026", Kept::All),
    message(
        "mail-request-german",
        "Email: a new request, in German",
        ("email", "fk.hartmann@"),
        "CAMworks2026",
        PHONE,
    ),
    message("mail-request-persian", "Email: a new request, with a Persian reason", LENA, "Moadian", PHONE),
    message(
        "mail-request-unconfirmed",
        "Email: a new request of an unconfirmed computer",
        LENA,
        "zeichnungsviewer",
        PHONE,
    ),
    message(
        "mail-approved",
        "Email: approved, to who asked, in the language of the organization",
        USER,
        "genehmigt",
        PHONE,
    ),
    message("mail-denied", "Email: denied, to who asked", USER, "denied", PHONE),
    message("mail-handled", "Email: somebody else has handled it", ("email", "fk.hartmann@"), "Petra", PHONE),
    message(
        "mail-digest",
        "Email: a digest at the end of quiet hours",
        ("email", "j.oedegard@"),
        "more requests",
        PHONE,
    ),
    message("mail-invitation", "Email: an invitation", ("email", "s.okonkwo"), "invites you", PHONE),
    message("mail-password-reset", "Email: a new password", ("email", "t.wisniewski@"), "password", PHONE),
    message("sms-request", "Text message: a new request", ("sms", "+4915100000147"), "CAMworks2026", DESKTOP),
    message("slack-request", "Slack: a new request", ("slack", "slack"), "CAMworks2026", DESKTOP),
    message("teams-request", "Microsoft Teams: a new request", ("teams", "teams"), "CAMworks2026", DESKTOP),
    message("webhook-request", "Webhook: a new request", ("webhook", "webhook"), "webhook", DESKTOP),
];
