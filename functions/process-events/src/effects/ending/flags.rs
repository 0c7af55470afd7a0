//! Flags of files: they are carried to the organizations below, some at a time.

use countersign_journal::{Change, Event};
use countersign_kv::under_way::at_most;
use countersign_model::act::FileFlagSpread;
use countersign_model::{Act, FileFlag, FlagId, OrganizationId, Origin, Permit, ProcessorOnly, Who, lists};
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;

use super::gone::Gone;
use super::{AT_ONCE, Ending, Over};
use countersign_journal::readable::{load_one_readable, unless_damaged};

/// To how many organizations one event carries a flag.
const BELOW: usize = 20;
/// Requests that are stopped at once of each subject and set of an organization below. Their own events continue there.
const MOST_BELOW: usize = 20;

/// Whether an event carries a flag to organizations below.
pub fn carries(act: &Act) -> bool {
    step(act).is_some()
}

/// The flag that an event carries on, and to how many organizations it was carried before.
fn step(act: &Act) -> Option<(&FlagId, u32)> {
    if let Act::FileFlagSpread(spread) = act {
        return Some((&spread.flag_id, spread.organizations));
    }
    let Act::FileFlagSet(set) = act else { return None };
    set.flagged.then_some((&set.flag_id, 0))
}

impl Ending {
    /// Stops the requests for a flagged file at some of the organizations below. If there are more, an event of its own
    /// continues with these, so that a turn ends while its lease holds.
    pub(super) async fn carry(&self, event: &Event) -> Result<(), StoreError> {
        let Some((id, carried)) = step(&event.act) else { return Ok(()) };
        let flag = load_one_readable::<FileFlag>(&self.journal, id.as_str()).await?;
        // If it was carried further, this event was processed before.
        let is_next = |flag: &FileFlag| flag.is_in_force() && flag.carried() == carried;
        let Some(flag) = flag.filter(is_next) else { return Ok(()) };
        let permit = Permit::processor(&event.organization_id, ProcessorOnly);
        let cursor = flag.spread.as_ref().map(|spread| spread.reached.as_str());
        let page = self.journal.list(&permit, lists::ORGANIZATIONS, cursor, BELOW).await?;
        let below = page.items.iter().filter_map(|row| row.id.parse::<OrganizationId>().ok());
        let below: Vec<_> = below.collect();
        let stopped = Gone::stopped_by(&flag.id, &flag.sha256);
        let each = below.iter().flat_map(|at| stopped.iter().map(move |gone| (at, gone)));
        let each = each.map(|(at, gone)| self.end_all(at, gone, None, MOST_BELOW).boxed()).collect();
        at_most(AT_ONCE, each).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        match (page.next, below.last()) {
            (Some(_), Some(last)) => self.carry_on(&permit, &flag, last, below.len()).await,
            _ => Ok(()),
        }
    }

    /// Notes how far the flag was carried. The event of that continues.
    async fn carry_on(
        &self,
        permit: &Permit,
        flag: &FileFlag,
        reached: &OrganizationId,
        more: usize,
    ) -> Result<(), StoreError> {
        let origin = Origin { who: Who::System, address: None, at: self.journal.clock().now() };
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let carried = |old: &FileFlag| {
            let new = old.spread_to(flag.carried(), reached.clone(), more).ok_or(Over)?;
            let change = Change::new(permit, &origin, FileFlagSpread::from(&new));
            Ok((new, change))
        };
        let saved = match self.journal.save_update(&flag.id, None, carried).await {
            // Another processor was faster, or it was cleared.
            Ok(_) | Err(UpdateError::Refused(Over)) => Ok(()),
            Err(UpdateError::Store(error)) => Err(error),
        };
        unless_damaged("a flag could not be carried on", flag.id.as_str(), saved).map(drop)
    }
}
