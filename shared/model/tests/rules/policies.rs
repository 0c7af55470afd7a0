//! What differs between policies, and which versions are kept.

use countersign_model::{
    DeployedPolicies, DeployedPolicy, Deployment, DeploymentSummary, MatchBy, Policy, PolicyAspect,
    PolicyContent, PolicyId, policy,
};
use jiff::Timestamp;
use proptest::prelude::*;
use ulid::Ulid;

fn deployed(number: u128) -> DeployedPolicy {
    DeployedPolicy {
        id: PolicyId::from_ulid(Ulid::from_parts(1, number)),
        name: format!("Policy {number}"),
        order: 0,
        notify: Default::default(),
        content: PolicyContent::default(),
    }
}

fn in_order(numbers: &[u128]) -> Vec<DeployedPolicy> {
    numbers.iter().map(|number| deployed(*number)).collect()
}

/// Number of each policy that differs, and what differs in it.
type Aspects = Vec<(u128, Vec<PolicyAspect>)>;

fn aspects(before: &[u128], after: &[u128]) -> Aspects {
    let (before, after) = (in_order(before), in_order(after));
    let number = |id: &PolicyId| id.ulid().random();
    policy::differences(&before, &after).into_iter().map(|each| (number(each.id), each.aspects)).collect()
}

#[test]
fn only_what_was_moved_counts_as_moved() {
    use PolicyAspect::{Added, Moved, Removed};
    let cases: [(&[u128], &[u128], Aspects, &str); 6] = [
        (&[1, 2, 3], &[1, 2, 3], vec![], "the same"),
        (&[1, 2, 3, 4], &[4, 1, 2, 3], vec![(4, vec![Moved])], "the last one comes first"),
        (&[1, 2, 3, 4], &[2, 3, 4, 1], vec![(1, vec![Moved])], "the first one comes last"),
        (&[1, 2, 3], &[2, 3], vec![(1, vec![Removed])], "what follows one that is gone has not moved"),
        (&[2, 3], &[1, 2, 3], vec![(1, vec![Added])], "nor what follows a new one"),
        (&[1, 2, 3], &[3, 4], vec![(4, vec![Added]), (1, vec![Removed]), (2, vec![Removed])], "all at once"),
    ];
    for (before, after, expected, why) in cases {
        assert_eq!(aspects(before, after), expected, "{why}");
    }
}

proptest! {
    #[test]
    fn what_is_not_moved_keeps_its_order(after in Just((0..12u128).collect::<Vec<_>>()).prop_shuffle()) {
        let moved: Vec<u128> = aspects(&(0..12).collect::<Vec<_>>(), &after).into_iter().map(|(number, _)| number).collect();
        let staying: Vec<u128> = after.iter().copied().filter(|number| !moved.contains(number)).collect();
        prop_assert!(staying.is_sorted() && !staying.is_empty());
    }
}

#[test]
fn a_deployment_in_numbers_counts_each_policy_once_for_each_kind_of_change() {
    let before = in_order(&[1, 2, 3]);
    let mut after = in_order(&[3, 1, 4]);
    after[0].name = "Renamed".to_owned();
    after[0].notify.enabled = true;
    let mut summary = DeploymentSummary::default();
    summary.add(after.len(), &policy::differences(&before, &after));
    let expected = DeploymentSummary { policies: 3, groups: 1, added: 1, removed: 1, moved: 1, changed: 1 };
    assert_eq!(summary, expected);
}

#[test]
fn a_draft_goes_back_to_what_it_deployed() {
    let draft = r#"{"id":"pol_01J00000000000000000000000","organization_id":"org_01J00000000000000000000000",
        "group_id":"grp_01J00000000000000000000000","name":"A","naming":3,"order":7,
        "notify":{"enabled":true,"addresses":["desk@company.example"]},"content":{"default_action":"allow",
        "kinds":["storage"],"entries":[{"action":"block","match":{"by":"domain","tag_id":"tag_01J00000000000000000000000"}},
        {"action":"block","match":{"by":"path","values":["/tmp/**"]}}]}}"#;
    let draft: Policy = serde_json::from_str(draft).unwrap();
    let tag = draft.content.tags().into_iter().next().unwrap().clone();
    let values = [(tag, vec!["updates.example".to_owned()])].into();
    let resolved = Policy { content: draft.content.resolved(&values), ..draft.clone() };
    let live = DeployedPolicies::of(&draft.group_id, 1, &[resolved]).policies.remove(0);
    assert_ne!(live.content, draft.content, "with the values of its tags");
    let edited =
        Policy { name: "B".to_owned(), naming: 4, order: 1, content: Default::default(), ..draft.clone() };
    let back = live.as_draft_of(&edited);
    assert_eq!(back, Policy { naming: 4, ..draft }, "all of it but the number of the renaming");
}

