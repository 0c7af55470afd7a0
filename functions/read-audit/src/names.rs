//! The names of what entries mention by its id.

use std::collections::BTreeMap;

use countersign_journal::Journal;
use countersign_journal::readable::load_readable;
use countersign_model::{
    Administrator, AdministratorId, Computer, ComputerId, Group, GroupId, OrganizationId,
};
use countersign_store::StoreError;
use futures::future::try_join3;

/// The most records that are read for the names of a page: those of its first entries. What is mentioned beyond keeps its id.
const MOST: usize = 400;

/// Names by id.
pub type Names = BTreeMap<String, String>;

/// What entries mention.
#[derive(Default)]
pub struct Mentioned {
    people: Vec<String>,
    computers: Vec<String>,
    groups: Vec<String>,
}

impl Mentioned {
    /// Adds what an id stands for; anything else counts for nothing.
    pub fn add(&mut self, text: &str) {
        let ids = if text.parse::<AdministratorId>().is_ok() {
            &mut self.people
        } else if text.parse::<ComputerId>().is_ok() {
            &mut self.computers
        } else if text.parse::<GroupId>().is_ok() {
            &mut self.groups
        } else {
            return;
        };
        if ids.len() < MOST && !ids.iter().any(|id| id == text) {
            ids.push(text.to_owned());
        }
    }

    /// Their present names, in one round, as far as they belong to organizations that the reader sees.
    pub async fn read(
        self,
        journal: &Journal,
        sees: impl Fn(&OrganizationId) -> bool,
    ) -> Result<Names, StoreError> {
        fn ids(of: &[String]) -> Vec<&str> {
            of.iter().map(String::as_str).take(MOST).collect()
        }
        let (people, computers, groups) = (ids(&self.people), ids(&self.computers), ids(&self.groups));
        let people = load_readable::<Administrator>(journal, &people);
        let computers = load_readable::<Computer>(journal, &computers);
        let groups = load_readable::<Group>(journal, &groups);
        let (people, computers, groups) = try_join3(people, computers, groups).await?;
        let people = people.into_iter().map(|one| (one.organization_id, one.id.to_string(), one.name));
        let computers = computers.into_iter().map(|one| {
            let name = one.name.unwrap_or(one.hostname);
            (one.organization_id, one.id.to_string(), name)
        });
        let groups = groups.into_iter().map(|one| (one.organization_id, one.id.to_string(), one.name));
        let all = people.chain(computers).chain(groups);
        Ok(all.filter(|(home, ..)| sees(home)).map(|(_, id, name)| (id, name)).collect())
    }
}
