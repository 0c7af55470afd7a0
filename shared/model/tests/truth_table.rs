//! The truth table: who may do what, where, as one text file that is reviewed like code.
//!
//! `UPDATE_TRUTH_TABLE=1 cargo test -p countersign-model --test truth_table` writes it anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use countersign_model::{
    Action, Actor, AdministratorId, DecisionScope, Holding, OrganizationId, Permission, RequestKind,
    Resource, RoleId, Scope, Source, catalogue, decide, questions,
};
use ulid::Ulid;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/truth_table.txt");

const INTRODUCTION: &str = "\
Who may do what, where
======================

This file is made by the decision code itself and compared with it by a test, so it says what really happens.

The organizations of the example:

    parent
    |-- own             the administrator belongs here; everything is set here unless the row says otherwise
    |   `-- child
    |       `-- grandchild
    `-- sibling

Under each holder stand the actions, and for each of the five organizations one of:

    yes      the holder may do it there
    no       refused, with what is missing
    hidden   refused, and the holder is not even told that the organization exists

A line \"every other action\" stands for all the actions that are not listed above it. Under the name of a single permission
stands what it means; docs/who-may-do-what.md explains the rules.
";

#[derive(Clone, Copy)]
enum Place {
    Own,
    Parent,
    Child,
    Grandchild,
    Sibling,
}

use Place::{Child, Grandchild, Own, Parent, Sibling};

const PLACES: [(Place, &str); 5] =
    [(Own, "own"), (Parent, "parent"), (Child, "child"), (Grandchild, "grandchild"), (Sibling, "sibling")];

impl Place {
    fn id(self) -> OrganizationId {
        OrganizationId::from_ulid(Ulid::from(self as u128 + 1))
    }

    fn resource(self) -> Resource {
        let ancestors: &[Self] = match self {
            Parent => &[],
            Own | Sibling => &[Parent],
            Child => &[Parent, Own],
            Grandchild => &[Parent, Own, Child],
        };
        Resource::new(self.id(), ancestors.iter().map(|place| place.id()).collect())
    }
}

/// A row: a title, and permissions with where they are set and whether by a role.
struct Holder {
    title: String,
    holdings: Vec<Holding>,
}

fn singly(permission: Permission, at: Place) -> Holding {
    Holding { permission, scope: Scope::of(permission, at.id()), source: Source::Individual }
}

fn by_role(permission: Permission, at: Place) -> Holding {
    let source = Source::Role {
        id: RoleId::from_ulid(Ulid::from(9_u128)),
        name: "Help desk".to_owned(),
        organization: at.id(),
    };
    Holding { source, ..singly(permission, at) }
}

fn title(permission: Permission) -> &'static str {
    &catalogue::entry(permission).unwrap().title
}

fn holders() -> Vec<(&'static str, Vec<Holder>)> {
    let mut alone = vec![Holder { title: "Nothing".to_owned(), holdings: Vec::new() }];
    alone.extend(catalogue::entries().iter().map(|entry| Holder {
        title: format!("{}\n  {}", entry.title, entry.meaning),
        holdings: vec![singly(entry.id, Own)],
    }));
    vec![
        ("One permission alone", alone),
        ("Combinations", combinations()),
        ("Combinations from different grants", mixed()),
        ("Roles and places", roles()),
        ("Super Admin forms and places", places()),
        ("API tokens, which carry a part of what their maker holds", tokens()),
    ]
}

/// Every pair that the catalogue says must be combined.
fn combinations() -> Vec<Holder> {
    let mut rows: BTreeMap<(Permission, Permission), Holder> = BTreeMap::new();
    for entry in catalogue::entries() {
        for partner in entry.combinations().flat_map(|gives| gives.combined_with.iter().flatten()) {
            let pair = (entry.id.min(*partner), entry.id.max(*partner));
            rows.insert(
                pair,
                Holder {
                    title: format!("{} + {}", title(entry.id), title(*partner)),
                    holdings: vec![singly(entry.id, Own), singly(*partner, Own)],
                },
            );
        }
    }
    rows.into_values().collect()
}

fn mixed() -> Vec<Holder> {
    use Permission::{
        ApproveForGroup, ChangePermission, EditComputers, ElevationAdministrator, ViewAdministrators,
        ViewApprovals,
    };
    vec![
        row(
            "Approve for Group singly + Edit Computers from a role",
            vec![singly(ApproveForGroup, Own), by_role(EditComputers, Own)],
        ),
        row(
            "Elevation Administrator singly + View Approvals from a role assigned at child",
            vec![singly(ElevationAdministrator, Own), by_role(ViewApprovals, Child)],
        ),
        row(
            "Approve for Group from a role assigned at child + Edit Computers from a role assigned at sibling",
            vec![by_role(ApproveForGroup, Child), by_role(EditComputers, Sibling)],
        ),
        row(
            "Change Permission from a role assigned at parent + View Administrators from a role assigned at sibling",
            vec![by_role(ChangePermission, Parent), by_role(ViewAdministrators, Sibling)],
        ),
    ]
}

fn row(title: &str, holdings: Vec<Holding>) -> Holder {
    Holder { title: title.to_owned(), holdings }
}

/// The same role, assigned at each of the organizations.
fn roles() -> Vec<Holder> {
    let assigned = |(place, name)| {
        row(
            &format!("View Reports from a role assigned at {name}"),
            vec![by_role(Permission::ViewReports, place)],
        )
    };
    PLACES.into_iter().map(assigned).collect()
}

fn places() -> Vec<Holder> {
    use Permission::{
        HelpDeskManagement, SuperAdmin, SuperAdminChild, SuperAdminParentOnly, ViewSystemAudit,
    };
    vec![
        row("Super Admin set on parent", vec![singly(SuperAdmin, Parent)]),
        row("Super Admin-Child set on parent", vec![singly(SuperAdminChild, Parent)]),
        row("Super Admin - Parent Only set on parent", vec![singly(SuperAdminParentOnly, Parent)]),
        row("Super Admin from a role assigned at child", vec![by_role(SuperAdmin, Child)]),
        row("Super Admin-Child from a role assigned at child", vec![by_role(SuperAdminChild, Child)]),
        row(
            "Super Admin - Parent Only from a role assigned at child",
            vec![by_role(SuperAdminParentOnly, Child)],
        ),
        row("Super Admin from a role assigned at sibling", vec![by_role(SuperAdmin, Sibling)]),
        row("Super Admin-Child from a role assigned at sibling", vec![by_role(SuperAdminChild, Sibling)]),
        row(
            "Super Admin - Parent Only from a role assigned at sibling",
            vec![by_role(SuperAdminParentOnly, Sibling)],
        ),
        row(
            "Super Admin-Child + Super Admin - Parent Only",
            vec![singly(SuperAdminChild, Own), singly(SuperAdminParentOnly, Own)],
        ),
        row(
            "Super Admin-Child + View System Audit",
            vec![singly(SuperAdminChild, Own), singly(ViewSystemAudit, Own)],
        ),
        row("Help Desk Management set on parent", vec![singly(HelpDeskManagement, Parent)]),
    ]
}

/// What is left of some grants when a token carries only these permissions.
fn tokens() -> Vec<Holder> {
    use Permission::{
        ApproveForGroup, EditComputers, SuperAdmin, SuperAdminChild, SuperAdminParentOnly, ViewReports,
    };
    let token = |title: &str, held: Vec<Holding>, only: &[Permission]| {
        let maker = Actor::new(AdministratorId::from_ulid(Ulid::nil()), Own.id(), held);
        row(title, maker.only(only.iter().collect()).holdings().to_vec())
    };
    vec![
        token("View Reports alone, of a Super Admin", vec![singly(SuperAdmin, Own)], &[ViewReports]),
        token(
            "View Reports alone, of a Super Admin-Child",
            vec![singly(SuperAdminChild, Own)],
            &[ViewReports],
        ),
        token(
            "View Reports alone, of a Super Admin - Parent Only",
            vec![singly(SuperAdminParentOnly, Own)],
            &[ViewReports],
        ),
        token(
            "Edit Computers alone, of somebody with Approve for Group + Edit Computers",
            vec![singly(ApproveForGroup, Own), singly(EditComputers, Own)],
            &[EditComputers],
        ),
        token(
            "Super Admin and View Reports, of somebody who holds View Reports alone",
            vec![singly(ViewReports, Own)],
            &[SuperAdmin, ViewReports],
        ),
    ]
}

/// A question in words: `requests: approve application, for a group`.
fn words((action, kind, scope): (Action, Option<RequestKind>, Option<DecisionScope>)) -> String {
    let (page, verb) = action.id().split_once('.').unwrap();
    let mut words = format!("{}: {}", page.replace('-', " "), verb.replace('-', " "));
    if let Some(kind) = kind.filter(|_| action.asks_kind()) {
        write!(words, " {kind} request").unwrap();
    }
    match scope {
        Some(DecisionScope::Computer) => words.push_str(", for a single computer"),
        Some(DecisionScope::Group) => words.push_str(", for a group"),
        Some(DecisionScope::Organization) => words.push_str(", for the organization"),
        None => {}
    }
    words
}

type Cells = [&'static str; 5];

fn cells(
    actor: &Actor,
    (action, kind, scope): (Action, Option<RequestKind>, Option<DecisionScope>),
) -> Cells {
    PLACES.map(|(place, _)| {
        let resource = Resource { kind, scope, ..place.resource() };
        match decide(actor, action, &resource) {
            Ok(_) => "yes",
            Err(denial) if denial.hidden => "hidden",
            Err(_) => "no",
        }
    })
}

fn line(text: &mut String, what: &str, cells: Cells) {
    let [own, parent, child, grandchild, sibling] = cells;
    let row = format!("  {what:<62}{own:<8}{parent:<8}{child:<8}{grandchild:<12}{sibling}");
    writeln!(text, "{}", row.trim_end()).unwrap();
}

fn table_of(text: &mut String, holder: &Holder) {
    let administrator = AdministratorId::from_ulid(Ulid::nil());
    let actor = Actor::new(administrator, Own.id(), holder.holdings.clone());
    let answers: Vec<(String, Cells)> =
        questions().map(|question| (words(question), cells(&actor, question))).collect();
    let mut frequency: BTreeMap<Cells, usize> = BTreeMap::new();
    for (_, cells) in &answers {
        *frequency.entry(*cells).or_default() += 1;
    }
    let (usual, count) = frequency.into_iter().max_by_key(|(_, count)| *count).unwrap();

    writeln!(text, "\n{}", holder.title).unwrap();
    line(text, "", PLACES.map(|(_, name)| name));
    for (what, cells) in answers.iter().filter(|(_, cells)| *cells != usual) {
        line(text, what, *cells);
    }
    let all = if count == answers.len() { "every action" } else { "every other action" };
    line(text, all, usual);
}

fn table() -> String {
    let mut text = INTRODUCTION.to_owned();
    for (heading, rows) in holders() {
        writeln!(text, "\n\n{heading}\n{}", "-".repeat(heading.len())).unwrap();
        for holder in rows {
            table_of(&mut text, &holder);
        }
    }
    text
}

#[test]
fn the_committed_table_is_what_the_decisions_say() {
    let table = table();
    if std::env::var_os("UPDATE_TRUTH_TABLE").is_some() {
        std::fs::write(PATH, &table).unwrap();
    }
    let committed = std::fs::read_to_string(PATH).unwrap_or_default();
    let first = committed.lines().zip(table.lines()).position(|(old, new)| old != new);
    assert!(
        committed == table,
        "tests/truth_table.txt differs from line {}; if the change is wanted, run \
         UPDATE_TRUTH_TABLE=1 cargo test -p countersign-model --test truth_table and review the difference",
        first.map_or_else(|| committed.lines().count().min(table.lines().count()) + 1, |line| line + 1),
    );
}
