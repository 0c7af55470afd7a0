//! How many requests are pending, by kind and by organization.

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, OrganizationName, Problem, QueryOf, Services};
use countersign_model::tally::PendingCounts;
use countersign_model::{Action, Actor, Organization, OrganizationId, RequestKind, Resource, decide};
use futures::future::try_join;

use crate::reach::reaches_below;
use crate::wire::{CountsQuery, KindCounts, OrganizationCounts, RequestCounts};

/// Counts the pending requests of an organization and everything below it, by kind and by the organizations directly below.
///
/// Requests count as soon as they are processed, usually within a second. Only those count that you may list.
#[utoipa::path(get, path = "/v1/requests/counts", tag = "requests", security(("administrator" = [])),
    params(CountsQuery), responses((status = 200, body = RequestCounts)))]
pub async fn count_requests(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    QueryOf(query): QueryOf<CountsQuery>,
) -> Result<Json<RequestCounts>, Problem> {
    let journal = &services.journal;
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let rights = rights_at(journal, &administrator, at).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let pending = journal.pending_requests(&permit).await?;
    let seen = Seen { actor: &rights.actor, at: rights.resource(), counts: &pending.counts };
    let mut below: Vec<_> =
        pending.counts.below().filter_map(|id| Some((id.clone(), seen.at(id)?))).collect();
    below.sort_by(|(a, of_a), (b, of_b)| of_b.total().cmp(&of_a.total()).then_with(|| a.cmp(b)));
    let own = seen.own();
    let mut by_kind = own.clone();
    below.iter().for_each(|(_, counts)| by_kind.add(counts));
    let others = seen.others();
    by_kind.add(&others);
    let more = below.split_off(query.limit.get().min(below.len()));
    let ids: Vec<&OrganizationId> = below.iter().map(|(id, _)| id).collect();
    let names = async { Ok::<_, Problem>(journal.load_many::<Organization>(ids).await?) };
    let (names, total) = try_join(names, async { Ok(seen.total(&by_kind, pending.total)) }).await?;
    let named = below.iter().zip(names).filter_map(|((id, counts), organization)| {
        let name = organization.filter(|found| !found.value.deleted)?.value.name;
        let organization = OrganizationName { id: id.clone(), name };
        Some(OrganizationCounts { organization, count: counts.total(), by_kind: counts.clone() })
    });
    Ok(Json(RequestCounts {
        organization: OrganizationName::from(&rights.organization.value),
        total,
        own,
        organizations: named.collect(),
        more_organizations: more.len(),
        by_kind,
    }))
}

/// The part of the counts that the caller may know: of the requests that they may list.
struct Seen<'a> {
    actor: &'a Actor,
    at: Resource,
    counts: &'a PendingCounts,
}

impl Seen<'_> {
    /// The organization's own.
    fn own(&self) -> KindCounts {
        let may = |kind| decide(self.actor, Action::RequestsList, &self.at.clone().kind(kind)).is_ok();
        KindCounts::of(|kind| if may(kind) { self.counts.own(kind) } else { 0 })
    }

    /// Those of an organization directly below and of everything below that; `None` where the right does not reach.
    fn at(&self, id: &OrganizationId) -> Option<KindCounts> {
        let ancestors = self.at.ancestors.iter().chain([&self.at.organization]).cloned().collect();
        let child = Resource::new(id.clone(), ancestors);
        let may = |kind| {
            let child = child.clone().kind(kind);
            decide(self.actor, Action::RequestsList, &child).is_ok()
                && reaches_below(self.actor, Action::RequestsList, &child).is_ok()
        };
        let counts = KindCounts::of(|kind| if may(kind) { self.counts.at(id, kind) } else { 0 });
        (counts.total() > 0).then_some(counts)
    }

    /// Those below that are not counted apart.
    fn others(&self) -> KindCounts {
        KindCounts::of(|kind| if self.sees_below(kind) { self.counts.others(kind) } else { 0 })
    }

    fn sees_below(&self, kind: RequestKind) -> bool {
        reaches_below(self.actor, Action::RequestsList, &self.at.clone().kind(kind)).is_ok()
    }

    /// All pending requests: as the list has them, for somebody who may see them all.
    fn total(&self, counted: &KindCounts, listed: u64) -> u64 {
        let sees = |kind: &RequestKind| {
            let here = self.at.clone().kind(*kind);
            decide(self.actor, Action::RequestsList, &here).is_ok() && self.sees_below(*kind)
        };
        if RequestKind::ALL.iter().all(sees) { listed } else { counted.total() }
    }
}
