//! Measures every operation on a deployment as it stands: the costliest of a few calls of each.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use countersign_http::testing::{TestRequest, TestResponse};
use serde_json::json;

use crate::cost::Cost;
use crate::deployment::{Deployment, MONITOR, SCHEDULER, id_of};
use crate::lists;
use crate::operation::{Operation, PAGE};

/// Calls of an operation that changes something.
const CALLS: usize = 5;
/// Following pages, one after the other. A block or a leaf holds at most 500 rows, so these cross a border.
const PAGES: usize = 12;
/// The largest page, for getting to the middle of a list.
const STRIDE: usize = 200;
/// Calls until the first sweep ever has caught up.
const SWEEPS: usize = 16;

/// What each operation costs.
pub type Costs = BTreeMap<Operation, Cost>;

/// Measures all operations. Afterwards the deployment is as quiet as before.
pub fn everything(deployment: &mut Deployment) -> Result<Costs> {
    let mut costs = Costs::new();
    for pending in [false, true] {
        pages(deployment, pending, &mut costs)?;
    }
    lists::measure(deployment, &mut costs)?;
    authorize(deployment, &mut costs)?;
    check_in(deployment, &mut costs)?;
    watch(deployment, &mut costs)?;
    deliver(deployment, &mut costs)?;
    for _ in 0..CALLS {
        one_request(deployment, &mut costs)?;
    }
    Ok(costs)
}

pub fn note(costs: &mut Costs, operation: Operation, cost: Cost) {
    let noted = costs.entry(operation).or_default();
    *noted = noted.or_worse(cost);
}

/// Makes a call that must succeed, and counts what it does before it is answered.
pub fn call(deployment: &Deployment, call: TestRequest, status: u16) -> Result<(TestResponse, Cost)> {
    let (answer, cost) = Cost::of(&deployment.world, call.send());
    ensure!(answer.status == status, "{}: {}", answer.status, answer.text());
    Ok((answer, cost))
}

/// A page of the requests of the whole deployment.
struct Page {
    rows: usize,
    next: Option<String>,
    cost: Cost,
}

fn page(deployment: &Deployment, pending: bool, cursor: Option<&str>, limit: usize) -> Result<Page> {
    let status = if pending { "&status=pending" } else { "" };
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    let path = format!("/v1/requests?limit={limit}{status}{cursor}");
    let get = deployment.functions.list_requests.get(&path).bearer(&deployment.clerk.token);
    let (answer, cost) = call(deployment, get, 200)?;
    let body = answer.json();
    let rows = body.get("items").and_then(|items| items.as_array()).context("a page has rows")?.len();
    let next = body.get("next_cursor").and_then(|next| next.as_str()).map(str::to_owned);
    Ok(Page { rows, next, cost })
}

