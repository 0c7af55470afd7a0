//! What is still in an organization or a group that somebody wants to delete, in words.

use countersign_authority::rights::Rights;
use countersign_journal::Journal;
use countersign_model::{
    Action, Administrator, Computer, Group, GroupId, Organization, Permit, ReadableList, decide, lists,
};
use countersign_store::StoreError;

/// What must be gone before an organization can be deleted.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Organizations,
    Computers,
    Groups,
    Administrators,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Organizations, Self::Computers, Self::Groups, Self::Administrators];

    const fn list(self) -> ReadableList {
        match self {
            Self::Organizations => lists::ORGANIZATIONS,
            Self::Computers => lists::COMPUTERS,
            Self::Groups => lists::GROUPS,
            Self::Administrators => lists::ADMINISTRATORS,
        }
    }

    /// What one and several are called.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Organizations => ("organization", "organizations"),
            Self::Computers => ("computer", "computers"),
            Self::Groups => ("computer group", "computer groups"),
            Self::Administrators => ("administrator", "administrators"),
        }
    }

    /// The right to know their names.
    const fn viewing(self) -> Action {
        match self {
            Self::Organizations => Action::OrganizationsView,
            Self::Computers => Action::ComputersView,
            Self::Groups => Action::ComputerGroupsView,
            Self::Administrators => Action::AdministratorsView,
        }
    }
}

/// How many of each are counted.
const COUNTED: usize = 200;
/// How many of each are named.
const NAMED: usize = 5;

/// What is in the permit's organization, such as ``3 computer groups (`A`, `B`, `C`)``. Those are named that the caller may view.
pub async fn of_organization(
    journal: &Journal,
    rights: &Rights,
    permit: &Permit,
) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        let page = journal.list(permit, kind.list(), None, COUNTED).await?;
        let ids: Vec<&str> = page.items.iter().map(|item| item.id.as_str()).collect();
        let ids: Vec<&str> = ids.into_iter().filter(|id| *id != permit.organization().as_str()).collect();
        if ids.is_empty() {
            continue;
        }
        let first = ids.get(..NAMED.min(ids.len())).unwrap_or_default();
        let names = match decide(&rights.actor, kind.viewing(), &rights.resource()) {
            Ok(_) => names(journal, kind, first).await?,
            Err(_) => Vec::new(),
        };
        found.push(in_words((ids.len(), page.next.is_some()), kind.words(), &names));
    }
    Ok(found)
}

async fn names(journal: &Journal, kind: Kind, ids: &[&str]) -> Result<Vec<String>, StoreError> {
    Ok(match kind {
        Kind::Organizations => {
            let found = journal.load_by_record_ids::<Organization>(ids).await?;
            found.into_iter().flatten().map(|found| found.value.name).collect()
        }
        Kind::Computers => {
            let found = journal.load_by_record_ids::<Computer>(ids).await?;
            found.into_iter().flatten().map(|found| name_of(&found.value)).collect()
        }
        Kind::Groups => {
            let found = journal.load_by_record_ids::<Group>(ids).await?;
            found.into_iter().flatten().map(|found| found.value.name).collect()
        }
        Kind::Administrators => {
            let found = journal.load_by_record_ids::<Administrator>(ids).await?;
            found.into_iter().flatten().map(|found| found.value.name).collect()
        }
    })
}

/// What is known of the computers in a group.
pub enum InGroup {
    Nothing,
    /// So many computers, in words.
    Computers(String),
    /// As many computers as are looked at have left the group just now: it is not known whether others are in it.
    Leaving,
}

/// What is in a group of the permit's organization. It looks at a limited number of computers, however many the organization has.
pub async fn of_group(journal: &Journal, permit: &Permit, group: &GroupId) -> Result<InGroup, StoreError> {
    let ids = journal.partition(permit, lists::COMPUTER_NAMES, group.as_str(), None, COUNTED).await?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let found = journal.load_by_record_ids::<Computer>(&ids).await?.into_iter().flatten();
    // Computers whose removal or move is not processed yet are still listed.
    let there = found.filter(|computer| computer.value.group_id == *group && !computer.value.deleted);
    let names: Vec<String> = there.map(|computer| name_of(&computer.value)).collect();
    let more = ids.len() >= COUNTED;
    Ok(match names.len() {
        0 if more => InGroup::Leaving,
        0 => InGroup::Nothing,
        count => InGroup::Computers(in_words((count, more), Kind::Computers.words(), &names)),
    })
}

/// The name by which people know a computer.
fn name_of(computer: &Computer) -> String {
    computer.name.clone().unwrap_or_else(|| computer.hostname.clone())
}

/// So many things, with the names of the first ones. `more`: there are more than were counted.
fn in_words((count, more): (usize, bool), (one, many): (&str, &str), names: &[String]) -> String {
    let number = if more { format!("more than {count}") } else { count.to_string() };
    let what = if count == 1 && !more { one } else { many };
    let quoted: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let rest = if more || count > quoted.len() { ", …" } else { "" };
    match quoted.is_empty() {
        true => format!("{number} {what}"),
        false => format!("{number} {what} ({}{rest})", quoted.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ones_are_named_and_all_are_counted() {
        let names: Vec<String> = ["A", "B", "C", "D", "E", "F"].map(str::to_owned).to_vec();
        let kind = ("group", "groups");
        assert_eq!(in_words((1, false), kind, &names[..1]), "1 group (`A`)");
        assert_eq!(in_words((2, false), kind, &names[..2]), "2 groups (`A`, `B`)");
        assert_eq!(in_words((6, false), kind, &names), "6 groups (`A`, `B`, `C`, `D`, `E`, …)");
        assert_eq!(in_words((200, true), kind, &names), "more than 200 groups (`A`, `B`, `C`, `D`, `E`, …)");
        assert_eq!(in_words((2, false), kind, &[]), "2 groups", "who may not view them");
    }
}
