//! Closes a race between giving something to an administrator and editing one of their roles: each check has read the state before
//! the other's write, so together the two could give what neither of their makers may give.
//!
//! An edit of a role saves the role book at the revision it was judged by. After a gift the books of the administrator's roles are
//! therefore written unchanged, which makes an edit under way fail; then the gift is judged again by what the books say now, and
//! undone if it no longer passes (decision 005).
use countersign_authority::{Standing, roster};
use countersign_journal::{Change, Journal};
use countersign_kv::log;
use countersign_model::act::{PermissionsChanged, RolesChanged};
use countersign_model::{
    Act, Action, Administrator, Denial, Permit, RoleBook, RoleError, decide, may_change,
};
use countersign_store::{StoreError, Stored, UpdateError};

use crate::error::EditError;
use crate::save::losing;
use crate::target::{About, Target};

/// How often undoing a gift is tried: until then it counts.
const TAKES_BACK: usize = 8;

/// What is given.
#[derive(Debug, Clone, Copy)]
pub enum Gift {
    /// Individual permissions.
    Permissions,
    /// Roles.
    Roles,
}

impl Gift {
    /// The action that gives it.
    pub fn action(self) -> Action {
        match self {
            Self::Permissions => Action::AdministratorsChangePermissions,
            Self::Roles => Action::AdministratorsAssignRoles,
        }
    }

    /// What undoing it is on record.
    fn taken_back(self, old: &Administrator, new: &Administrator) -> Act {
        match self {
            Self::Permissions => PermissionsChanged::taken_back(old, new).into(),
            Self::Roles => RolesChanged::taken_back(old, new).into(),
        }
    }
}

/// Judges once more what was just saved, and undoes it when the caller could not have given it.
///
/// Also undoes it when the store could not say whether it was saved: a retry would find it there and see nothing new to check.
pub async fn judge_again(
    about: &About,
    target: &Target,
    gift: Gift,
    given: &Administrator,
    saved: Result<Stored<Administrator>, EditError>,
) -> Result<Stored<Administrator>, EditError> {
    let may_be_saved = matches!(saved, Ok(_) | Err(EditError::Store(StoreError::Kv(_))));
    if !may_be_saved || without_added(given, given, target.administrator()) == *given {
        return saved;
    }
    let error = match with_books_written(&about.services.journal, target, given).await {
        Ok(standing) => match judge(target, gift.action(), &standing, given) {
            Ok(()) => return saved,
            Err(denial) => denial.into(),
        },
        Err(UpdateError::Refused(error)) => EditError::RoleChanged(error),
        Err(UpdateError::Store(error)) => {
            log::line("a role book was not written", &[("administrator", &about.id), ("error", &error)]);
            EditError::Busy
        }
    };
    take_back(about, target, gift, given).await?;
    Err(error)
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

/// Retries up to eight times: until it succeeds, somebody holds a permission that nobody could give.
async fn take_back(
    about: &About,
    target: &Target,
    gift: Gift,
    given: &Administrator,
) -> Result<(), EditError> {
    let (old, root) = (target.administrator(), target.rights.organization.value.root_id());
    // Without the administrator's revision: taking back does not depend on what others have changed since.
    let permit = decide(target.actor(), gift.action(), &target.rights.resource())?;
    let losing = losing(target, given, &without_added(given, given, old), root);
    let mut failed = EditError::Busy;
    for _ in 0..TAKES_BACK {
        let removing = remove(about, old, given, gift, &permit);
        match roster::without(&about.services.journal, root, &losing, about.caller.now, removing).await {
            Ok(()) => return Ok(()),
            Err(error) => failed = error,
        }
        log::line(
            "what was given is not taken back yet",
            &[("administrator", &about.id), ("error", &format_args!("{failed:?}"))],
        );
    }
    Err(failed)
}

/// Others may have changed the administrator since: what they gave stays.
async fn remove(
    about: &About,
    old: &Administrator,
    given: &Administrator,
    gift: Gift,
    permit: &Permit,
) -> Result<(), EditError> {
    let origin = about.caller.origin();
    let removed = |now: &Administrator| {
        let left = without_added(now, given, old);
        if left == *now {
            return Err(NothingLeft);
        }
        let change = Change::new(permit, &origin, gift.taken_back(now, &left));
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
