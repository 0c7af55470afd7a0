//! What a rule decides: everything that is given must fit, a denial wins, and a use counts once.

use countersign_model::rule::{UsedUp, deciding};
use countersign_model::{
    Criteria, DecisionScope, File, GroupId, OrganizationId, Outcome, Publisher, Request, RequestId,
    RequestKind, Rule, RuleEffect, RuleId, RuleMaker, Signer, Subject, Whereabouts,
};
use ulid::Ulid;

use crate::lives::{file, in_group, request_of};
use crate::tree::Place::{Own, Sibling};
use crate::tree::{at, who};

fn any() -> Criteria {
    Criteria {
        kinds: vec![RequestKind::Application],
        sha256: None,
        publisher: None,
        path: None,
        username: None,
        group_id: None,
        computer_id: None,
    }
}

fn rule(number: u128, effect: RuleEffect, criteria: Criteria) -> Rule {
    Rule {
        id: RuleId::from_ulid(Ulid::from(number)),
        organization_id: Own.id(),
        name: "Rule".to_owned(),
        below: false,
        effect,
        criteria,
        scope: DecisionScope::Computer,
        lasts_seconds: None,
        message: None,
        ends_at: None,
        max_uses: None,
        uses: 0,
        recent: Vec::new(),
        edition: 1,
        maker: RuleMaker { administrator_id: who(1), administrator_name: "Ada".to_owned() },
        created_at: at(0),
        deleted: false,
    }
}

fn signer(verified: bool) -> Signer {
    Signer {
        subject: Some("CN=Example Software".into()),
        issuer: Some("CN=Example CA".into()),
        issuer_thumbprint: None,
        thumbprint: None,
        valid_from: None,
        valid_until: None,
        verified,
        team_id: None,
        signing_id: None,
    }
}

fn asked(file: File) -> Request {
    request_of(1, 1, Own, Subject::Application(file))
}

fn fits(criteria: Criteria, file: File) -> bool {
    criteria.fit(&asked(file), &in_group(1))
}

#[test]
fn everything_that_is_given_must_fit() {
    let plain = || file('a');
    let sha256 = |digit: &str| Some(digit.repeat(64).parse().unwrap());
    let group = |number: u128| Some(GroupId::from_ulid(Ulid::from(number)));
    let publisher = Publisher::of(&signer(true));
    assert!(publisher.is_some());
    let signed = |verified| File { signers: vec![signer(verified)], ..file('a') };
    assert!(fits(any(), plain()));
    assert!(fits(Criteria { sha256: sha256("a"), ..any() }, plain()));
    assert!(!fits(Criteria { sha256: sha256("b"), ..any() }, plain()));
    assert!(fits(Criteria { username: Some("KIM".to_owned()), ..any() }, plain()));
    assert!(!fits(Criteria { username: Some("lee".to_owned()), ..any() }, plain()));
    assert!(fits(Criteria { group_id: group(1), ..any() }, plain()));
    assert!(!fits(Criteria { group_id: group(2), sha256: sha256("a"), ..any() }, plain()), "all of them");
    assert!(!fits(Criteria { kinds: vec![RequestKind::Storage], ..any() }, plain()));
    assert!(fits(Criteria { publisher: publisher.clone(), ..any() }, signed(true)));
    assert!(
        !fits(Criteria { publisher: publisher.clone(), ..any() }, signed(false)),
        "the agent must have verified it"
    );
    assert!(!fits(Criteria { publisher, ..any() }, plain()));
    assert!(!any().are_narrow());
}

#[test]
fn a_path_fits_a_pattern_in_any_case_of_letters_if_it_is_whole() {
    let like = |path: &str, pattern: &str| {
        let criteria = Criteria { path: Some(pattern.to_owned()), ..any() };
        fits(criteria, File { path: Some(countersign_model::Reported::new(path, 200)), ..file('a') })
    };
    assert!(like(r"C:\Tools\cc.exe", r"c:\tools\*.EXE"));
    assert!(like(r"C:\Tools\cc.exe", r"C:\Tools\??.exe"));
    assert!(!like(r"C:\Tools\ccc.exe", r"C:\Tools\??.exe"));
    assert!(!like(r"D:\Tools\cc.exe", r"C:\*"), "the whole path, not a part of it");
    assert!(
        !like(&format!(r"C:\{}\cc.exe", "x".repeat(300)), r"C:\*.exe"),
        "what was left out could be anything"
    );
    assert!(!fits(Criteria { path: Some("*".to_owned()), ..any() }, File { path: None, ..file('a') }));
}

