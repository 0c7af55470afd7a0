//! The check-ins of a computer.

use axum::extract::State;
use countersign_http::{AsReader, BelongingRecord, Page, PageQuery, PathId, Problem, QueryOf, Services};
use countersign_model::{Action, Computer, ComputerId, OrganizationId};

use crate::wire::CheckInView;

/// Lists the check-ins of a computer, newest first.
///
/// At most one a minute is kept, and of each computer the newest 500 at least.
#[utoipa::path(get, path = "/v1/organizations/{organization_id}/computers/{computer_id}/check-ins", tag = "computers",
    security(("administrator" = [])), params(("organization_id" = inline(OrganizationId), Path), ("computer_id" = inline(ComputerId), Path), PageQuery),
    responses((status = 200, body = Page<CheckInView>)))]
pub async fn list_check_ins(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    PathId((organization, id)): PathId<(OrganizationId, ComputerId)>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Page<CheckInView>, Problem> {
    let found = BelongingRecord::<Computer>::at(&services, &administrator, &organization, &id).await?;
    let permit = found.permit(Action::CheckinHistoryView)?;
    let computer = found.open(&permit)?.value;
    let below = paging.open(query.cursor.as_ref())?.and_then(|below| below.parse().ok());
    let (entries, next) = services.journal.past_check_ins(&computer.id, below, query.limit.get()).await?;
    paging.page(entries.into_iter().map(Into::into).collect(), next.map(|next| next.to_string()))
}
