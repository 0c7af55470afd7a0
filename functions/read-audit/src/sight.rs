//! What a reader may know of the people and organizations that entries name.

use std::collections::{BTreeMap, BTreeSet};

use countersign_authority::rights::Rights;
use countersign_journal::{Event, Journal};
use countersign_model::{
    Action, Administrator, AdministratorId, Organization, OrganizationId, Resource, Sight, Who, decide,
};
use countersign_store::StoreError;
use futures::future::try_join;

use crate::names::{Mentioned, Names};

/// The most administrators, beside those who acted, that are read because the entries of a page name them.
const NAMED_MOST: usize = 400;

/// The entries of a page that their reader may read, and what was read about those whom they name.
pub struct Entries<'a> {
    rights: &'a Rights,
    pub events: Vec<Event>,
    /// Every organization that they name or depend on, but the one whose audit is read and those above it.
    organizations: Vec<Organization>,
    /// Where administrators belong.
    homes: BTreeMap<AdministratorId, OrganizationId>,
}

impl<'a> Entries<'a> {
    /// The entries within the reach of the caller's right, decided again for the organization of each entry: the list
    /// also has entries from the organizations below, and some rights count only at the organization where they are
    /// set. Two rounds, the second only if something is named that belongs elsewhere.
    pub async fn in_reach(
        journal: &Journal,
        rights: &'a Rights,
        action: Action,
        mut events: Vec<Event>,
    ) -> Result<Self, StoreError> {
        let at = &rights.organization.value.id;
        let below: BTreeSet<_> =
            events.iter().map(|event| &event.organization_id).filter(|id| *id != at).collect();
        let mut people: BTreeSet<_> =
            events.iter().filter_map(|event| event.who.administrator()).cloned().collect();
        let named = events.iter().flat_map(|event| event.act.others().administrators);
        people.extend(named.take(NAMED_MOST));
        let read =
            try_join(journal.load_many::<Organization>(below), journal.load_many::<Administrator>(&people));
        let (below, people) = read.await?;
        let organizations: Vec<_> = below.into_iter().flatten().map(|read| read.value).collect();
        let people = people.into_iter().flatten().map(|read| read.value);
        let homes = people.map(|person| (person.id, person.organization_id)).collect();

        let reached =
            |organization: &&Organization| decide(&rights.actor, action, &Resource::at(organization)).is_ok();
        let reached: BTreeSet<_> =
            organizations.iter().filter(reached).map(|organization| organization.id.clone()).collect();
        events.retain(|event| event.organization_id == *at || reached.contains(&event.organization_id));
        Self { rights, events, organizations, homes }.with_named(journal).await
    }

    /// With the organizations that are named and not known yet.
    async fn with_named(mut self, journal: &Journal) -> Result<Self, StoreError> {
        let named = self.events.iter().flat_map(|event| event.act.others().organizations);
        let named = named.chain(self.homes.values().cloned());
        let sight = self.sight();
        let unknown: BTreeSet<_> = named.filter(|id| !sight.is_placed(id)).collect();
        let read = journal.load_many::<Organization>(&unknown).await?;
        self.organizations.extend(read.into_iter().flatten().map(|read| read.value));
        Ok(self)
    }

    /// The organizations that the reader may know of.
    pub fn sight(&self) -> Sight<'_> {
        let at = &self.rights.organization.value;
        let all = self.organizations.iter().chain([at]);
        all.fold(Sight::of(&self.rights.actor), |sight, each| sight.over(&each.id, &each.ancestors))
    }

    /// The names of what texts of entries mention by its id, as far as the reader may see it.
    pub async fn names(
        &self,
        journal: &Journal,
        texts: impl Iterator<Item = String>,
    ) -> Result<Names, StoreError> {
        let mut mentioned = Mentioned::default();
        texts.for_each(|text| mentioned.add(&text));
        let sight = self.sight();
        let mut names = mentioned.read(journal, |home| sight.sees(home)).await?;
        let organizations = self.organizations.iter().chain([&self.rights.organization.value]);
        let seen = organizations.filter(|organization| sight.sees(&organization.id));
        names.extend(seen.map(|organization| (organization.id.to_string(), organization.name.clone())));
        Ok(names)
    }

    /// Whether the reader may know who did something: themselves, or somebody of an organization that they see.
    pub fn shows(&self, who: &Who, sight: &Sight<'_>) -> bool {
        who.administrator().is_none_or(|id| self.shows_administrator(id, sight))
    }

    /// The same for an administrator whom an entry names. One who was not read is not shown.
    pub fn shows_administrator(&self, id: &AdministratorId, sight: &Sight<'_>) -> bool {
        *id == self.rights.actor.administrator || self.homes.get(id).is_some_and(|home| sight.sees(home))
    }
}
