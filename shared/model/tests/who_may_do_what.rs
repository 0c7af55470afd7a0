//! The page that says who may do what, and its short form in the README: made from the catalogue, so that they cannot be stale.
//!
//! `UPDATE_WHO_MAY_DO_WHAT=1 cargo test -p countersign-model --test who_may_do_what` writes them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::fmt::Write as _;

use countersign_model::catalogue::{self, Entry, Gives, Origin, Reach};
use countersign_model::{Action, DecisionScope, Permission, RequestKind};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/who-may-do-what.md");
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
const MARKS: (&str, &str) =
    ("<!-- made from the catalogue: begin -->\n", "<!-- made from the catalogue: end -->");

const INTRODUCTION: &str = "\
# Who may do what

This page is made from the permission catalogue, [`shared/model/catalogue.json`](../shared/model/catalogue.json); a test compares
them. What the decisions really say, place by place, is in [`truth_table.txt`](../shared/model/tests/truth_table.txt), made by
the decision code itself.

An administrator may do nothing that is not given here. A permission is held singly or comes from a role; it makes no difference
which.

## The permissions
*Lets one do*: the actions, by the ids that `POST /v1/authorize` takes. *Counts*: seen from the organization it is set on, which
is the administrator's own, or for a role the one it is assigned at. *Meaning from*: the source document, or decided by this
project where the document only names the permission; what we decided beyond what the document says stands behind *Ours*.

| permission | category | meaning | lets one do | counts | meaning from |
|---|---|---|---|---|---|
";

const RULES: &str = "
## Where a permission counts
- Singly, or from a role assigned without an organization: at the administrator's own organization and everything below it.
- From a role assigned at an organization: at that one and everything below it.
- Super Admin-Child: only below. Super Admin - Parent Only: only on the organization itself.
- Two permissions that must be combined have to count at the same organization; which grants they come from does not matter.
- A scope includes the narrower ones: entire organization, group, single computer.

## Giving and taking
- Nobody gives what they do not hold: to add a permission (singly, in a role, by assigning a role, by editing a role that others
  hold, by inviting, by enabling an account again, by an API token) one must hold it, with every action it gives, at every
  organization where it will count. What it would complete together with what the other holds already counts, too.
- Only a Super Admin gives the Super Admin forms and View System Audit.
- Help Desk Management can be given only at the root organization.
- Nobody adds to what they hold themselves, nor do several administrators in turn get what none of them had.
- Taking away is never refused for lack of the permission taken. There is always an active Super Admin of the root organization.
- Whoever has rights out of one's reach can be edited, reset, disabled or deleted only by somebody who reaches them all.
- Which permission is needed to try: Change Permission for single ones and Assign Roles for roles (each with Edit or View
  Administrators), Role Administrator for what is in a role, Edit Administrators to invite, edit, disable and delete.
- An API token carries a part of what its maker holds, and never more than the maker holds at the moment.
- Rights are looked up when the action happens. A refusal says what is missing and where; of an organization that one
  neither belongs to nor holds anything at, one is not even told that it exists.
";

/// `application and storage`.
fn list(words: &[&str], and: &str) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

fn title(permission: Permission) -> &'static str {
    &catalogue::entry(permission).unwrap().title
}

/// `Approve for Group or Approve for Single Computer`.
fn any_of(permissions: &[Permission]) -> String {
    let titles: Vec<_> = permissions.iter().map(|permission| title(*permission)).collect();
    list(&titles, "or")
}

/// `application and storage requests, for a group or less`.
fn limits(actions: &[Action], kinds: Option<&[RequestKind]>, up_to: Option<DecisionScope>) -> String {
    let named = actions.iter().all(|action| action.kind().is_some());
    let kinds = kinds.filter(|_| !named).map(|kinds| {
        let kinds: Vec<_> = kinds.iter().map(|kind| kind.id()).collect();
        format!("{} requests", list(&kinds, "and"))
    });
    let scope = up_to.map(|scope| match scope {
        DecisionScope::Computer => "for a single computer",
        DecisionScope::Group => "for a group or less",
        DecisionScope::Organization => "for the organization or less",
    });
    let parts: Vec<String> = kinds.into_iter().chain(scope.map(str::to_owned)).collect();
    parts.join(", ")
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

fn given(gives: &Gives) -> String {
    let ids: Vec<String> = gives.actions.iter().map(|action| format!("`{action}`")).collect();
    let limits = limits(&gives.actions, gives.kinds.as_deref(), gives.up_to);
    format!("{}{}", ids.join(" "), in_brackets(&limits))
}

/// What a permission lets one do: alone, and with each other one, whichever of the two the catalogue says it of.
fn lets_one_do(entry: &Entry) -> String {
    if let Some(but) = &entry.everything_but {
        let all = "everything that every other permission does";
        return if but.is_empty() { all.to_owned() } else { format!("{all}, but {}", any_of(but)) };
    }
    let alone = entry.gives.iter().filter(|gives| gives.combined_with.is_none()).map(given);
    let with = entry.combinations().map(|gives| {
        format!("with {}: {}", any_of(gives.combined_with.as_deref().unwrap_or_default()), given(gives))
    });
    let completes = catalogue::entries().iter().flat_map(|other| {
        let by_this = other.combinations().filter(|gives| {
            gives.combined_with.as_ref().is_some_and(|partners| partners.contains(&entry.id))
        });
        by_this.map(|gives| format!("with {}: {}", other.title, given(gives)))
    });
    alone.chain(with).chain(completes).collect::<Vec<_>>().join("<br>")
}

fn counts(entry: &Entry) -> &'static str {
    match entry.reach {
        _ if entry.id.root_only() => "set on the root: everywhere; elsewhere: nowhere",
        Reach::HereAndBelow => "here and below",
        Reach::Below => "only below",
        Reach::Here => "only here",
    }
}

