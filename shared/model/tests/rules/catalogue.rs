//! The catalogue is complete: permissions, actions and the data file name each other one to one.

use std::collections::BTreeSet;

use countersign_model::catalogue::{self, Origin, Reach};
use countersign_model::{Action, Permission, PermissionSet};

#[test]
fn the_data_file_can_be_read_whole() {
    let entries: Vec<catalogue::Entry> = serde_json::from_str(catalogue::TEXT).unwrap();
    assert_eq!(entries, catalogue::entries());
}

#[test]
fn every_permission_has_exactly_one_entry_in_the_order_of_the_enum() {
    let listed: Vec<Permission> = catalogue::entries().iter().map(|e| e.id).collect();
    assert_eq!(listed, Permission::ALL);
    assert_eq!(listed.len(), 40, "the source document names 40 permissions");
    assert_eq!(PermissionSet::ALL.len(), 40);
}

#[test]
fn every_id_is_the_title_in_kebab_case() {
    for entry in catalogue::entries() {
        let mut id = String::new();
        for c in entry.title.chars() {
            match c {
                'A'..='Z' | 'a'..='z' => id.push(c.to_ascii_lowercase()),
                _ if id.ends_with('-') || c == ')' => {}
                _ => id.push('-'),
            }
        }
        assert_eq!(id, entry.id.id());
    }
}

/// The headings of the source document's two lists and the titles under each; "ThreatLocker Ops" is called "Ops" here.
const HEADINGS: &[(&str, &[&str])] = &[
    (
        "Approval Permissions",
        &[
            "Approve for Entire Organization",
            "Approve for Group",
            "Approve for Single Computer",
            "Approve for Single Computer (Application Only)",
            "Elevation Administrator",
            "View Approvals",
        ],
    ),
    (
        "Administrator Permissions",
        &[
            "Assign Roles",
            "Change Permission",
            "Edit Administrators",
            "Role Administrator",
            "View Administrators",
            "Edit Login Settings",
        ],
    ),
    (
        "Application Control Permissions",
        &[
            "Allow Application Merge",
            "Edit Application Control Applications",
            "Edit Application Control Policies",
            "Manage Tags",
        ],
    ),
    ("Billing Permissions", &["Edit Billing", "View Billing"]),
    (
        "Computer Permissions",
        &["Allow View Checkin History", "Edit Computer Groups", "Edit Computers", "View Override Codes"],
    ),
    (
        "General Permissions",
        &[
            "Edit Integrations",
            "Super Admin",
            "Super Admin-Child",
            "Super Admin - Parent Only",
            "View Reports",
            "View System Audit",
            "View Unified Audit",
        ],
    ),
    ("Network Control Permissions", &["Edit NC Authorization Hosts", "Edit Network Control Policies"]),
    ("Organization Permissions", &["Edit Organizations", "View Organizations"]),
    (
        "Storage Control Permissions",
        &["Edit Storage Control Policies", "Edit Storage Control Storage Devices"],
    ),
    ("Master-Only Permissions", &["Help Desk Management"]),
    (
        "Configuration Manager Permissions",
        &["Edit Configuration Manager Policies", "View Configuration Manager"],
    ),
    ("Ops Permissions", &["Edit Ops", "View Ops"]),
];

