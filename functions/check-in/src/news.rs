//! What is new for a computer: policies if they have changed, grants added and removed, the maintenance mode.

use std::collections::BTreeSet;

use countersign_authority::{first_use, request_of_grant};
use countersign_http::{Code, Problem, Services};
use countersign_journal::{Journal, Projection};
use countersign_model::{
    AgentSettings, Computer, ComputerId, DeployedPolicies, Deployment, Grant, GrantId, GrantScope, GrantUse,
    Group, List, Permit, Request,
};
use countersign_store::{DeployedPoliciesId, StoreError, Stored};
use futures::future::{try_join_all, try_join3};
use jiff::Timestamp;

use crate::heard;
use crate::in_force;
use crate::override_key;
use crate::version::{GrantWalk, Version};
use crate::wire::{CheckIn, GrantChanges, GrantView, PolicyView};

/// The most rows of the log of grants that one answer covers.
const PAGE: usize = 200;

/// A question for news.
pub struct CheckInQuestion<'a> {
    pub computer: &'a ComputerId,
    /// What the agent knows; `None` if it names no version.
    pub since: Option<&'a Version>,
    /// The present epoch of the store.
    pub epoch: Option<&'a str>,
    pub now: Timestamp,
}

/// The news. Everything else is read after the projection, so that a change in between moves the version again.
pub async fn since(
    services: &Services,
    projection: &Projection,
    asked: CheckInQuestion<'_>,
) -> Result<CheckIn, Problem> {
    let journal = &services.journal;
    let (known, permit) = present(journal, asked.computer).await?;
    let mut version = asked.since.cloned().unwrap_or_else(|| Version::nothing(&known.value.group_id));
    let (known, override_key) = override_key::tell(services, known, &mut version).await?;
    let computer = &known.value;
    let moved = version.group != computer.group_id;
    let ended = version.take_ended(asked.now);
    let mut walk = version.walk_on(computer, projection.count(List::Grants), asked.since.is_none());
    let rows = rows(journal, &permit, projection, &version, &mut walk);
    let deployment = async { Ok(deployment(journal, computer).await?) };
    let (deployment, requests, agent) = try_join3(deployment, rows, agent(journal, computer)).await?;
    let uses = first_uses(journal, computer, &requests).await?;
    let mut grants = changes(&mut version, &walk, computer, (&requests, &uses), asked.now);
    // One that was prolonged in time is in force again.
    let again = |id: &GrantId| grants.added.iter().any(|added| added.is(id));
    let ended: Vec<GrantId> = ended.into_iter().filter(|id| !again(id)).collect();
    for (id, used) in used_in_time(journal, computer, ended, asked.now).await? {
        match used {
            Some((grant, used)) => {
                version.remember_end(&id, grant.expires_at);
                grants.added.push(GrantView::of(grant, Some(&used)));
            }
            None => grants.removed.push(id),
        }
    }
    let told = asked.since.is_some() && !moved && version.policies == deployment.version;
    let policies = if told { None } else { Some(policies(journal, computer, &deployment).await?) };
    let revision = match &policies {
        Some(_) => in_force::note(journal, &known, deployment.version).await?,
        None => known.revision,
    };
    journal.note_heard(heard::told(computer, &requests, &grants, walk.fresh, asked.now)).await?;
    let maintenance = computer.maintenance_at(asked.now);
    version.epoch = asked.epoch.map(str::to_owned);
    version.agents = projection.agent_version;
    version.computer = revision;
    version.policies = deployment.version;
    version.maintenance_ends = maintenance.map(|maintenance| maintenance.until);
    let more = walk.below > version.seen;
    if more {
        version.walk = Some(walk);
    } else {
        version.seen = walk.top;
    }
    Ok(CheckIn {
        version: version.text(),
        more,
        policy_version: version.policies,
        policies,
        agent: Some(agent),
        grants,
        maintenance: maintenance.map(Into::into),
        override_key,
    })
}

/// The current computer, and the permit to read what is its own. A removed computer has none.
async fn present(journal: &Journal, id: &ComputerId) -> Result<(Stored<Computer>, Permit), Problem> {
    let computer = journal.load::<Computer>(id).await?.ok_or_else(Problem::not_identified)?;
    let permit = Permit::own_computer(&computer.value, id).ok_or_else(Problem::not_identified)?;
    Ok((computer, permit))
}

async fn deployment(journal: &Journal, computer: &Computer) -> Result<Deployment, StoreError> {
    let found = journal.load::<Deployment>(&computer.organization_id).await?;
    Ok(found.map_or_else(|| Deployment::none(computer.organization_id.clone()), |found| found.value))
}

/// What the computer's group says about its agents.
async fn agent(journal: &Journal, computer: &Computer) -> Result<AgentSettings, Problem> {
    let group = journal.load::<Group>(&computer.group_id).await?;
    Ok(group.map(|group| group.value.agent).unwrap_or_default())
}

