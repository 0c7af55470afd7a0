//! The root's last active Super Admin cannot be lost, whoever changes what at once.
//!
//! A change that takes Super Admins away has them leave the roster first, and settles after it. The roster may name somebody
//! who is none any more, so one who stays is looked at; and it may lack somebody, so before a refusal it is mended.
use std::future::Future;

use countersign_journal::Journal;
use countersign_model::ids::{AdministratorId, OrganizationId};
use countersign_model::{Administrator, List, Permit, ProcessorOnly, Roster, RosterError};
use countersign_store::{StoreError, UpdateError};
use jiff::Timestamp;

use crate::standing::Standing;
use countersign_kv::log;

/// Administrators of the root organization that mending looks at, at most.
const MENDING_LOOKS_AT: usize = 200;

/// A failure that may leave open whether the change was made.
pub trait Doubtful {
    /// Whether the change may have been made in spite of the failure.
    fn may_have_been_made(&self) -> bool;
}

/// Makes a change after which `losing` are no Super Admins of `root` any more (nobody: just makes it).
///
/// # Errors
/// [`RosterError::LastSuperAdmin`] when nobody would be left, and then nothing was changed; what the change itself answers.
pub async fn without<T, E>(
    journal: &Journal,
    root: &OrganizationId,
    losing: &[AdministratorId],
    now: Timestamp,
    change: impl Future<Output = Result<T, E>>,
) -> Result<T, E>
where
    E: Doubtful + From<UpdateError<RosterError>>,
{
    if !losing.is_empty() {
        leave(journal, root, losing, now).await?;
    }
    let done = change.await;
    // When the store failed it is not known whether the change was made; whoever is still leaving then is looked at later.
    let is_known = !done.as_ref().is_err_and(Doubtful::may_have_been_made);
    if is_known && !losing.is_empty() {
        settle(journal, root, losing).await;
    }
    done
}

/// Whether [`without`] would refuse now; nothing is written.
///
/// # Errors
/// [`RosterError::LastSuperAdmin`] when nobody would be left.
pub async fn check(
    journal: &Journal,
    root: &OrganizationId,
    losing: &[AdministratorId],
    now: Timestamp,
) -> Result<(), UpdateError<RosterError>> {
    let Some(roster) = journal.load::<Roster>(&()).await?.filter(|_| !losing.is_empty()) else {
        return Ok(());
    };
    let roster = roster.value;
    let staying = |ids: &[AdministratorId]| -> Vec<AdministratorId> {
        let under_way = roster.leaving.iter().map(|leaving| &leaving.administrator_id);
        let under_way: Vec<_> =
            under_way.filter(|id| !roster.overdue(now).any(|overdue| overdue == *id)).collect();
        let stays = |id: &&AdministratorId| !losing.contains(id) && !under_way.contains(id);
        ids.iter().filter(stays).cloned().collect()
    };
    for candidates in [roster.administrators.clone(), left_off(journal, root, &roster, now).await?] {
        if !super_admins(journal, root, &staying(&candidates)).await?.is_empty() {
            return Ok(());
        }
    }
    Err(UpdateError::Refused(RosterError::LastSuperAdmin))
}

/// Puts a Super Admin on the roster who has just become one. A failure is only logged: mending finds them.
pub async fn join(journal: &Journal, administrator: &AdministratorId) {
    if let Err(error) = update(journal, &|roster| Ok(roster.with(administrator.clone()))).await {
        log::line(
            "a Super Admin is not on the roster yet",
            &[("administrator", administrator), ("error", &error)],
        );
    }
}

/// Who is on the roster now.
///
/// # Errors
/// When the store fails.
pub async fn members(journal: &Journal) -> Result<Vec<AdministratorId>, StoreError> {
    let roster = journal.load::<Roster>(&()).await?;
    Ok(roster.map(|roster| roster.value.administrators).unwrap_or_default())
}

