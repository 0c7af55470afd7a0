//! The effects of a change of permissions before it is made: who would gain and lose what, in numbers and by name.

use std::collections::{BTreeMap, BTreeSet};

use countersign_authority::Standing;
use countersign_journal::Journal;
use countersign_model::{
    Action, Actor, Administrator, Gain, List, OrganizationId, Permission, Resource, gains,
};
use countersign_store::StoreError;
use futures::future::try_join_all;
use serde::Serialize;
use utoipa::ToSchema;

use crate::named::OrganizationName;
use crate::people::{AdministratorRef, PeopleReader};

/// The most rows of who gains, and of who loses.
const ROWS: usize = 1_000;
/// The most organizations with numbers: one read for each.
const PLACES: usize = 100;

/// The effects of a change of permissions.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Impact {
    /// How many administrators would gain something that they do not already have.
    gaining: usize,
    /// How many administrators would lose something that no other grant gives them.
    losing: usize,
    /// What would be gained and lost at each organization, in numbers: at most 100 organizations, those with the most
    /// administrators first.
    #[schema(max_items = 100)]
    organizations: Vec<ImpactAt>,
    /// Administrators who would get something that they do not already have, and where.
    #[schema(max_items = 1000)]
    gains: Vec<Difference>,
    /// Administrators who would lose something that no other grant gives them, and where.
    #[schema(max_items = 1000)]
    loses: Vec<Difference>,
    /// Whether that is everything; false if there are more organizations or more gains and losses. `gaining` and `losing` are
    /// always whole.
    complete: bool,
}

/// What would be gained and lost at an organization, in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImpactAt {
    /// The organization; absent for those that you may not see, which are counted together.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationName>,
    /// How many organizations are below it, where the permissions count as well; absent if you may not see those.
    #[serde(skip_serializing_if = "Option::is_none")]
    organizations_below: Option<u64>,
    /// The permissions that would be gained.
    #[schema(max_items = 40)]
    gains: Vec<PermissionCount>,
    /// The permissions that would be lost.
    #[schema(max_items = 40)]
    loses: Vec<PermissionCount>,
}

/// How many administrators would gain or lose a permission.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionCount {
    /// The permission.
    permission: Permission,
    /// How many administrators.
    administrators: usize,
}

/// What an administrator would gain or lose at an organization, and below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Difference {
    /// The administrator; absent if you may not view them.
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator: Option<AdministratorRef>,
    /// True if you may not view the administrator; otherwise absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
    /// Where the permissions are set; absent if you may not see that organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationName>,
    /// The permissions that they would gain or lose there. They may be none where permissions from elsewhere combine.
    permissions: Vec<Permission>,
    /// The actions that they could do there from then on, or no longer, and that are not said at an organization above it.
    actions: Vec<Action>,
}

/// One administrator, with what they hold before the change and after it.
pub struct Affected<'a> {
    /// The administrator.
    pub administrator: &'a Administrator,
    /// Every organization where something that they hold before or after is set.
    pub places: Vec<Resource>,
    /// What they hold before.
    pub before: Actor,
    /// What they hold after.
    pub after: Actor,
}

impl Impact {
    /// The effects of what nobody holds: none.
    #[must_use]
    pub fn none() -> Self {
        Self { complete: true, ..Self::default() }
    }