/// The first page, and those from the middle of the list on.
fn pages(deployment: &Deployment, pending: bool, costs: &mut Costs) -> Result<()> {
    let first = page(deployment, pending, None, PAGE)?;
    ensure!(first.rows == PAGE, "the first page has {} rows", first.rows);
    note(costs, Operation::Page { pending, following: false }, first.cost);
    let length = if pending { deployment.pending } else { deployment.requests };
    let mut left = length.saturating_sub(PAGE) / 2;
    let mut cursor = None;
    while left > 0 {
        let page = page(deployment, pending, cursor.as_deref(), left.min(STRIDE))?;
        ensure!(page.rows == left.min(STRIDE), "{} rows where {left} were left", page.rows);
        (left, cursor) = (left - page.rows, page.next);
    }
    for number in 0..PAGES {
        let page = page(deployment, pending, cursor.as_deref(), PAGE)?;
        if page.rows < PAGE && number > 0 {
            break;
        }
        ensure!(page.rows == PAGE, "a page in the middle has {} rows", page.rows);
        note(costs, Operation::Page { pending, following: true }, page.cost);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(())
}

/// The clerk asks whether they may approve for the middle office.
fn authorize(deployment: &Deployment, costs: &mut Costs) -> Result<()> {
    let office = &deployment.middle()?.organization.id;
    let resource =
        json!({ "organization_id": office, "request_kind": "application", "scope": "organization" });
    let question = json!({ "action": "requests.approve-application", "resource": resource });
    let ask = deployment.functions.authorize.post("/v1/authorize").bearer(&deployment.clerk.token);
    let (answer, cost) = call(deployment, ask.json(question), 200)?;
    ensure!(answer.json().get("allowed") == Some(&json!(true)), "the clerk may: {}", answer.text());
    note(costs, Operation::Authorize, cost);
    Ok(())
}

/// A computer of the middle office asks whether there is anything new since it asked before.
fn check_in(deployment: &Deployment, costs: &mut Costs) -> Result<()> {
    let computer = deployment.middle()?.computers.first().context("the office has computers")?;
    let ask = |query: &str| {
        let path = format!("/agent/v1/check-in{query}");
        call(deployment, deployment.functions.check_in.get(&path).bearer(&computer.token), 200)
    };
    let mut query = String::new();
    loop {
        let all = ask(&query)?.0.json();
        let version = all.get("version").and_then(|version| version.as_str()).context("a version")?;
        query = format!("?since={version}");
        if all.get("more") == Some(&json!(false)) {
            break;
        }
    }
    note(costs, Operation::CheckIn, ask(&query)?.1);
    Ok(())
}

/// Prometheus reads the numbers, and a load balancer asks whether all is well.
fn watch(deployment: &Deployment, costs: &mut Costs) -> Result<()> {
    let scrape = deployment.functions.report_health.get("/metrics").bearer(MONITOR);
    note(costs, Operation::Scrape, call(deployment, scrape, 200)?.1);
    deployment.world.advance(Duration::from_secs(1));
    let ready = deployment.functions.report_health.get("/health/ready");
    note(costs, Operation::Ready, call(deployment, ready, 200)?.1);
    Ok(())
}

/// The scheduler calls when everything was sent that was to be.
fn deliver(deployment: &Deployment, costs: &mut Costs) -> Result<()> {
    let tick = || {
        let deliver = deployment.functions.deliver_notifications.post("/v1/notifications/deliver");
        call(deployment, deliver.bearer(SCHEDULER), 200)
    };
    // The first calls count what the reports have not counted yet, and remove what is old: a store that was never swept is looked through
    // for forty days back, some hours with each call.
    for _ in 0..SWEEPS {
        tick()?;
        deployment.settle();
    }
    let (answer, cost) = tick()?;
    let (done, organizations) = (answer.json(), deployment.organizations());
    ensure!(done.get("organizations") == Some(&json!(organizations)), "all are examined: {done}");
    ensure!(done.get("deliveries_sent") == Some(&json!(0)), "everything is sent: {done}");
    note(costs, Operation::Deliver, cost.each_of(organizations));
    let (journal, office) = (&deployment.world.journal, &deployment.middle()?.organization.id);
    let outbox = journal.outbox(office);
    let (due, cost) = Cost::of(&deployment.world, outbox.due(deployment.world.now(), PAGE));
    ensure!(due?.is_empty(), "nothing is due");
    note(costs, Operation::Due, cost);
    Ok(())
}

/// One request from its submission to its decision, processed after each.
fn one_request(deployment: &mut Deployment, costs: &mut Costs) -> Result<()> {
    // Its message goes by itself, as most do.
    deployment.forget_what_was_sent()?;
    let submit = deployment.first_request_of_a_computer()?;
    let (made, cost) = call(deployment, submit, 201)?;
    deployment.world.settings.set("computer_limits", "off");
    note(costs, Operation::Submit, cost);
    // The call that wakes the processor is kept, not made: it is made here.
    deployment.settle();
    let (_, before) = call(deployment, deployment.wake(&deployment.middle()?.organization), 200)?;
    note(costs, Operation::Wake, before);
    let ((), after) = Cost::of(&deployment.world, deployment.world.settle());
    note(costs, Operation::WakeAndSend, before.and(after));
    deployment.settle();
    let decide = deployment.decision(&id_of(&made)?)?;
    note(costs, Operation::Decide, call(deployment, decide, 200)?.1);
    deployment.process()
}
