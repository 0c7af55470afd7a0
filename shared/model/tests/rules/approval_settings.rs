//! What organizations ask of requests and decisions: bounds, inheritance, and what is accepted.

use countersign_model::{
    ApprovalSettings, Condition, Decision, DecisionScope, Escalation, MessageTemplate, NotAccepted,
    Organization, Outcome, PublisherScope, ReasonRule,
};

use crate::lives::decision;
use crate::subjects::WIDE;
use crate::tree::Place::Own;
use crate::tree::at;

fn rule(min_length: u16, pattern: Option<&str>) -> ReasonRule {
    let explanation = pattern.map(|_| "name a ticket".to_owned());
    ReasonRule { min_length, pattern: pattern.map(str::to_owned), explanation }
}

fn requiring(rule: ReasonRule) -> ApprovalSettings {
    ApprovalSettings { reason: Some(rule), ..ApprovalSettings::default() }
}

fn template(name: &str, text: &str) -> MessageTemplate {
    MessageTemplate { name: name.to_owned(), text: text.to_owned() }
}

fn escalating(untaken: Option<u32>, to: &[&str], undecided: Option<u32>) -> ApprovalSettings {
    let escalation = Escalation {
        untaken_after_minutes: untaken,
        to: to.iter().map(|address| address.parse().unwrap()).collect(),
        undecided_after_minutes: undecided,
    };
    ApprovalSettings { escalation: Some(escalation), ..ApprovalSettings::default() }
}

#[test]
fn each_part_is_as_above_unless_it_is_set() {
    let above = ApprovalSettings {
        default_scope: Some(DecisionScope::Group),
        default_days: Some(30),
        reason: Some(rule(10, None)),
        denial_needs_message: Some(true),
        pending_days: Some(3),
        publisher_scope: Some(PublisherScope::Group),
        templates: Some(vec![template("No", "no")]),
        escalation: escalating(Some(30), &["lead@company.example"], None).escalation,
    };
    assert_eq!(ApprovalSettings::default().below(above.clone()), above);
    let own = ApprovalSettings {
        default_days: Some(0),
        reason: Some(rule(0, None)),
        denial_needs_message: Some(false),
        publisher_scope: Some(PublisherScope::Never),
        templates: Some(Vec::new()),
        escalation: Some(Escalation::default()),
        ..ApprovalSettings::default()
    };
    let both = own.clone().below(above);
    assert_eq!(
        (both.default_end(at(0)), both.scope()),
        (None, DecisionScope::Group),
        "what is set ends what is above"
    );
    assert_eq!((both.pending_days(), both.publisher_scope()), (3, PublisherScope::Never));
    assert_eq!(both.escalation, own.escalation, "none here, whatever there is above");
    assert_eq!((both.accepts_reason(None), both.templates), (Ok(()), Some(Vec::new())));
    let usual = ApprovalSettings::default();
    assert_eq!(
        (usual.pending_days(), usual.default_end(at(0)), usual.accepts_reason(None)),
        (14, None, Ok(()))
    );
}

#[test]
fn what_is_out_of_bounds_is_refused_with_its_place() {
    let days = |days| ApprovalSettings { default_days: Some(days), ..ApprovalSettings::default() };
    let pending = |days| ApprovalSettings { pending_days: Some(days), ..ApprovalSettings::default() };
    let with = |templates| ApprovalSettings { templates: Some(templates), ..ApprovalSettings::default() };
    let explained =
        |explanation: &str| ReasonRule { explanation: Some(explanation.to_owned()), ..rule(0, None) };
    let cases = [
        (days(3651), "/default_days"),
        (pending(0), "/pending_days"),
        (pending(61), "/pending_days"),
        (requiring(rule(501, None)), "/reason/min_length"),
        (requiring(rule(0, Some(""))), "/reason/pattern"),
        (requiring(rule(0, Some("(open"))), "/reason/pattern"),
        (requiring(rule(0, Some("a{1000}{1000}"))), "/reason/pattern"),
        (requiring(rule(0, Some(&"x".repeat(201)))), "/reason/pattern"),
        (requiring(explained("without a pattern")), "/reason/explanation"),
        (requiring(ReasonRule { explanation: None, ..rule(0, Some("x")) }), "/reason/explanation"),
        (
            requiring(ReasonRule { explanation: Some("x".repeat(201)), ..rule(0, Some("x")) }),
            "/reason/explanation",
        ),
        (with((0..21).map(|n| template(&n.to_string(), "x")).collect()), "/templates"),
        (with(vec![template("No", "x"), template("NO", "y")]), "/templates/1/name"),
        (with(vec![template(" ", "x")]), "/templates/0/name"),
        (with(vec![template("No", " ")]), "/templates/0/text"),
        (with((0..3).map(|n| template(&n.to_string(), &WIDE.repeat(2000))).collect()), "/templates"),
        (escalating(Some(0), &["a@b.example"], None), "/escalation/untaken_after_minutes"),
        (escalating(None, &[], Some(86_401)), "/escalation/undecided_after_minutes"),
        (escalating(Some(5), &[], None), "/escalation/to"),
        (escalating(None, &["a@b.example"], Some(5)), "/escalation/to"),
        (escalating(Some(5), &["a@b.example"; 21], None), "/escalation/to"),
        (escalating(Some(5), &[format!("slack:{}", WIDE.repeat(64)).as_str(); 16], None), "/escalation/to"),
    ];
    for (settings, at) in cases {
        assert_eq!(settings.clone().checked().map_err(|error| error.at), Err(at.to_owned()), "{settings:?}");
    }
    let escalated = [
        escalating(None, &[], None),
        escalating(Some(86_400), &["a@b.example", "sms:+15550100", "slack:Desk"], Some(1)),
    ];
    let others = [days(0), days(3650), pending(60), requiring(rule(500, Some(r"\bINC\d{6}\b")))];
    for settings in others.into_iter().chain(escalated) {
        assert_eq!(settings.clone().checked(), Ok(settings));
    }
}