    /// The effects on these administrators, as far as the reader may see them. Reads one record for each of at most 100
    /// organizations, in one round.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn of<'a>(
        journal: &Journal,
        reader: PeopleReader<'_>,
        affected: impl IntoIterator<Item = Affected<'a>>,
    ) -> Result<Self, StoreError> {
        let mut impact = Self::default();
        let mut numbers: BTreeMap<Option<OrganizationId>, Numbers> = BTreeMap::new();
        let mut is_cut = false;
        for each in affected {
            let gained = gains(&each.before, &each.after, &each.places);
            let lost = gains(&each.after, &each.before, &each.places);
            impact.gaining += usize::from(!gained.is_empty());
            impact.losing += usize::from(!lost.is_empty());
            Numbers::add(&mut numbers, reader, &gained, |numbers| &mut numbers.gains);
            Numbers::add(&mut numbers, reader, &lost, |numbers| &mut numbers.loses);
            for (rows, all) in [(&mut impact.gains, gained), (&mut impact.loses, lost)] {
                is_cut |= rows.len() + all.len() > ROWS;
                let room = ROWS.saturating_sub(rows.len());
                rows.extend(all.into_iter().take(room).map(|gain| Difference::new(reader, &each, gain)));
            }
        }
        let mut places: Vec<_> = numbers.into_iter().collect();
        places.sort_by_key(|(_, numbers)| std::cmp::Reverse(numbers.most()));
        is_cut |= places.len() > PLACES;
        places.truncate(PLACES);
        let rows = places.into_iter().map(|(at, numbers)| numbers.row(journal, reader, at));
        impact.organizations = try_join_all(rows).await?;
        impact.complete = !is_cut;
        Ok(impact)
    }
}

/// How many administrators gain and lose each permission at an organization.
#[derive(Default)]
struct Numbers {
    gains: BTreeMap<Permission, usize>,
    loses: BTreeMap<Permission, usize>,
}

impl Numbers {
    /// Counts one administrator, at organizations out of the reader's sight only once.
    fn add(
        numbers: &mut BTreeMap<Option<OrganizationId>, Self>,
        reader: PeopleReader<'_>,
        gained: &[Gain],
        side: impl Fn(&mut Self) -> &mut BTreeMap<Permission, usize>,
    ) {
        let seen = |place: &Resource| {
            let is_seen = reader.actor.sees(&place.organization, &place.ancestors);
            is_seen.then(|| place.organization.clone())
        };
        let each: BTreeSet<_> = gained
            .iter()
            .flat_map(|gain| gain.permissions.iter().map(|permission| (seen(&gain.place), permission)))
            .collect();
        for (at, permission) in each {
            *side(numbers.entry(at).or_default()).entry(permission).or_default() += 1;
        }
    }

    fn most(&self) -> usize {
        self.gains.values().chain(self.loses.values()).copied().max().unwrap_or_default()
    }

    async fn row(
        self,
        journal: &Journal,
        reader: PeopleReader<'_>,
        at: Option<OrganizationId>,
    ) -> Result<ImpactAt, StoreError> {
        let place = at.and_then(|at| reader.standing.organization(&at));
        let counts = |counts: BTreeMap<Permission, usize>| {
            counts
                .into_iter()
                .map(|(permission, administrators)| PermissionCount { permission, administrators })
                .collect()
        };
        let below =
            place.filter(|place| !reader.actor.permissions_below(&place.id, &place.ancestors).is_empty());
        let organizations_below = match below {
            None => None,
            Some(place) => match journal.projection(&place.id).await {
                Ok(projection) => Some(projection.value.count(List::Organizations)),
                Err(StoreError::NotFound) => None,
                Err(error) => return Err(error),
            },
        };
        Ok(ImpactAt {
            organization: place.map(OrganizationName::from),
            organizations_below,
            gains: counts(self.gains),
            loses: counts(self.loses),
        })
    }
}

impl Difference {
    fn new(reader: PeopleReader<'_>, affected: &Affected<'_>, gain: Gain) -> Self {
        let administrator = reader.person(affected.administrator);
        let place = reader.standing.organization(&gain.place.organization);
        Self {
            managing_organization: administrator.is_none(),
            administrator,
            organization: place.and_then(|place| reader.place(place)),
            permissions: gain.permissions.iter().collect(),
            actions: gain.actions.into_iter().collect(),
        }
    }
}

impl<'a> Affected<'a> {
    /// An administrator who is changed to `next`: each is judged by what they hold once their account is active, because an
    /// invited or disabled administrator gets that without another decision.
    #[must_use]
    pub fn changed(standing: &Standing, old: &'a Administrator, next: &Administrator) -> Self {
        let mut places = standing.places_of(old);
        places.extend(
            standing.places_of(next).into_iter().filter(|place| !places.contains(place)).collect::<Vec<_>>(),
        );
        Self {
            administrator: old,
            places,
            before: standing.once_active(old),
            after: standing.once_active(next),
        }
    }
}
