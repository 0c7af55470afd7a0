//! At how many computers the flag of a file counts.

use std::iter;

use countersign_http::{CountView, Problem};
use countersign_journal::{Journal, Projection};
use countersign_model::{Action, Actor, List, OrganizationId, Request, decide, lists};

/// How many organizations below that of the request are counted.
const BELOW: usize = if cfg!(test) { 3 } else { 1_000 };
/// How many of them are read at once.
const AT_ONCE: usize = 100;

/// The computers of the request's organization and of those below it. Unconfirmed ones are among them: unlike an approval, a flag counts
/// for every computer.
pub async fn reach(journal: &Journal, actor: &Actor, request: &Request) -> Result<CountView, Problem> {
    let permit = decide(actor, Action::RequestsList, &request.resource())?;
    let page = journal.list(&permit, lists::ORGANIZATIONS, None, BELOW).await?;
    let below: Vec<OrganizationId> = page.items.iter().filter_map(|row| row.id.parse().ok()).collect();
    let all: Vec<_> = iter::once(&request.organization_id).chain(&below).collect();
    let mut count = 0;
    for some in all.chunks(AT_ONCE) {
        let found = journal.load_many::<Projection>(some.iter().copied()).await?;
        let counts = found.into_iter().flatten().map(|found| found.value.count(List::Computers));
        count += counts.sum::<u64>();
    }
    Ok(CountView { count, complete: page.next.is_none() })
}
