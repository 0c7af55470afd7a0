//! Giving to somebody while one of their roles is edited: neither of the two has seen what the other gives.
//!
//! Whoever edits a role saves its book as they read it, before they looked at the holders. So writing the book after having
//! given makes such an edit fail; and one that was made before is seen here, and what was given is judged again. Together with
//! it somebody could otherwise do what neither of the two may give.
use countersign_authority::{Standing, roster};
use countersign_http::Problem;
use countersign_journal::{Change, Journal};
use countersign_kv::log;
use countersign_model::{Act, Action, Administrator, Denial, Permit, RoleBook, RoleError, may_change};
use countersign_store::{Stored, UpdateError};
use serde_json::json;

use crate::save::{busy, losing};
use crate::target::{About, Target};

/// How often what was given is tried to be taken back: until then it counts.
const TAKES_BACK: usize = 8;

/// Judges once more what was just saved. When the caller could not have given it, it is taken back.
///
/// So it is when nobody knows whether it was saved: the caller's next attempt would find it there and nothing to judge.
pub async fn judge_again(
    about: &About,
    target: &Target,
    (action, act): (Action, Act),
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
    take_back(about, target, (action, act), given).await?;
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

/// Tries hard: whatever stands in the way is not the fault of whom it would be left with.
async fn take_back(
    about: &About,
    target: &Target,
    (action, act): (Action, Act),
    given: &Administrator,
) -> Result<(), Problem> {
    let (old, root) = (target.administrator(), target.rights.organization.value.root_id());
    let permit = target.decide(action)?;
    let losing = losing(target, given, &without_added(given, given, old), root);
    let mut failed = busy();
    for _ in 0..TAKES_BACK {
        let removing = remove(about, old, given, (&permit, act));
        match roster::without(&about.services.journal, root, &losing, about.caller.now, removing).await {
            Ok(()) => {
                about.services.wake(&old.organization_id);
                return Ok(());
            }
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
    (permit, act): (&Permit, Act),
) -> Result<(), Problem> {
    let holds =
        |who: &Administrator| json!({ "permissions": who.permissions, "assignments": who.assignments });
    let removed = |now: &Administrator| {
        let left = without_added(now, given, old);
        if left == *now {
            return Err(NothingLeft);
        }
        let change = Change::new(permit, &about.caller.origin(), &old.organization_id, act)
            .about(about.id.as_str())
            .detail(json!({ "before": holds(now), "after": holds(&left), "taken_back": true }));
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