#[test]
fn the_last_hundred_versions_are_kept() {
    let mut live = Deployment::none("org_01J00000000000000000000000".parse().unwrap());
    assert!(live.newest_first().is_empty() && live.generation_of(0).is_none());
    for number in 1..=150 {
        let outgrown = live.outgrown();
        live = live.next(format!("generation {number}"), Timestamp::UNIX_EPOCH);
        assert!(outgrown.iter().all(|generation| !live.keeps(generation)), "{outgrown:?}");
    }
    let kept: Vec<u64> = live.newest_first().into_iter().map(|(version, _)| version).collect();
    assert_eq!(kept, (51..=150).rev().collect::<Vec<_>>());
    assert_eq!((live.generation_of(50), live.generation_of(51)), (None, Some("generation 51".to_owned())));
    let bytes = serde_json::to_vec(&live).unwrap().len();
    assert!(bytes < 8 * 1024, "every request reads it: {bytes}");
}

#[test]
fn records_of_earlier_versions_are_read() {
    let deployment = r#"{"organization_id":"org_01J00000000000000000000000","version":7,
        "deployed_at":"2026-01-01T00:00:00Z","generation":"g7"}"#;
    let deployment: Deployment = serde_json::from_str(deployment).unwrap();
    assert!(deployment.keeps("g7") && deployment.generation_of(7).as_deref() == Some("g7"));
    let next = deployment.next("g8".to_owned(), Timestamp::UNIX_EPOCH);
    assert_eq!(next.newest_first(), [(8, "g8".to_owned()), (7, "g7".to_owned())]);
    let policies = r#"{"group_id":"grp_01J00000000000000000000000","version":7,"policies":[
        {"id":"pol_01J00000000000000000000000","name":"A","order":0,"notify":{"enabled":false,"addresses":[]}}]}"#;
    let policies: DeployedPolicies = serde_json::from_str(policies).unwrap();
    assert!(policies.policies[0].content.is_default());
    let draft = r#"{"id":"pol_01J00000000000000000000000","organization_id":"org_01J00000000000000000000000",
        "group_id":"grp_01J00000000000000000000000","name":"A","order":0,"notify":{"enabled":false,"addresses":[]}}"#;
    let draft: Policy = serde_json::from_str(draft).unwrap();
    assert!(draft.content.is_default());
    assert!(!serde_json::to_string(&draft).unwrap().contains("content"), "and written as before");
}

#[test]
fn values_are_kept_in_one_form() {
    let cases = [
        (MatchBy::Path, r" C:\Windows\** ", Some(r"C:\Windows\**")),
        (MatchBy::Path, "a\tb", None),
        (MatchBy::Domain, "Updates.Example", Some("updates.example")),
        (MatchBy::Domain, "*.updates.example", Some("*.updates.example")),
        (MatchBy::Domain, "bücher.example", Some("bücher.example")),
        (MatchBy::Domain, "*", None),
        (MatchBy::Domain, "https://updates.example", None),
        (MatchBy::Domain, "updates.example.", None),
        (MatchBy::Address, "2001:DB8::1/32", Some("2001:db8::/32")),
        (MatchBy::Address, "192.0.2.7", Some("192.0.2.7")),
        (MatchBy::Address, "updates.example", None),
        (MatchBy::Sha256, "e3b0", None),
    ];
    for (by, text, expected) in cases {
        assert_eq!(by.value(text).ok().as_deref(), expected, "{by} {text}");
    }
}
