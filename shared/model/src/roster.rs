//! The roster of the root's Super Admins (rule 7): what makes sure that the last one cannot be lost.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::AdministratorId;

/// How long a change that takes a Super Admin away may be under way. Whoever is still leaving after that met a crash.
pub const LEAVING_LASTS: SignedDuration = SignedDuration::from_mins(10);

/// Why the roster cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Nobody would be left.
    #[error("the root organization must keep at least one active Super Admin")]
    LastSuperAdmin,
}

/// The active Super Admins of the root organization, however they hold it (rule 7).
///
/// Everything that could take one away has them leave here first, makes its change, and settles after it. So two who demote
/// each other at once leave one, and a change that dies half way can be told from one under way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// Who counts, each once.
    pub administrators: Vec<AdministratorId>,
    /// Who is being taken away, each once: they no longer count.
    // INVARIANT: nobody is in both.
    #[serde(default)]
    pub leaving: Vec<Leaving>,
}

/// Changes under way that each would take somebody away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    /// Whom.
    pub administrator_id: AdministratorId,
    /// When the last of them began.
    pub since: Timestamp,
    /// How many they are.
    pub changes: u32,
}

impl Roster {
    /// With one more, unless they are leaving.
    #[must_use]
    pub fn with(&self, administrator: AdministratorId) -> Self {
        let mut roster = self.clone();
        let leaves = roster.leaving.iter().any(|leaving| leaving.administrator_id == administrator);
        if !leaves && !roster.administrators.contains(&administrator) {
            roster.administrators.push(administrator);
        }
        roster
    }

    /// With these on their way out.
    ///
    /// # Errors
    /// Nobody would be left.
    pub fn leave(&self, administrators: &[AdministratorId], now: Timestamp) -> Result<Self, RosterError> {
        let mut roster = self.clone();
        for administrator in administrators {
            roster.administrators.retain(|each| each != administrator);
            match roster.leaving.iter_mut().find(|leaving| leaving.administrator_id == *administrator) {
                Some(leaving) => {
                    leaving.since = now;
                    leaving.changes = leaving.changes.saturating_add(1);
                }
                None => {
                    let administrator_id = administrator.clone();
                    roster.leaving.push(Leaving { administrator_id, since: now, changes: 1 });
                }
            }
        }
        if roster.administrators.is_empty() {
            return Err(RosterError::LastSuperAdmin);
        }
        Ok(roster)
    }

    /// With one change over. After the last one they are gone, or `stays` says that they are a Super Admin still.
    #[must_use]
    pub fn settle(&self, administrator: &AdministratorId, stays: bool) -> Self {
        let mut roster = self.clone();
        match roster.leaving.iter_mut().find(|leaving| leaving.administrator_id == *administrator) {
            Some(leaving) if leaving.changes > 1 => {
                leaving.changes -= 1;
                roster
            }
            _ => self.clear(administrator, stays),
        }
    }

    /// With everything over for one whose leaving was never settled.
    #[must_use]
    pub fn clear(&self, administrator: &AdministratorId, stays: bool) -> Self {
        let mut roster = self.clone();
        roster.leaving.retain(|leaving| leaving.administrator_id != *administrator);
        if stays { roster.with(administrator.clone()) } else { roster }
    }

    /// Whose leaving was never settled.
    pub fn overdue(&self, now: Timestamp) -> impl Iterator<Item = &AdministratorId> {
        let over = move |leaving: &&Leaving| now.duration_since(leaving.since) > LEAVING_LASTS;
        self.leaving.iter().filter(over).map(|leaving| &leaving.administrator_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ulid::Ulid;

    fn id(number: u64) -> AdministratorId {
        AdministratorId::from_ulid(Ulid::from_parts(number, 0))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn two_who_demote_each_other_leave_one() {
        let both = Roster::default().with(id(1)).with(id(2));
        let first = both.leave(&[id(1)], at(0)).unwrap();
        assert_eq!(first.leave(&[id(2)], at(0)), Err(RosterError::LastSuperAdmin));
        assert_eq!(both.leave(&[id(1), id(2)], at(0)), Err(RosterError::LastSuperAdmin));
    }

    #[test]
    fn whoever_is_leaving_does_not_come_back_by_being_added() {
        let roster = Roster::default().with(id(1)).with(id(2)).leave(&[id(1)], at(0)).unwrap();
        assert_eq!(roster.with(id(1)), roster);
        assert!(roster.settle(&id(1), true).administrators.contains(&id(1)));
        let gone = roster.settle(&id(1), false);
        assert!(!gone.administrators.contains(&id(1)) && gone.leaving.is_empty());
    }

    #[test]
    fn of_two_changes_the_first_to_fail_brings_nobody_back() {
        let both = Roster::default().with(id(1)).with(id(2));
        let twice = both.leave(&[id(1)], at(0)).unwrap().leave(&[id(1)], at(1)).unwrap();
        let once = twice.settle(&id(1), true);
        assert_eq!(once.administrators, [id(2)]);
        for back in [once.settle(&id(1), true), twice.clear(&id(1), true)] {
            assert_eq!((back.administrators, back.leaving.len()), (vec![id(2), id(1)], 0));
        }
    }

    #[test]
    fn a_leaving_that_was_never_settled_is_found() {
        let roster = Roster::default().with(id(1)).with(id(2)).leave(&[id(1)], at(0)).unwrap();
        assert_eq!(roster.overdue(at(600)).count(), 0);
        assert_eq!(roster.overdue(at(601)).collect::<Vec<_>>(), [&id(1)]);
    }
}
