//! Closes a race between granting a permission and editing a role of the same person: each check read the state before the
//! other's write. After a grant, the books of the person's roles are rewritten unchanged, which makes a pending edit fail; then the
//! grant is checked again with what the books say now, and undone if it no longer passes (`docs/decisions/005`).
use countersign_authority::{Standing, roster};
use countersign_http::Problem;
use countersign_journal::{Change, Journal};
use countersign_kv::log;
use countersign_model::act::{PermissionsChanged, RolesChanged};
use countersign_model::{Act, Action, Administrator, Denial, Permit, RoleBook, RoleError, may_change};
use countersign_store::{Stored, UpdateError};

use crate::save::{busy, losing};
use crate::target::{About, Target};

/// What was given.
#[derive(Debug, Clone, Copy)]
pub enum Given {
    Permissions,
    Roles,
}

/// How often what was given is tried to be taken back: until then it counts.
const TAKES_BACK: usize = 8;

/// Judges once more what was just saved. When the caller could not have given it, it is taken back.
///
/// It is also undone when the store could not say whether the grant was written: a retry would find it present and see nothing new to
/// check.
pub async fn judge_again(
    about: &About,
    target: &Target,
    (action, kind): (Action, Given),
    given: &Administrator,
    saved: Result<Stored<Administrator>, Problem>,
) -> Result<Stored<Administrator>, Problem> {
    let is_not_saved = saved.as_ref().is_err_and(|problem| problem.code() != "store-unavailable");
    if is_not_saved || without_added(given, given, target.administrator()) == *given {
        return saved;
    }
    let problem = match with_books_written(&about.services.journal, target, given).await {
        Ok(standing) => match judge(target, action, &standing, given) {
            Ok(()) => return saved,
            Err(denial) => denial.into(),
        },
        Err(UpdateError::Refused(error)) => Problem::conflict("role-changed", error.to_string()),
        Err(UpdateError::Store(error)) => {
            log::line("a role book was not written", &[("administrator", &about.id), ("error", &error)]);
            busy()
        }
    };
    take_back(about, target, (action, kind), given).await?;
    Err(problem)
}

/// The books of all roles of the administrator, written unchanged, with what they say now.
async fn with_books_written(
    journal: &Journal,
    target: &Target,
    saved: &Administrator,
) -> Result<Standing, UpdateError<RoleError>> {
    let mut standing = target.standing.clone();
    for owner in saved.role_organizations() {
        let same = |book: &RoleBook| Ok::<_, RoleError>(book.clone());
        standing = standing.with_book(&journal.update(&owner, same).await?.value);
    }
    Ok(standing)
}

fn judge(target: &Target, action: Action, standing: &Standing, saved: &Administrator) -> Result<(), Denial> {
    let (before, after) = (standing.once_active(target.administrator()), standing.once_active(saved));
    may_change(target.actor(), action, &target.at(), &before, &after, &standing.places()).map(drop)
}

/// Retries up to eight times: until the undo succeeds, somebody holds a permission that nobody could give.
async fn take_back(
    about: &About,
    target: &Target,
    (action, kind): (Action, Given),
    given: &Administrator,
) -> Result<(), Problem> {
    let (old, root) = (target.administrator(), target.rights.organization.value.root_id());
    let permit = target.decide(action)?;
    let losing = losing(target, given, &without_added(given, given, old), root);
    let mut failed = busy();
    for _ in 0..TAKES_BACK {
        let removing = remove(about, old, given, (&permit, kind));
        match roster::without(&about.services.journal, root, &losing, about.caller.now, removing).await {
            Ok(()) => return Ok(()),
            Err(problem) => failed = problem,
        }
        log::line(
            "what was given is not taken back yet",
            &[("administrator", &about.id), ("problem", &failed.code())],
        );
    }
    Err(failed)
}

/// Others may have changed the administrator since: what they gave stays.
async fn remove(
    about: &About,
    old: &Administrator,
    given: &Administrator,
    (permit, kind): (&Permit, Given),
) -> Result<(), Problem> {
    let removed = |now: &Administrator| {
        let left = without_added(now, given, old);
        if left == *now {
            return Err(NothingLeft);
        }
        let act = match kind {
            Given::Permissions => Act::from(PermissionsChanged::taken_back(now, &left)),
            Given::Roles => RolesChanged::taken_back(now, &left).into(),
        };
        let change = Change::new(permit, &about.caller.origin(), act);
        Ok((left, change))
    };
    match about.services.journal.save_update(&about.id, None, removed).await {
        Ok(_) | Err(UpdateError::Refused(NothingLeft)) => Ok(()),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// There is nothing to take back: it never was saved, or an attempt before took it.
struct NothingLeft;

/// The administrator without what `given` holds and `old` did not.
fn without_added(now: &Administrator, given: &Administrator, old: &Administrator) -> Administrator {
    let mut next = now.clone();
    next.permissions.retain(|each| old.permissions.contains(each) || !given.permissions.contains(each));
    next.assignments.retain(|each| old.assignments.contains(each) || !given.assignments.contains(each));
    next
}