async fn policies(
    journal: &Journal,
    computer: &Computer,
    deployment: &Deployment,
) -> Result<Vec<PolicyView>, StoreError> {
    let id = DeployedPoliciesId::new(&deployment.generation, &computer.group_id);
    let live = journal.load::<DeployedPolicies>(&id).await?;
    let live = live.into_iter().flat_map(|live| live.value.policies);
    Ok(live.map(|policy| PolicyView::of(&computer.group_id, policy)).collect())
}

/// The next requests of the walk. The log names the requests whose approval gave or lost a grant. Each request carries
/// its decision, which says what the grant is and whether it still counts.
async fn rows(
    journal: &Journal,
    permit: &Permit,
    projection: &Projection,
    version: &Version,
    walk: &mut GrantWalk,
) -> Result<Vec<Request>, Problem> {
    let rows = journal.log_rows(permit, projection, List::Grants, version.seen..walk.below, PAGE).await?;
    walk.below = if rows.is_empty() { version.seen } else { walk.below.saturating_sub(rows.len() as u64) };
    let ids: BTreeSet<&str> = rows.iter().map(String::as_str).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let requests = journal.load_by_record_ids::<Request>(&ids).await?;
    // Requests that ended long ago are removed. Which grant they gave is then unknown, so it cannot be said to have gone.
    if !walk.fresh && requests.iter().any(Option::is_none) {
        return Err(too_old());
    }
    Ok(requests.into_iter().flatten().map(|request| request.value).collect())
}

/// 410: the agent must ask for everything anew.
pub fn too_old() -> Problem {
    let detail =
        "the version is too old to tell what has changed since; leave `since` out to be told everything";
    Problem::new(Code::VersionTooOld, detail)
}

/// When the computer first used the grants of these requests whose time begins with that.
async fn first_uses(
    journal: &Journal,
    computer: &Computer,
    requests: &[Request],
) -> Result<Vec<GrantUse>, Problem> {
    let decisions = requests.iter().filter_map(|request| request.decision.as_ref());
    let starting = decisions.filter(|decision| decision.first_use.is_some());
    let grants = starting.filter_map(|decision| decision.grant.as_ref());
    let found = try_join_all(grants.map(|grant| first_use(journal, grant, &computer.id))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The end that an agent was sent may be that of a grant which had to be used by then. The grants among these that were, with the
/// end that this gave them, and nothing for the others.
async fn used_in_time(
    journal: &Journal,
    computer: &Computer,
    ended: Vec<GrantId>,
    now: Timestamp,
) -> Result<Vec<(GrantId, Option<(Grant, GrantUse)>)>, StoreError> {
    let used = ended.into_iter().map(|id| async move {
        let Some(used) = first_use(journal, &id, &computer.id).await? else { return Ok((id, None)) };
        let request = request_of_grant(journal, &id, None).await?.map(|found| found.value);
        let grant = request.and_then(|request| Grant::of(&request, request.decision.as_ref()?));
        let in_force = grant.filter(|grant| grant.is_for(computer) && grant.in_force_for(Some(used.at), now));
        let in_force = in_force.map(|grant| Grant { expires_at: grant.ends_after(used.at), ..grant });
        Ok::<_, StoreError>((id, in_force.map(|grant| (grant, used))))
    });
    try_join_all(used).await
}

/// What these requests mean for the computer in their current state.
fn changes(
    version: &mut Version,
    walk: &GrantWalk,
    computer: &Computer,
    (requests, uses): (&[Request], &[GrantUse]),
    now: Timestamp,
) -> GrantChanges {
    let mut changes = GrantChanges::default();
    // A request that was settled along with another one rests on that one's grant.
    let decided = requests.iter().filter_map(|request| Some((request, request.decision.as_ref()?)));
    let own_decision = decided.filter(|(_, decision)| decision.settled_by.is_none());
    let grants = own_decision.filter_map(|(request, decision)| Grant::of(request, decision));
    for mut grant in grants {
        let used = uses.iter().find(|used| used.grant_id == grant.id);
        let used_at = used.map(|used| used.at);
        let own = grant.is_for(computer);
        if own && grant.in_force_for(used_at, now) {
            version.remember_end(&grant.id, grant.ends_for(used_at));
            if used.is_some() {
                grant.expires_at = grant.ends_for(used_at);
            }
            changes.added.push(GrantView::of(grant, used));
        } else if !walk.fresh && (own || was_lost(walk, &grant)) {
            version.forget_end(&grant.id);
            changes.removed.push(grant.id);
        }
    }
    changes
}

/// Whether the agent may have the grant from before its computer left the group, or became unconfirmed.
fn was_lost(walk: &GrantWalk, grant: &Grant) -> bool {
    match &grant.scope {
        GrantScope::Group(group) => walk.narrowed || walk.left.contains(group),
        GrantScope::Organization => walk.narrowed,
        GrantScope::Computer(_) => false,
    }
}
