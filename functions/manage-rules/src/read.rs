//! The rules of an organization, and a single one.

use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::rights::{rights_at, rights_on};
use countersign_http::{AsAdministrator, AsReader, Page, PathId, Problem, QueryOf, Services};
use countersign_model::{Rule, RuleId, lists};

use crate::change::{answer, may_see, require_there};
use crate::wire::{RuleView, RulesQuery};

/// Lists the rules of an organization, newest first.
///
/// Rules of the organizations above that also count below are listed there.
#[utoipa::path(get, path = "/v1/rules", tag = "rules", security(("administrator" = [])), params(RulesQuery),
    responses((status = 200, body = Page<RuleView>)))]
pub async fn list_rules(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<RulesQuery>,
) -> Result<Page<RuleView>, Problem> {
    let at = query.organization_id.unwrap_or_else(|| administrator.value.organization_id.clone());
    let rights = rights_at(&services.journal, &administrator, &at).await?;
    let permit = may_see(&rights)?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page = services.journal.page::<Rule>(&permit, lists::RULES, cursor.as_deref(), limit).await?;
    let items = page.items.into_iter().filter(|rule| !rule.value.deleted);
    paging.page(items.map(|rule| RuleView::at(caller.now, rule.value)).collect(), page.next)
}

/// Shows a rule.
#[utoipa::path(get, path = "/v1/rules/{rule_id}", tag = "rules", security(("administrator" = [])),
    params(("rule_id" = inline(RuleId), Path)), responses((status = 200, body = RuleView)))]
pub async fn open_rule(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RuleId>,
) -> Result<impl IntoResponse, Problem> {
    let (rights, found) =
        rights_on(&services.journal, &administrator, &id, |r: &Rule| r.organization_id.clone()).await?;
    may_see(&rights).map(drop)?;
    require_there(&found.value)?;
    Ok(answer(caller.now, found.value))
}
