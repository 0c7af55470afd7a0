//! One of every message, with given texts in all places that are not ours.

use std::net::IpAddr;

use countersign_model::{
    Access, AdministratorId, Assignee, Computer, ComputerId, Condition, Decision, DecisionId, DecisionScope,
    Device, Elevation, EndChange, EndReason, Ended, File, FileFlag, FlagId, GrantId, GroupId, InPlaceOf,
    NewRequest, NewRequester, Notice, NoticeName, Organization, OrganizationId, Outcome, Renews, Reported,
    Request, RequestId, Requester, Revocation, Signer, Subject, Verdict,
};
use jiff::Timestamp;
use ulid::Ulid;

use crate::message::{self, Message, Reader, Summed, Words};

pub const URL: &str = "https://approvals.example";
pub const TOKEN: &str = "csi_TOKEN";

/// A text for a place that has this one by itself.
pub type Theirs<'a> = &'a dyn Fn(&str) -> String;

/// A message's name, and the message.
pub type Sample = (String, Message);

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_780_315_200 + minute * 60).unwrap()
}

fn ulid(number: u128) -> Ulid {
    Ulid::from_parts(1_780_315_200_000, number)
}

/// Every message, each sort in its variants, under a heading.
pub fn all(reader: &Reader, theirs: Theirs) -> Vec<Sample> {
    let samples = NoticeName::ALL.iter().flat_map(|name| of(*name, reader, theirs));
    let samples = samples.chain(instead(reader, theirs));
    let headed = |(name, message): Sample| {
        (name, message.headed(Some(Words::theirs(&theirs("Sons & Security"), 100)), Some("#0a7b3c")))
    };
    samples.map(headed).collect()
}

/// Messages that somebody gets in the place of another: one, one of a delivery of an earlier version, and a digest.
fn instead(reader: &Reader, theirs: Theirs) -> Vec<Sample> {
    let id = RequestId::from_ulid(ulid(4));
    let (submitted, handled) =
        (Notice::RequestSubmitted { request_id: id.clone() }, Notice::RequestHandled { request_id: id });
    [(submitted, Some(at(60 * 24 * 14))), (handled, None), (Notice::Digest, Some(at(60 * 24 * 14)))]
        .into_iter()
        .filter_map(|(notice, until)| {
            let (name, message) = of(notice.name(), reader, theirs).into_iter().next()?;
            let whom = InPlaceOf {
                administrator_id: administrator(),
                name: theirs("Ann Absent"),
                organization_id: OrganizationId::from_ulid(ulid(1)),
                delegate_id: administrator(),
                until,
            };
            Some((format!("{name}, in place of another"), message.in_place_of(reader, &whom, &notice)))
        })
        .collect()
}

