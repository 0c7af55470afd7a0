//! Giving to somebody while one of their roles is edited: neither of the two has seen what the other gives.
//!
//! Whoever edits a role saves its book as they read it, before they looked at the holders. So writing the book after having
//! given makes such an edit fail; and one that was made before is seen here, and what was given is judged again. Together with
//! it somebody could otherwise do what neither of the two may give.
use countersign_http::{Problem, Standing, log, roster};
use countersign_model::{Act, Action, Administrator, Denial, RoleBook, RoleError, may_change};
use countersign_store::{Change, Store, Stored, UpdateError, role_book_id};
use serde_json::json;

use crate::save::{busy, losing};
use crate::target::{About, Target};

/// Judges once more what was just saved. When the caller could not have given it, it is taken back.
pub async fn judge_again(
    about: &About,
    target: &Target,
    (action, act): (Action, Act),
    saved: Stored<Administrator>,
) -> Result<Stored<Administrator>, Problem> {
    let old = target.administrator();
    if without_added(&saved.value, &saved.value, old) == saved.value {
        return Ok(saved);
    }
    let problem = match with_books_written(&about.services.store, target, &saved.value).await {
        Ok(standing) => match judge(target, action, &standing, &saved.value) {
            Ok(()) => return Ok(saved),
            Err(denial) => denial.into(),
        },
        Err(UpdateError::Refused(error)) => Problem::conflict("role-changed", error.to_string()),
        Err(UpdateError::Store(error)) => {
            log::line("a role book was not written", &[("administrator", &about.id), ("error", &error)]);
            busy()
        }
    };
    take_back(about, target, (action, act), &saved.value).await?;
    Err(problem)
}

/// The books of all roles of the administrator, written unchanged, with what they say now.
async fn with_books_written(
    store: &Store,
    target: &Target,
    saved: &Administrator,
) -> Result<Standing, UpdateError<RoleError>> {
    let mut standing = target.standing.clone();
    for owner in saved.role_organizations() {
        let same = |book: &RoleBook| Ok::<_, RoleError>(book.clone());
        standing = standing.with_book(&store.update(&role_book_id(&owner), same).await?.value);
    }
    Ok(standing)
}

fn judge(target: &Target, action: Action, standing: &Standing, saved: &Administrator) -> Result<(), Denial> {
    let (before, after) = (standing.once_active(target.administrator()), standing.once_active(saved));
    may_change(target.actor(), action, &target.at(), &before, &after, &standing.places()).map(drop)
}

async fn take_back(
    about: &About,
    target: &Target,
    (action, act): (Action, Act),
    given: &Administrator,
) -> Result<(), Problem> {
    let (old, root) = (target.administrator(), target.rights.organization.value.root_id());
    let permit = target.decide(action)?;
    let left = without_added(given, given, old);
    let losing = losing(target, given, &left, root);
    let holds =
        |who: &Administrator| json!({ "permissions": who.permissions, "assignments": who.assignments });
    let change = Change::new(&permit, &about.caller.origin(), &old.organization_id, act)
        .about(about.id.as_str())
        .detail(json!({ "before": holds(given), "after": holds(&left), "taken_back": true }));
    let saving = async {
        // Others may have changed the administrator since: what they gave stays.
        let decided =
            |now: &Administrator| Ok::<_, Problem>((without_added(now, given, old), change.clone()));
        Ok(about.services.store.save_update(about.id.as_str(), None, decided).await?)
    };
    roster::without(&about.services.store, root, &losing, about.caller.now, saving).await?;
    about.services.wake(&old.organization_id);
    Ok(())
}

/// The administrator without what `given` holds and `old` did not.
fn without_added(now: &Administrator, given: &Administrator, old: &Administrator) -> Administrator {
    let mut next = now.clone();
    next.permissions.retain(|each| old.permissions.contains(each) || !given.permissions.contains(each));
    next.assignments.retain(|each| old.assignments.contains(each) || !given.assignments.contains(each));
    next
}
