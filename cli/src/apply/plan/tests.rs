//! What differs, for files and findings that matter.

use serde_json::json;

use super::*;

const FILE: &str = r#"
    [[organization]]
    path = []
    groups = []

    [[organization]]
    path = ["Company B"]
    groups = ["Desktops"]

    [[organization.policy]]
    name = "Default"
    group = "Desktops"
    default_action = "allow"

    [[organization.role]]
    name = "Clerk"
    permissions = ["view-approvals", "approve-for-group"]
"#;

fn company(text: &str) -> Company {
    toml::from_str(text).unwrap()
}

fn item(id: &str, fields: Value) -> Item {
    let Value::Object(fields) = fields else { panic!("it has fields") };
    let name = fields["name"].as_str().unwrap().to_owned();
    Item { id: id.to_owned(), name, revision: 4, fields }
}

fn root() -> FoundOrganization {
    FoundOrganization { id: "org_1".into(), ..FoundOrganization::default() }
}

/// As the file wants it.
fn made() -> FoundOrganization {
    FoundOrganization {
        path: vec!["company b".into()],
        id: "org_2".into(),
        groups: vec![item("grp_1", json!({"name": "Desktops"}))],
        policies: vec![item(
            "pol_1",
            json!({"name": "Default", "group": "Desktops", "default_action": "allow", "kinds": ["application"]}),
        )],
        roles: vec![item(
            "rol_1",
            json!({"name": "Clerk", "permissions": ["approve-for-group", "view-approvals"]}),
        )],
        ..FoundOrganization::default()
    }
}

fn found(of: FoundOrganization) -> Found {
    Found { organizations: vec![root(), of] }
}

fn titles(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(Step::title).collect()
}

#[test]
fn where_nothing_is_everything_is_made_in_an_order_that_works() {
    let nothing = Found { organizations: vec![root()] };
    let plan = plan(&company(FILE), &nothing, Wishes { deploy: true, ..Wishes::default() }).unwrap();
    assert_eq!(
        titles(&plan),
        [
            "create  organization Company B",
            "create  group `Desktops` of Company B",
            "create  role `Clerk` of Company B",
            "create  policy `Default` of Company B",
            "deploy  policies of Company B",
        ]
    );
    assert_eq!(plan.summary(), "Plan: 4 to create, 1 to deploy; 1 as the file says");
}

#[test]
fn where_everything_is_as_wanted_nothing_is_done() {
    let wishes = Wishes { prune: true, deploy: true };
    let plan = plan(&company(FILE), &found(made()), wishes).unwrap();
    assert!(plan.steps.is_empty(), "{:?}", titles(&plan));
    assert_eq!(plan.summary(), "Nothing to do: 5 as the file says");
}

#[test]
fn what_differs_is_changed_field_by_field_and_the_rest_is_left() {
    let mut there = made();
    there.policies[0].fields["default_action"] = json!("block");
    let plan = plan(&company(FILE), &found(there), Wishes::default()).unwrap();
    let [step] = plan.steps.as_slice() else { panic!("{:?}", titles(&plan)) };
    let change = Change { field: "default_action".into(), old: Some("block".into()), new: "allow".into() };
    assert_eq!((step.act, step.changes.as_slice()), (Act::Change, &[change][..]));
    assert_eq!(
        (step.target.as_ref(), &step.fields["kinds"]),
        (Some(&("pol_1".into(), 4)), &json!(["application"]))
    );
}

#[test]
fn nothing_is_deleted_unless_that_is_asked_for_and_only_of_the_kinds_that_the_file_names() {
    let mut there = made();
    there.groups.push(item("grp_2", json!({"name": "Old"})));
    there.policies.push(item("pol_2", json!({"name": "Old", "group": "Old"})));
    there.rules.push(item("rul_1", json!({"name": "Kept"})));
    let file = company(FILE);
    let kept = plan(&file, &found(made()), Wishes::default()).unwrap();
    assert!(kept.steps.is_empty(), "{:?}", titles(&kept));
    let pruned = plan(&file, &found(there), Wishes { prune: true, ..Wishes::default() }).unwrap();
    assert_eq!(titles(&pruned), ["delete  policy `Old` of Company B", "delete  group `Old` of Company B"]);
}

#[test]
fn drafts_that_wait_are_deployed_if_that_is_asked_for() {
    let waiting = || FoundOrganization { undeployed: 1, ..made() };
    let file = company(FILE);
    assert!(plan(&file, &found(waiting()), Wishes::default()).unwrap().steps.is_empty());
    let deployed = plan(&file, &found(waiting()), Wishes { deploy: true, ..Wishes::default() }).unwrap();
    assert_eq!(titles(&deployed), ["deploy  policies of Company B"]);
}

#[test]
fn a_file_that_contradicts_itself_or_what_there_is_says_where() {
    let twice = "[[organization]]\npath = ['A']\n[[organization]]\npath = ['a']";
    let orphan = "[[organization]]\npath = ['A', 'B']";
    let no_group = "[[organization]]\npath = []\n[[organization.policy]]\nname = 'P'\ngroup = 'Nowhere'";
    let both = "[[organization]]\npath = []\ngroups = ['G']\n[[organization.policy]]\nname = 'P'\ngroup = 'G'\n\
                entries = [{ action = 'allow', by = 'path' }]";
    let moved = FILE
        .replace("group = \"Desktops\"", "group = \"Servers\"")
        .replace("[\"Desktops\"]", "[\"Servers\"]");
    for (file, part) in [
        (twice, "is there twice"),
        (orphan, "is below `A`, which does not exist"),
        (no_group, "names the group `Nowhere`"),
        (both, "either `values` or a `tag`"),
        (moved.as_str(), "is in the group `Desktops`, which cannot change"),
    ] {
        let refused = plan(&company(file), &found(made()), Wishes::default());
        assert!(refused.as_ref().is_err_and(|reason| reason.contains(part)), "{part}: {refused:?}");
    }
}
