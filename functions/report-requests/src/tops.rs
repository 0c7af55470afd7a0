//! What there was most of in the months of a report.

use countersign_authority::rights::Rights;
use countersign_journal::Journal;
use countersign_model::tally::{Day, TopEntry, Tops, date_of, day_of, month_of};
use countersign_model::{Administrator, AdministratorId, Organization, OrganizationId, Permit, Sight};
use countersign_store::StoreError;
use futures::future::try_join_all;
use jiff::civil::Date;

use crate::wire::{Decider, ReportedFile, ReportedPublisher, RequestsReport};

/// How many of each are named.
const NAMED: usize = 20;

/// Adds to a report what there was most of in the months of these days.
pub async fn add(
    journal: &Journal,
    rights: &Rights,
    permit: &Permit,
    (from, to): (Day, Day),
    report: &mut RequestsReport,
) -> Result<(), StoreError> {
    let months = months(from, to);
    let reads = months.iter().map(|month| journal.request_tops(permit, month));
    let mut all = Tops::default();
    for tops in try_join_all(reads).await?.into_iter().flatten() {
        all.add(tops.tops);
    }
    report.top_from = first_of_month(date_of(from));
    report.deciders = deciders(journal, rights, all.deciders.first(NAMED)).await?;
    let file = |TopEntry { key, name, count, excess }| ReportedFile { sha256: key, name, count, excess };
    report.files = all.files.first(NAMED).into_iter().map(file).collect();
    let publisher = |TopEntry { key, count, excess, .. }| ReportedPublisher { name: key, count, excess };
    report.publishers = all.publishers.first(NAMED).into_iter().map(publisher).collect();
    Ok(())
}

fn first_of_month(date: Date) -> Option<Date> {
    Date::new(date.year(), date.month(), 1).ok()
}

/// The months of these days.
fn months(from: Day, to: Day) -> Vec<String> {
    let mut months: Vec<String> = (from..=to).map(month_of).collect();
    months.dedup();
    months
}

/// The administrators as the reader may know them: of organizations that the reader does not see, only what they did is shown.
async fn deciders(
    journal: &Journal,
    rights: &Rights,
    entries: Vec<TopEntry>,
) -> Result<Vec<Decider>, StoreError> {
    let ids: Vec<AdministratorId> = entries.iter().filter_map(|entry| entry.key.parse().ok()).collect();
    let people = journal.load_many::<Administrator>(&ids).await?;
    let homes: Vec<OrganizationId> =
        people.iter().flatten().map(|person| person.value.organization_id.clone()).collect();
    let places = journal.load_many::<Organization>(&homes).await?;
    let places: Vec<Organization> = places.into_iter().flatten().map(|place| place.value).collect();
    let at = &rights.organization.value;
    let sight = places
        .iter()
        .chain([at])
        .fold(Sight::of(&rights.actor), |sight, each| sight.over(&each.id, &each.ancestors));
    let is_seen = |id: &AdministratorId| {
        let home = people.iter().flatten().find(|person| person.value.id == *id);
        *id == rights.actor.administrator
            || home.is_some_and(|person| sight.sees(&person.value.organization_id))
    };
    let shown = entries.into_iter().map(|TopEntry { key, name, count, excess }| {
        let id = key.parse().ok().filter(is_seen);
        Decider { name: id.is_some().then_some(name), administrator_id: id, count, excess }
    });
    Ok(shown.collect())
}

/// The day of a date.
pub fn day(date: Date) -> Day {
    date.to_datetime(jiff::civil::Time::midnight())
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(Day::MAX, |begin| day_of(begin.timestamp()))
}