#[test]
fn each_address_is_told_once_and_each_time_counts_from_when_it_was_asked() {
    let to = ["Lead@company.example", "lead@company.example", "sms:+15550100"];
    let escalation = escalating(Some(30), &to, None).escalation.unwrap();
    assert_eq!(escalation.addresses().len(), 2);
    assert_eq!(escalation.untaken_at(at(0)).map(|then| then.duration_since(at(0)).as_mins()), Some(30));
    assert_eq!(escalation.undecided_at(at(0)), None);
}

#[test]
fn a_reason_must_be_long_enough_and_match() {
    let ticket = requiring(rule(10, Some(r"\bINC\d{6}\b")));
    let cases = [
        (&ticket, Some("for INC123456"), Ok(())),
        (&ticket, Some("INC123456"), Err("must be at least 10 characters; name a ticket")),
        (&ticket, Some("I need it for work"), Err("name a ticket")),
        (&ticket, None, Err("must be at least 10 characters; name a ticket")),
        (&requiring(rule(1, None)), None, Err("must be given")),
        (&requiring(rule(3, None)), Some("für"), Ok(())),
        (&requiring(rule(0, Some("(broken"))), None, Ok(())),
    ];
    for (settings, reason, expected) in cases {
        assert_eq!(settings.accepts_reason(reason), expected.map_err(str::to_owned), "{reason:?}");
    }
}

#[test]
fn matching_a_reason_takes_no_longer_than_the_reason_is_long() {
    // With backtracking, this would not end.
    let settings = requiring(rule(0, Some("^(a+)+$"))).checked().unwrap();
    assert!(settings.accepts_reason(Some(&format!("{}!", "a".repeat(1999)))).is_err());
}

#[test]
fn decisions_are_accepted_by_what_the_organization_asks_of_them() {
    let settings = ApprovalSettings {
        denial_needs_message: Some(true),
        publisher_scope: Some(PublisherScope::Group),
        ..ApprovalSettings::default()
    };
    let covering = |scope| {
        let approval = Decision { scope, ..decision(Outcome::Approved, at(0)) };
        approval.covering(Condition::Publisher).unwrap()
    };
    let denial = decision(Outcome::Denied, at(0));
    let told = Decision { message: Some("no".to_owned()), ..denial.clone() };
    let widest = DecisionScope::Group;
    let cases = [
        (denial, Err(NotAccepted::MessageRequired)),
        (told, Ok(())),
        (decision(Outcome::Ignored, at(0)), Ok(())),
        (decision(Outcome::Approved, at(0)), Ok(())),
        (covering(DecisionScope::Computer), Ok(())),
        (covering(DecisionScope::Group), Ok(())),
        (covering(DecisionScope::Organization), Err(NotAccepted::PublisherTooWide { widest })),
    ];
    for (decision, expected) in cases {
        assert_eq!(settings.accepts(&decision), expected, "{decision:?}");
    }
    let never = ApprovalSettings::default().accepts(&covering(DecisionScope::Computer));
    assert_eq!(never, Err(NotAccepted::PublisherNotAllowed), "unless it is allowed");
}

#[test]
fn organizations_of_earlier_versions_ask_nothing_and_the_largest_settings_fit_into_the_record() {
    let organization = Organization::root(Own.id(), "Company".to_owned(), at(0));
    let json = serde_json::to_value(&organization).unwrap();
    assert!(json.get("approval").is_none());
    assert_eq!(serde_json::from_value::<Organization>(json).unwrap(), organization);
    let wide = ApprovalSettings {
        reason: Some(ReasonRule {
            pattern: Some(WIDE.repeat(200)),
            explanation: Some(WIDE.repeat(200)),
            min_length: 500,
        }),
        templates: Some(vec![template("a", &WIDE.repeat(2000)), template("b", &WIDE.repeat(2000))]),
        escalation: escalating(Some(1), &[format!("slack:{}", WIDE.repeat(64)).as_str(); 15], None)
            .escalation,
        ..ApprovalSettings::default()
    };
    let mut largest = organization.clone();
    for minute in 0..100 {
        let days = u16::try_from(minute % 60 + 1).unwrap();
        largest = largest
            .asking(ApprovalSettings { pending_days: Some(days), ..Default::default() }, at(minute * 60));
    }
    let largest = largest.asking(wide.checked().unwrap(), at(0));
    let event = countersign_model::act::ApprovalSettingsEdited::of(&largest, &largest);
    assert!(serde_json::to_vec(&largest).unwrap().len() < 24 * 1024);
    assert!(serde_json::to_vec(&event).unwrap().len() < 48 * 1024, "the event has it twice");
}