#[test]
fn a_path_that_leads_elsewhere_fits_no_pattern() {
    let like = |path: &str, pattern: &str| {
        let criteria = Criteria { path: Some(pattern.to_owned()), ..any() };
        fits(criteria, File { path: Some(countersign_model::Reported::new(path, 200)), ..file('a') })
    };
    for path in [
        r"C:\Tools\..\Users\kim\evil.exe",
        r"C:\Tools\.. \evil.exe",
        r"C:\Tools\...\evil.exe",
        "C:/Tools/../evil.exe",
        r"C:\Tools\..",
    ] {
        assert!(!like(path, r"C:\Tools\*") && !like(path, "C:/Tools/*"), "{path}");
    }
    for path in [r"C:\Tools\a..b.exe", r"C:\Tools\.config\cc.exe", r"C:\Tools\cc..exe"] {
        assert!(like(path, r"C:\Tools\*"), "{path}: part of a name");
    }
}

#[test]
fn a_denial_wins_and_then_the_oldest() {
    let rules = [
        rule(3, RuleEffect::Approve, any()),
        rule(2, RuleEffect::Approve, any()),
        rule(5, RuleEffect::Deny, any()),
        rule(4, RuleEffect::Deny, any()),
    ];
    let found =
        |rules: &[Rule]| deciding(rules, &asked(file('a')), &in_group(1), at(0)).map(|rule| rule.id.clone());
    assert_eq!(found(&rules), Some(rules[3].id.clone()));
    assert_eq!(found(&rules[..2]), Some(rules[1].id.clone()));
    assert_eq!(rules[0].outcome(), Outcome::Approved);
    assert_eq!(found(&[]), None);
}

#[test]
fn it_decides_where_it_is_made_and_below_only_if_it_says_so() {
    let other = request_of(1, 1, Sibling, Subject::Application(file('a')));
    let own = rule(1, RuleEffect::Approve, any());
    let decides = |rule: &Rule, request: &Request| rule.decides(request, &in_group(1), at(0));
    assert!(decides(&own, &asked(file('a'))));
    assert!(!decides(&own, &other));
    let below = Request { ancestors: vec![Own.id()], ..other };
    assert!(!decides(&own, &below));
    assert!(decides(&Rule { below: true, ..own }, &below));
    let nobody = OrganizationId::from_ulid(Ulid::from(99_u128));
    assert!(!decides(&Rule { organization_id: nobody, ..rule(1, RuleEffect::Deny, any()) }, &below));
}

#[test]
fn it_never_approves_for_a_twin_but_denies() {
    let twin = Whereabouts::In {
        group_id: GroupId::from_ulid(Ulid::from(1_u128)),
        is_deleted: false,
        is_unconfirmed: true,
        is_cloned: false,
    };
    let decides = |effect| rule(1, effect, any()).decides(&asked(file('a')), &twin, at(0));
    assert!(!decides(RuleEffect::Approve));
    assert!(decides(RuleEffect::Deny));
}

#[test]
fn a_request_counts_once_and_a_limit_or_an_end_stops_the_next() {
    let request = |number: u128| RequestId::from_ulid(Ulid::from(number));
    let limited = Rule { max_uses: Some(1), ends_at: Some(at(100)), ..rule(1, RuleEffect::Approve, any()) };
    let used = limited.used_for(&request(1), at(0)).unwrap();
    assert_eq!((used.uses, used.is_in_force(at(0))), (1, false));
    assert_eq!(used.used_for(&request(1), at(0)), Ok(used.clone()), "a retry");
    assert_eq!(used.used_for(&request(2), at(0)), Err(UsedUp));
    assert_eq!(limited.used_for(&request(2), at(100)), Err(UsedUp), "its end has come");
    let counted = Rule { recent: vec![asked(file('a')).id], ..used };
    assert!(counted.decides(&asked(file('a')), &in_group(1), at(0)), "what was counted is carried out");
    let unlimited = rule(1, RuleEffect::Approve, any());
    let many = (0..200).fold(unlimited, |rule, number| rule.used_for(&request(number), at(0)).unwrap());
    assert_eq!((many.uses, many.recent.len()), (200, 64));
    assert_eq!(many.edition, 1, "a use is no edit");
    let wanted = rule(2, RuleEffect::Deny, any());
    let edited = many.edited(wanted.clone());
    assert_eq!((edited.edition, edited.uses, &edited.recent), (2, 200, &many.recent));
    assert_eq!((edited.effect, edited.maker), (wanted.effect, wanted.maker));
    let mut earlier = serde_json::to_value(&many).unwrap();
    earlier.as_object_mut().unwrap().remove("edition");
    assert_eq!(serde_json::from_value::<Rule>(earlier).unwrap().edition, 1, "of an earlier version");
}
