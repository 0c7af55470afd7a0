//! Which entries of an audit are wanted.

use countersign_model::{
    ActName, Acts, AdministratorId, Audit, AuditActor, AuditFacts, AuditFilter, ComputerId, EventId,
    SoughtText, Who,
};
use jiff::SignedDuration;
use ulid::Ulid;

use crate::tree::at;

fn acts(text: &str) -> Option<Acts> {
    text.parse().ok()
}

fn who(text: &str) -> Option<AuditActor> {
    text.to_owned().try_into().ok()
}

fn kim() -> Who {
    Who::Administrator { id: AdministratorId::from_ulid(Ulid::from(7)), name: "Kim".to_owned(), via: None }
}

#[test]
fn acts_are_named_one_by_one_or_by_what_they_are_about() {
    let decided = acts("request.decided").unwrap();
    assert!(decided.contains(ActName::RequestDecided) && !decided.contains(ActName::RequestSettled));
    let roles = acts("role").unwrap();
    assert_eq!(roles.to_string(), "role.created,role.edited,role.deleted");
    assert!(!roles.contains(ActName::RolesChanged), "of administrators");
    let several = acts("role.created, session,role.created").unwrap();
    let expected = "role.created,session.started,session.refused,session.ended,session.device-login-decided,session.proof-refused";
    assert_eq!(several.to_string(), expected, "each once, in their order");
    for act in ActName::ALL {
        let (of, _) = act.id().split_once('.').unwrap();
        assert!(acts(of).unwrap().contains(*act), "{act} belongs to {of}");
        assert_eq!(acts(act.id()).unwrap().to_string(), act.id());
    }
    for text in ["", "requested", "request.", "request,", "Request", "request.eaten"] {
        assert_eq!(acts(text), None, "{text}");
    }
}

#[test]
fn actors_are_people_computers_and_three_that_have_no_id() {
    for text in
        ["set-up", "anonymous", "system", "adm_00000000000000000000000007", "cmp_00000000000000000000000007"]
    {
        assert_eq!(who(text).unwrap().to_string(), text);
    }
    for text in ["", "me", "adm_7", "org_00000000000000000000000007", "managing-organization"] {
        assert_eq!(who(text), None, "{text}");
    }
}

#[test]
fn each_part_of_a_filter_narrows() {
    let about = ["req_1".to_owned(), "cmp_2".to_owned()];
    let by = kim();
    let entry = AuditFacts { act: ActName::RequestDecided, at: at(100), who: Some(&by), about: &about };
    let all = AuditFilter::default();
    assert!(!all.looks_closer() && all.wants(&entry));
    let text = |text: &str| Some(text.to_owned());
    let narrowed = [
        (AuditFilter { acts: acts("request"), ..all.clone() }, true),
        (AuditFilter { acts: acts("role"), ..all.clone() }, false),
        (AuditFilter { actor: who("adm_00000000000000000000000007"), ..all.clone() }, true),
        (AuditFilter { actor: who("adm_00000000000000000000000008"), ..all.clone() }, false),
        (AuditFilter { actor: who("cmp_00000000000000000000000007"), ..all.clone() }, false),
        (AuditFilter { actor: who("system"), ..all.clone() }, false),
        (AuditFilter { about: text("cmp_2"), ..all.clone() }, true),
        (AuditFilter { about: text("adm_00000000000000000000000007"), ..all.clone() }, true),
        (AuditFilter { about: text("cmp"), ..all.clone() }, false),
        (AuditFilter { before: Some(at(101)), ..all.clone() }, true),
        (AuditFilter { before: Some(at(100)), ..all.clone() }, false),
        (AuditFilter { after: Some(at(100)), ..all.clone() }, true),
        (AuditFilter { after: Some(at(101)), ..all.clone() }, false),
        (AuditFilter { text: SoughtText::new("not sought here"), ..all.clone() }, true),
    ];
    for (filter, expected) in narrowed {
        assert!(filter.looks_closer(), "{filter:?}");
        assert_eq!(filter.wants(&entry), expected, "{filter:?}");
    }
}

#[test]
fn an_actor_who_is_not_shown_is_not_found() {
    let hidden = AuditFacts { act: ActName::RequestDecided, at: at(100), who: None, about: &[] };
    let id = "adm_00000000000000000000000007";
    let by = AuditFilter { actor: who(id), ..AuditFilter::default() };
    let about = AuditFilter { about: Some(id.to_owned()), ..AuditFilter::default() };
    assert!(!by.wants(&hidden) && !about.wants(&hidden));
    let computer = Who::Computer { id: ComputerId::from_ulid(Ulid::from(7)) };
    let by = AuditFilter { actor: who("cmp_00000000000000000000000007"), ..AuditFilter::default() };
    assert!(by.wants(&AuditFacts { who: Some(&computer), ..hidden }));
}

#[test]
fn a_time_is_a_range_of_ids_with_an_hour_for_what_arrives_late() {
    let day = at(86_400);
    let filter = AuditFilter { after: Some(day), before: Some(day), ..AuditFilter::default() };
    let (from, below) = filter.ids();
    let made = |moment: jiff::Timestamp| {
        let millisecond = u64::try_from(moment.as_millisecond()).unwrap();
        EventId::from_ulid(Ulid::from_parts(millisecond, 5))
    };
    let hour = SignedDuration::from_hours(1);
    let minute = SignedDuration::from_mins(1);
    let (from, below) = (from.unwrap(), below.unwrap());
    assert!(from < made(day - hour) && from > made(day - hour - minute), "{from}");
    assert!(below > made(day + hour) && below < made(day + hour + minute), "{below}");
    assert_eq!(AuditFilter::default().ids(), (None, None));
}

#[test]
fn each_audit_is_read_with_its_own_right() {
    assert_eq!(Audit::ALL.len(), 2);
    for audit in Audit::ALL {
        assert!(audit.list().readable_with(audit.action()), "{audit}");
    }
    assert_ne!(Audit::System.action(), Audit::Unified.action());
}