async fn leave(
    journal: &Journal,
    root: &OrganizationId,
    losing: &[AdministratorId],
    now: Timestamp,
) -> Result<(), UpdateError<RosterError>> {
    let first = try_to_leave(journal, root, losing, now).await;
    if !matches!(first, Err(UpdateError::Refused(_))) {
        return first;
    }
    mend(journal, root, now).await?;
    try_to_leave(journal, root, losing, now).await
}

async fn try_to_leave(
    journal: &Journal,
    root: &OrganizationId,
    losing: &[AdministratorId],
    now: Timestamp,
) -> Result<(), UpdateError<RosterError>> {
    let roster = update(journal, &|roster| roster.leave(losing, now)).await?;
    if !super_admins(journal, root, &roster.administrators).await?.is_empty() {
        return Ok(());
    }
    settle(journal, root, losing).await;
    Err(UpdateError::Refused(RosterError::LastSuperAdmin))
}

/// After the change: whoever is no Super Admin any more is gone, the others are back.
async fn settle(journal: &Journal, root: &OrganizationId, losing: &[AdministratorId]) {
    let settled = async {
        let staying = super_admins(journal, root, losing).await?;
        let over = |roster: &Roster, id: &AdministratorId| roster.settle(id, staying.contains(id));
        update(journal, &|roster| Ok(losing.iter().fold(roster.clone(), |roster, id| over(&roster, id))))
            .await
    };
    if let Err(error) = settled.await {
        log::line("the roster is not settled yet", &[("error", &error)]);
    }
}

/// Brings back onto the roster whom a crash left off it: those whose leaving was never settled, and Super Admins among the
/// root's administrators who never got on.
async fn mend(
    journal: &Journal,
    root: &OrganizationId,
    now: Timestamp,
) -> Result<(), UpdateError<RosterError>> {
    let Some(roster) = journal.load::<Roster>(&()).await? else { return Ok(()) };
    let overdue: Vec<_> = roster.value.overdue(now).cloned().collect();
    let found = super_admins(journal, root, &left_off(journal, root, &roster.value, now).await?).await?;
    let mended = |roster: &Roster| -> Result<Roster, RosterError> {
        let cleared = overdue.iter().fold(roster.clone(), |roster, id| roster.clear(id, false));
        Ok(found.iter().fold(cleared, |roster, id| roster.with(id.clone())))
    };
    update(journal, &mended).await.map(drop)
}

/// Whom mending looks at.
async fn left_off(
    journal: &Journal,
    root: &OrganizationId,
    roster: &Roster,
    now: Timestamp,
) -> Result<Vec<AdministratorId>, StoreError> {
    let permit = Permit::processor(root, ProcessorOnly);
    let listed = journal.list(&permit, List::Administrators, None, MENDING_LOOKS_AT).await?;
    let listed = listed.items.into_iter().filter_map(|row| row.id.parse().ok());
    Ok(roster.overdue(now).cloned().chain(listed).collect())
}

/// Those of them who are active Super Admins of `root` now, in two rounds.
async fn super_admins(
    journal: &Journal,
    root: &OrganizationId,
    ids: &[AdministratorId],
) -> Result<Vec<AdministratorId>, StoreError> {
    let read = journal.load_many::<Administrator>(ids).await?;
    let read: Vec<_> = read.into_iter().flatten().map(|stored| stored.value).collect();
    let standing = Standing::load_all(journal, &read, [], []).await?;
    let is_one = |each: &&Administrator| standing.is_super_admin(each, root);
    Ok(read.iter().filter(is_one).map(|each| each.id.clone()).collect())
}

type Transition<'a> = dyn Fn(&Roster) -> Result<Roster, RosterError> + Send + Sync + 'a;

async fn update(journal: &Journal, transition: &Transition<'_>) -> Result<Roster, UpdateError<RosterError>> {
    Ok(journal.update(&(), transition).await?.value)
}