/// Messages about the recipient's own account.
fn of_account(reader: &Reader, theirs: Theirs) -> [(NoticeName, &'static str, Message); 6] {
    let (name, company, by) = (theirs("Eve"), theirs("Example & Sons"), theirs("Kim"));
    let (invitation, reset) = (format!("{URL}/invitation#{TOKEN}"), format!("{URL}/password-reset#{TOKEN}"));
    let address = Some(IpAddr::from([192, 0, 2, 1]));
    [
        (NoticeName::Invitation, "invited", message::invitation(reader, &name, &company, invitation, at(60))),
        (NoticeName::PasswordReset, "asked for", message::password_reset(reader, &name, reset, at(60))),
        (
            NoticeName::SignedInElsewhere,
            "signed in",
            message::signed_in_elsewhere(reader, address, at(60), URL),
        ),
        (NoticeName::PasswordChanged, "changed", message::password_changed(reader, address, at(60), URL)),
        (NoticeName::RightsChanged, "changed", message::rights_changed(reader, Some(&by), at(60), URL)),
        (NoticeName::AccountRecovered, "recovered", message::account_recovered(reader, &name, at(60), URL)),
    ]
}

fn of(name: NoticeName, reader: &Reader, theirs: Theirs) -> Vec<Sample> {
    let named = |variant: &str, message: Message| (format!("{name}, {variant}"), message);
    let request = request(file(theirs), theirs);
    let each = |all: Vec<(&str, Option<Message>)>| {
        let said =
            |(variant, message): (&str, Option<Message>)| named(variant, message.expect("something to say"));
        all.into_iter().map(said).collect()
    };
    match name {
        NoticeName::RequestSubmitted
        | NoticeName::RequestJoined
        | NoticeName::RequestTaken
        | NoticeName::RequestHandedOver
        | NoticeName::RequestExpiring
        | NoticeName::RequestUntaken
        | NoticeName::RequestUndecided => each(waiting(name, reader, &request, theirs)),
        NoticeName::RequestDecided => each(vec![
            ("approved", message::decided(reader, &decided(&request, Outcome::Approved, theirs))),
            ("denied", message::decided(reader, &decided(&request, Outcome::Denied, theirs))),
        ]),
        NoticeName::RequestRevoked => {
            each(vec![("revoked", message::revoked(reader, &revoked(&request, theirs)))])
        }
        NoticeName::ApprovalEdited => each(vec![
            ("another end", message::end_changed(reader, &changed(&request, Some(at(600)), theirs))),
            ("no end", message::end_changed(reader, &changed(&request, None, theirs))),
        ]),
        NoticeName::RequestEnded => each(vec![
            ("approval", message::ended(reader, &ended(&decided(&request, Outcome::Approved, theirs)))),
            ("request", message::ended(reader, &ended(&request))),
        ]),
        NoticeName::RequestExpired => each(vec![("undecided", message::expired(reader, &expired(&request)))]),
        NoticeName::RequestHandled => each(vec![
            ("approved", message::handled(reader, &decided(&request, Outcome::Approved, theirs), URL)),
            ("denied", message::handled(reader, &decided(&request, Outcome::Denied, theirs), URL)),
            ("expired", message::handled(reader, &expired(&request), URL)),
            ("ignored", message::handled(reader, &decided(&request, Outcome::Ignored, theirs), URL)),
        ]),
        NoticeName::DecisionAsked => {
            let (kim, words) = (theirs("Kim"), theirs("Please look at this.\nIt is urgent."));
            let (asked, known) = ((&*kim, Some(&*words)), (true, three_others()));
            vec![named("asked", message::asked(reader, &request, asked, known, URL))]
        }
        NoticeName::FileFlagged => {
            vec![named("flagged", message::flagged(reader, &request, &flag(&request, theirs), URL))]
        }
        NoticeName::Invitation
        | NoticeName::PasswordReset
        | NoticeName::SignedInElsewhere
        | NoticeName::PasswordChanged
        | NoticeName::RightsChanged
        | NoticeName::AccountRecovered => {
            let all = of_account(reader, theirs).into_iter().filter(|sample| sample.0 == name);
            all.map(|(_, variant, message)| named(variant, message)).collect()
        }
        NoticeName::Digest => {
            let of_requester = [
                decided(&request, Outcome::Approved, theirs),
                decided(&request, Outcome::Denied, theirs),
                revoked(&request, theirs),
                changed(&request, Some(at(600)), theirs),
                ended(&request),
                expired(&request),
            ];
            let said = |(variant, summed)| (variant, message::digest(reader, &summed, URL));
            let mut all: Vec<_> = digests(request, theirs).map(said).into();
            all.push(("to a requester", message::requesters_digest(reader, &of_requester, 51)));
            each(all)
        }
        // It repeats another one.
        NoticeName::Again => Vec::new(),
    }
}

/// The messages with this name about a request that waits. If it is taken, Kim has it.
fn waiting(
    name: NoticeName,
    reader: &Reader,
    request: &Request,
    theirs: Theirs,
) -> Vec<(&'static str, Option<Message>)> {
    let (id, to) = (|| request.id.clone(), administrator());
    let kim = Assignee { administrator_id: administrator(), administrator_name: theirs("Kim"), since: at(3) };
    let taken = Request { assignee: Some(kim), ..request.clone() };
    let of_several = submitted(theirs).into_iter().find(|sample| sample.0 == "several users");
    let several = of_several.map_or(request.clone(), |sample| sample.1);
    let new = |(variant, request, unconfirmed)| {
        (variant, Notice::RequestSubmitted { request_id: id() }, request, unconfirmed)
    };
    let (pending, cloned) = ("still pending", Request { cloned: true, ..request.clone() });
    let others = [
        ("users", Notice::RequestJoined { request_id: id(), computers: 1 }, several),
        ("computers", Notice::RequestJoined { request_id: id(), computers: 12 }, request.clone()),
        (pending, Notice::RequestTaken { request_id: id() }, taken.clone()),
        (pending, Notice::RequestHandedOver { request_id: id(), to, by: theirs("Lee") }, taken.clone()),
        (pending, Notice::RequestExpiring { request_id: id() }, taken.clone()),
        (pending, Notice::RequestUntaken { request_id: id() }, request.clone()),
        ("unconfirmed", Notice::RequestUntaken { request_id: id() }, request.clone()),
        (pending, Notice::RequestUndecided { request_id: id() }, taken),
        ("cloned", Notice::RequestUndecided { request_id: id() }, cloned),
    ];
    let others =
        others.into_iter().map(|(variant, notice, of)| (variant, notice, of, variant == "unconfirmed"));
    let all = submitted(theirs).into_iter().map(new).chain(others);
    all.filter(|(_, notice, ..)| notice.name() == name)
        .map(|(variant, notice, request, unconfirmed)| {
            let others = (variant != "a file").then(three_others).flatten();
            (variant, message::waiting(reader, &request, &notice, unconfirmed, others, URL))
        })
        .collect()
}

fn digests(request: Request, theirs: Theirs) -> [(&'static str, Summed); 4] {
    let many = summed(theirs);
    let (company, handled) = (many.company.clone(), many.handled.clone());
    let of = |waiting, handled, more| Summed { company: company.clone(), waiting, handled, more };
    [
        ("of many", many),
        ("of one", of(vec![request], Vec::new(), 0)),
        ("of what is handled", of(Vec::new(), handled, 0)),
        ("of what is not listed", of(Vec::new(), Vec::new(), 12)),
    ]
}

/// What a digest has: a computer with many requests, and many others.
fn summed(theirs: Theirs) -> Summed {
    let asked = |number: u128, computer: u128, name: &str, path: &str| {
        let file = File { path: reported(theirs, path), ..file(theirs) };
        let computer_id = ComputerId::from_ulid(ulid(computer));
        let id = RequestId::from_ulid(ulid(number));
        Request { id, computer_id, hostname: theirs(name), ..request(file, theirs) }
    };
    let busy = (0..57).map(|number| asked(number, 1, "pc-7", &format!(r"C:\Users\bob\setup{number}.exe")));
    let others =
        (2..24).map(|number| asked(100 + number, number, &format!("pc-{}", 100 + number), r"C:\a\tool.exe"));
    let handled = vec![decided(&asked(200, 1, "pc-7", r"C:\a\tool.exe"), Outcome::Denied, theirs)];
    let company = request(file(theirs), theirs).organization_name;
    Summed { company, waiting: busy.chain(others).collect(), handled, more: 11 }
}

fn reported(theirs: Theirs, text: &str) -> Option<Reported> {
    Some(Reported::from(theirs(text).as_str()))
}

fn file(theirs: Theirs) -> File {
    File {
        path: reported(theirs, r"C:\Users\bob\setup.exe"),
        certificate: reported(theirs, "CN=Example Software"),
        size: Some(4711),
        publisher: reported(theirs, "Example Software"),
        product: reported(theirs, "Example Tools"),
        version: reported(theirs, "1.2"),
        command_line: reported(theirs, "setup.exe /quiet"),
        calling_process: reported(theirs, r"C:\Windows\explorer.exe"),
        origin: reported(theirs, "from the network"),
        ..File::new("ab".repeat(32).parse().unwrap())
    }
}

fn signed(theirs: Theirs) -> File {
    let signer = Signer {
        subject: reported(theirs, "CN=Example Software"),
        issuer: reported(theirs, "CN=Example Authority"),
        ..Signer::default()
    };
    let signers = vec![Signer { verified: true, ..signer.clone() }, signer.clone(), signer.clone(), signer];
    File { certificate: None, signers, ..file(theirs) }
}

fn device(theirs: Theirs) -> Device {
    Device {
        name: reported(theirs, "Stick"),
        path: reported(theirs, r"E:\"),
        calling_process: reported(theirs, r"C:\Windows\explorer.exe"),
        class: reported(theirs, "usb-disk"),
        vendor: reported(theirs, "Example"),
        product: reported(theirs, "Stick 2"),
        encrypted: Some(false),
        ..Device::new(Reported::from(theirs("SN-1").as_str()), Access::Write)
    }
}

/// The requests that administrators are told of, and whether the computer is unconfirmed.
fn submitted(theirs: Theirs) -> Vec<(&'static str, Request, bool)> {
    let plain = request(file(theirs), theirs);
    let another = NewRequester { username: theirs("carol"), email: None, reason: Some(theirs("So do I")) };
    let mut several = plain.clone();
    several.requesters.push(Requester::new(another, at(1)));
    several.more_requesters = 3;
    let elevation = Elevation { account: reported(theirs, "Administrator"), seconds: Some(7200) };
    let elevated = File { elevation: Some(elevation), ..signed(theirs) };
    let renews = Some(Renews { request_id: RequestId::from_ulid(ulid(9)), ends_at: at(30) });
    vec![
        ("a file", plain.clone(), false),
        (
            "an unconfirmed computer",
            Request { computer_name: Some(theirs("Front desk")), unconfirmed: true, ..plain.clone() },
            true,
        ),
        ("a cloned computer", Request { cloned: true, ..plain.clone() }, false),
        ("several users", several, false),
        ("a renewal", Request { renews, ..plain.clone() }, false),
        ("elevation", Request { subject: Subject::Elevation(elevated), ..plain.clone() }, false),
        ("a device", Request { subject: Subject::Storage(device(theirs)), ..plain }, false),
    ]
}

fn request(file: File, theirs: Theirs) -> Request {
    let organization =
        Organization::root(OrganizationId::from_ulid(ulid(1)), theirs("Example & Sons"), at(0));
    let computer = Computer {
        hostname: theirs("pc-1"),
        id: ComputerId::from_ulid(ulid(2)),
        organization_id: organization.id.clone(),
        group_id: GroupId::from_ulid(ulid(3)),
        os: "linux".to_owned(),
        name: None,
        naming: 0,
        unconfirmed: false,
        twin_of: None,
        token_hash: String::new(),
        maintenance: None,
        enrolled_at: at(0),
        enrollment_key_id: None,
        policy_version: None,
        instances: Default::default(),
        override_key: None,
        deleted: false,
    };
    let new = NewRequest {
        subject: Subject::Application(file),
        requester: NewRequester {
            username: theirs("bob"),
            email: None,
            reason: Some(theirs("I need it\nfor work")),
        },
        policy_id: None,
        policy_name: Some(theirs("Default")),
        unknown_policy: reported(theirs, "pol_1"),
        attach: false,
        idempotency: None,
    };
    Request::submit(RequestId::from_ulid(ulid(4)), &organization, &computer, new, at(0))
}

/// How many other computers wait.
fn three_others() -> Option<Words> {
    Some(Words::plain(&3_usize))
}

fn administrator() -> AdministratorId {
    AdministratorId::from_ulid(ulid(5))
}

fn decided(request: &Request, outcome: Outcome, theirs: Theirs) -> Request {
    let verdict = Verdict {
        id: DecisionId::from_ulid(ulid(6)),
        outcome,
        scope: DecisionScope::Group,
        administrator_id: administrator(),
        administrator_name: theirs("Kim"),
        message: Some(theirs("Use it\nwith care.")),
        note: Some(theirs("internal")),
        expires_at: (outcome == Outcome::Approved).then(|| at(90)),
        grant: GrantId::from_ulid(ulid(7)),
    };
    let decision = Decision { condition: Condition::Publisher, ..Decision::new(verdict, at(5)).unwrap() };
    Request { decision: Some(decision), ..request.clone() }
}

fn with_decision(request: &Request, theirs: Theirs, change: impl FnOnce(Decision) -> Decision) -> Request {
    let approved = decided(request, Outcome::Approved, theirs);
    Request { decision: approved.decision.map(change), ..request.clone() }
}

fn revoked(request: &Request, theirs: Theirs) -> Request {
    let revocation = Revocation {
        administrator_id: administrator(),
        administrator_name: theirs("Kim"),
        at: at(8),
        message: Some(theirs("Not any more.")),
    };
    with_decision(request, theirs, |decision| Decision { revoked: Some(revocation), ..decision })
}

fn changed(request: &Request, end: Option<Timestamp>, theirs: Theirs) -> Request {
    let change =
        EndChange { administrator_id: administrator(), administrator_name: theirs("Kim"), at: at(7) };
    with_decision(request, theirs, |decision| Decision { expires_at: end, changed: Some(change), ..decision })
}

fn ended(request: &Request) -> Request {
    Request { ended: Some(Ended { at: at(9), because: EndReason::GroupDeleted }), ..request.clone() }
}

fn expired(request: &Request) -> Request {
    request.expire(request.expires_at).expect("its time is over")
}

fn flag(request: &Request, theirs: Theirs) -> FileFlag {
    FileFlag {
        id: FlagId::from_ulid(ulid(8)),
        organization_id: request.organization_id.clone(),
        sha256: "ab".repeat(32).parse().unwrap(),
        file_name: theirs("setup.exe"),
        request_id: request.id.clone(),
        administrator_id: administrator(),
        administrator_name: theirs("Kim"),
        at: at(6),
        note: Some(theirs("It calls home.")),
        spread: None,
        previous: None,
        cleared: None,
    }
}
