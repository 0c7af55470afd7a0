//! Saving an administrator: exactly on the revision that was decided about, and with the roster of Super Admins (rule 7).
use std::future::Future;

use countersign_authority::roster;
use countersign_http::{IfMatch, Problem, Services};
use countersign_journal::Change;
use countersign_model::{Administrator, AdministratorId, OrganizationId};
use countersign_store::Stored;
use jiff::Timestamp;

use crate::target::Target;

/// How often a call reads, decides and saves before it gives up.
const ATTEMPTS: usize = 2;
/// Seconds after which a call that met others at the same administrator should come again.
const RETRY_AFTER: u32 = 1;

/// Tries once more, reading and deciding anew, when somebody else changed the administrator meanwhile and the caller did not
/// insist on a revision.
pub async fn once_more<T, F>(if_match: IfMatch, attempt: impl Fn() -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    for _ in 0..ATTEMPTS {
        let done = attempt().await;
        let is_stale = done.as_ref().is_err_and(|problem| problem.code() == "revision-changed");
        if if_match.0.is_some() || !is_stale {
            return done;
        }
    }
    Err(busy())
}

/// Others are faster.
pub fn busy() -> Problem {
    Problem::unavailable("busy", "others are changing the same administrator; try again", RETRY_AFTER)
}

/// Saves what was decided. Whoever is no Super Admin of the root after it leaves the roster before it, and is refused when
/// nobody would be left; whoever becomes one joins it.
pub async fn save(
    services: &Services,
    target: &Target,
    next: &Administrator,
    change: &Change,
    now: Timestamp,
) -> Result<Stored<Administrator>, Problem> {
    let organization = &target.rights.organization.value;
    let root = organization.root_id();
    let losing = losing(target, target.administrator(), next, root);
    let saving = async {
        let decided = |_: &Administrator| Ok::<_, Problem>((next.clone(), change.clone()));
        let revision = Some(target.stored.revision);
        Ok::<_, Problem>(services.journal.save_update(&next.id, revision, decided).await?)
    };
    let saved: Stored<Administrator> = roster::without(&services.journal, root, &losing, now, saving).await?;
    if is_super_admin(target, next, root) && !is_super_admin(target, target.administrator(), root) {
        roster::join(&services.journal, &next.id).await;
    }
    Ok(saved)
}

/// Whether [`save`] would be refused for the last Super Admin. Saves nothing.
pub async fn rehearse(
    services: &Services,
    target: &Target,
    next: &Administrator,
    now: Timestamp,
) -> Result<(), Problem> {
    let root = target.rights.organization.value.root_id();
    let losing = losing(target, target.administrator(), next, root);
    Ok(roster::check(&services.journal, root, &losing, now).await?)
}

/// The administrator, when they are a Super Admin of the root as they `were` and are none as they are `next`.
pub fn losing(
    target: &Target,
    were: &Administrator,
    next: &Administrator,
    root: &OrganizationId,
) -> Vec<AdministratorId> {
    let was = is_super_admin(target, were, root);
    if was && !is_super_admin(target, next, root) { vec![next.id.clone()] } else { Vec::new() }
}

fn is_super_admin(target: &Target, administrator: &Administrator, root: &OrganizationId) -> bool {
    target.standing.is_super_admin(administrator, root)
}
