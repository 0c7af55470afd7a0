//! Saving an administrator: exactly on the revision that was decided about, and with the roster of Super Admins.
use std::convert::Infallible;
use std::future::Future;

use countersign_authority::roster;
use countersign_http::{IfMatch, Problem, Services};
use countersign_journal::Change;
use countersign_model::{Administrator, AdministratorId, OrganizationId};
use countersign_store::Stored;
use jiff::Timestamp;

use crate::error::EditError;
use crate::target::Target;

/// How often a call reads, decides and saves before it gives up.
const ATTEMPTS: usize = 2;

/// Tries once more, reading and deciding anew, when somebody else changed the administrator meanwhile and the caller did not
/// insist on a revision.
pub async fn once_more<T, F>(if_match: IfMatch, attempt: impl Fn() -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, EditError>>,
{
    for _ in 0..ATTEMPTS {
        match attempt().await {
            Err(EditError::Moved { .. }) if if_match.0.is_none() => {}
            done => return done.map_err(Problem::from),
        }
    }
    Err(EditError::Busy.into())
}

/// Saves what was decided. An administrator who is no Super Admin of the root after it leaves the roster before it, and the change
/// is refused when nobody would be left; one who becomes a Super Admin joins it.
pub async fn save(
    services: &Services,
    target: &Target,
    next: &Administrator,
    change: &Change,
    now: Timestamp,
) -> Result<Stored<Administrator>, EditError> {
    let root = target.rights.organization.value.root_id();
    let losing = losing(target, target.administrator(), next, root);
    let saving = async {
        let decided = |_: &Administrator| Ok::<_, Infallible>((next.clone(), change.clone()));
        let revision = Some(target.stored.revision);
        Ok::<_, EditError>(services.journal.save_update(&next.id, revision, decided).await?)
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
) -> Result<(), EditError> {
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