fn permissions(page: &mut String) {
    for entry in catalogue::entries() {
        let ours = entry.note.as_ref().map_or_else(String::new, |note| format!("<br>*Ours:* {note}"));
        let origin = match entry.source {
            Origin::Seed => "the document",
            Origin::Decided => "decided",
        };
        writeln!(
            page,
            "| **{}** `{}` | {} | {}{ours} | {} | {} | {origin} |",
            entry.title,
            entry.id,
            entry.category,
            entry.meaning,
            lets_one_do(entry),
            counts(entry),
        )
        .unwrap();
    }
}

/// Which ordinary permissions give an action, each with what it must be combined with and how far it goes.
fn given_by(action: Action) -> String {
    let ways = catalogue::entries().iter().flat_map(|entry| {
        let these = entry.gives.iter().filter(move |gives| gives.actions.contains(&action));
        these.map(move |gives| {
            let with = gives.combined_with.as_deref();
            let with = with.map_or_else(String::new, |partners| format!(" with {}", any_of(partners)));
            let limits = in_brackets(&limits(&[action], gives.kinds.as_deref(), gives.up_to));
            format!("{}{with}{limits}", entry.title)
        })
    });
    ways.collect::<Vec<_>>().join("; ")
}

/// `Requests: approve application`.
fn words(action: Action) -> String {
    let (page, verb) = action.id().split_once('.').unwrap();
    let (page, verb) = (page.replace('-', " "), verb.replace('-', " "));
    match page.strip_prefix("nc ") {
        Some(page) => format!("NC {page}: {verb}"),
        None => format!("{}{}: {verb}", page[..1].to_uppercase(), &page[1..]),
    }
}

fn actions(page: &mut String) {
    page.push_str(
        "\n## The actions and which permissions give each\nAny one of what stands between semicolons will do. ",
    );
    for form in catalogue::entries().iter().filter(|entry| entry.everything_but.is_some()) {
        let all = form.actions();
        let but: Vec<String> =
            Action::ALL.iter().filter(|a| !all.contains(a)).map(|action| format!("`{action}`")).collect();
        let but = if but.is_empty() { String::new() } else { format!(" but {}", but.join(", ")) };
        write!(page, "{} gives every action{but}, where it counts. ", form.title).unwrap();
    }
    let root_only = Permission::ALL.iter().filter(|permission| permission.root_only());
    for permission in root_only {
        write!(page, "What {} gives, they give only when set on the root. ", title(*permission)).unwrap();
    }
    page.truncate(page.trim_end().len());
    page.push_str("\n\n| action | id | given by |\n|---|---|---|\n");
    for action in Action::ALL {
        writeln!(page, "| {} | `{action}` | {} |", words(*action), given_by(*action)).unwrap();
    }
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    permissions(&mut page);
    page.push_str(RULES);
    actions(&mut page);
    page
}

/// The categories with their permissions, for the README.
fn short() -> String {
    let mut text = "| | permissions |\n|---|---|\n".to_owned();
    let mut categories: Vec<&str> =
        catalogue::entries().iter().map(|entry| entry.category.as_str()).collect();
    categories.dedup();
    for category in categories {
        let of = catalogue::entries().iter().filter(|entry| entry.category == category);
        let titles: Vec<&str> = of.map(|entry| entry.title.as_str()).collect();
        let name = category.strip_suffix(" Permissions").unwrap_or(category);
        writeln!(text, "| {name} | {} |", titles.join(" · ")).unwrap();
    }
    text
}

/// The README with the short form between its marks.
fn readme(now: &str) -> String {
    let (begin, end) = MARKS;
    let (before, rest) = now.split_once(begin).unwrap_or_else(|| panic!("README.md lacks {begin}"));
    let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("README.md lacks {end}"));
    format!("{before}{begin}{}{end}{after}", short())
}

fn compare(path: &str, wanted: &str) {
    if std::env::var_os("UPDATE_WHO_MAY_DO_WHAT").is_some() {
        std::fs::write(path, wanted).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let first = committed.lines().zip(wanted.lines()).position(|(old, new)| old != new);
    assert!(
        committed == wanted,
        "{path} differs from the catalogue at line {}; if the change is wanted, run \
         UPDATE_WHO_MAY_DO_WHAT=1 cargo test -p countersign-model --test who_may_do_what and review the difference",
        first.map_or_else(|| committed.lines().count().min(wanted.lines().count()) + 1, |line| line + 1),
    );
}

#[test]
fn the_committed_page_is_what_the_catalogue_says() {
    compare(PAGE, &page());
}

#[test]
fn the_readme_is_what_the_catalogue_says() {
    compare(README, &readme(&std::fs::read_to_string(README).unwrap()));
}

#[test]
fn no_cell_breaks_its_table() {
    for line in page().lines().filter(|line| line.starts_with('|')) {
        assert!([4, 7].contains(&line.matches('|').count()), "{line}");
    }
}