#[test]
fn every_title_stands_under_its_heading_as_in_the_source() {
    let under = |(heading, titles): &(&'static str, &'static [&'static str])| {
        titles.iter().map(|title| (*heading, *title)).collect::<Vec<_>>()
    };
    let source: Vec<(&str, &str)> = HEADINGS.iter().flat_map(under).collect();
    let ours = catalogue::entries().iter().map(|e| (e.category.as_str(), e.title.as_str()));
    assert_eq!(ours.collect::<Vec<_>>(), source);
}

#[test]
fn whoever_holds_no_part_of_an_action_may_not_do_it() {
    for action in Action::ALL {
        let parts = catalogue::having_a_part_in(*action);
        let alone = catalogue::entries().iter().filter(|e| e.actions().contains(action)).map(|e| e.id);
        assert!(alone.clone().all(|permission| parts.contains(permission)), "{action}");
        assert!(parts.contains(Permission::SuperAdmin), "{action}");
    }
    let merging = catalogue::having_a_part_in(Action::ApplicationsMerge);
    assert!(merging.contains(Permission::AllowApplicationMerge), "also what gives it only together");
    assert!(!merging.contains(Permission::ManageTags));
    assert!(!catalogue::having_a_part_in(Action::SystemAuditView).contains(Permission::SuperAdminChild));
}

#[test]
fn every_action_is_given_by_an_ordinary_permission() {
    let given: BTreeSet<Action> =
        catalogue::entries().iter().flat_map(|e| &e.gives).flat_map(|g| g.actions.clone()).collect();
    let all: BTreeSet<Action> = Action::ALL.iter().copied().collect();
    assert_eq!(given, all);
}

#[test]
fn every_permission_gives_something_and_says_so_in_one_sentence() {
    for entry in catalogue::entries() {
        assert!(!entry.gives.is_empty() || entry.everything_but.is_some(), "{}", entry.id);
        assert!(entry.meaning.ends_with('.') && !entry.meaning.contains(". "), "{}", entry.meaning);
        assert!(!entry.category.is_empty());
        for gives in &entry.gives {
            assert!(!gives.actions.is_empty(), "{}", entry.id);
            let partners = gives.combined_with.iter().flatten();
            assert!(partners.clone().all(|p| *p != entry.id), "{} combined with itself", entry.id);
            let about_requests = gives.actions.iter().all(|a| a.asks_kind() || a.kind().is_some());
            assert!(gives.kinds.is_none() || about_requests, "{}: kinds without requests", entry.id);
            let scoped = gives.actions.iter().all(|a| a.asks_scope());
            assert_eq!(gives.up_to.is_some(), scoped, "{}: scope exactly where it matters", entry.id);
        }
    }
}

#[test]
fn ids_of_permissions_and_actions_are_distinct_texts_that_lead_back() {
    for permission in Permission::ALL {
        assert_eq!(permission.id().parse(), Ok(*permission));
    }
    for action in Action::ALL {
        assert_eq!(action.id().parse(), Ok(*action));
    }
    assert!("super-Admin".parse::<Permission>().is_err());
    assert_eq!("fly".parse::<Action>().unwrap_err().to_string(), "`fly` is not a known action");
}

#[test]
fn only_what_the_source_leaves_blank_is_decided_by_us() {
    let decided: Vec<&str> = catalogue::entries()
        .iter()
        .filter(|e| e.source == Origin::Decided)
        .map(|e| e.title.as_str())
        .collect();
    assert_eq!(
        decided,
        [
            "Assign Roles",
            "Role Administrator",
            "Manage Tags",
            "Allow View Checkin History",
            "View Override Codes",
            "Super Admin - Parent Only",
            "View System Audit",
            "Edit NC Authorization Hosts",
            "Edit Network Control Policies",
            "Help Desk Management",
            "Edit Configuration Manager Policies",
            "View Configuration Manager",
            "Edit Ops",
            "View Ops",
        ]
    );
}

#[test]
fn full_control_includes_what_it_should() {
    use Permission::{SuperAdmin, SuperAdminChild, SuperAdminParentOnly, ViewSystemAudit};
    assert_eq!(catalogue::includes(SuperAdmin), PermissionSet::ALL);
    let child = catalogue::includes(SuperAdminChild);
    assert!(!child.contains(ViewSystemAudit) && !child.contains(SuperAdmin));
    let parent_only = catalogue::includes(SuperAdminParentOnly);
    assert!(parent_only.contains(ViewSystemAudit) && !parent_only.contains(SuperAdmin));
    assert_eq!(catalogue::reach(SuperAdminChild), Reach::Below);
    assert_eq!(catalogue::reach(SuperAdminParentOnly), Reach::Here);
    let ordinary = Permission::ALL.iter().filter(|p| catalogue::reach(**p) == Reach::HereAndBelow);
    assert_eq!(ordinary.count(), 38);
    assert_eq!(catalogue::entry(SuperAdmin).unwrap().actions(), Action::ALL);
}
