//! Who is told in the place of an administrator who is away.

use countersign_journal::Journal;
use countersign_journal::readable::load_one_readable;
use countersign_model::{Administrator, AdministratorId, InPlaceOf, NoticeKind, Organization, Resource};
use countersign_store::StoreError;

use super::beyond::may_decide;
use super::{Recipient, ways_to};

/// An administrator who is told, and in whose place.
#[derive(Debug, Clone)]
pub struct Told {
    /// Who is told.
    pub administrator: Administrator,
    /// In whose place, if it is not their own.
    pub in_place_of: Option<InPlaceOf>,
    /// Whether they, or the one in whose place they are told, subscribe to new requests, also while somebody else is on.
    subscribed: bool,
}

impl Told {
    /// Whether they, or the one in whose place they are told, were told of a request of this organization when it was made.
    pub fn hears_at_once(&self, place: &Organization) -> bool {
        let within = place.is_at_or_below(&self.administrator.organization_id);
        self.subscribed || (within && subscribes(&self.administrator))
    }

    /// By which addresses they hear of a kind of event.
    pub fn ways(&self, kind: NoticeKind) -> Vec<Recipient> {
        let ways = ways_to(&self.administrator, kind).into_iter();
        ways.map(|way| Recipient { in_place_of: self.in_place_of.clone(), ..way }).collect()
    }
}

/// Who is told of a request in the end: the administrator; while they are away, their delegate, who could decide it themselves at this
/// moment; otherwise nobody. A delegate who is away has no delegate.
pub async fn told_instead(
    journal: &Journal,
    request: &Resource,
    administrator: Administrator,
) -> Result<Option<Told>, StoreError> {
    let now = journal.clock().now();
    let subscribed = subscribes(&administrator);
    let Some(away) = administrator.notifications.away_at(now) else {
        return Ok(Some(Told { administrator, in_place_of: None, subscribed }));
    };
    let Some(id) = &away.delegate_id else { return Ok(None) };
    let Some(delegate) = delegate(journal, request, id).await? else { return Ok(None) };
    if delegate.notifications.away_at(now).is_some() {
        return Ok(None);
    }
    let until = Some(away.until);
    let in_place_of = InPlaceOf {
        administrator_id: administrator.id,
        name: administrator.name,
        organization_id: administrator.organization_id,
        delegate_id: delegate.id.clone(),
        until,
    };
    Ok(Some(Told { administrator: delegate, in_place_of: Some(in_place_of), subscribed }))
}

fn subscribes(administrator: &Administrator) -> bool {
    administrator.notify_on_request && !administrator.notifications.only_when_nobody_else
}

/// An administrator, if they can open a request and decide it.
pub(super) async fn delegate(
    journal: &Journal,
    request: &Resource,
    id: &AdministratorId,
) -> Result<Option<Administrator>, StoreError> {
    let found = load_one_readable::<Administrator>(journal, id.as_str()).await?;
    let Some(administrator) = found.filter(Administrator::is_active) else { return Ok(None) };
    let may = may_decide(journal, "a delegate is not notified", &administrator, request).await?;
    Ok(may.then_some(administrator))
}
