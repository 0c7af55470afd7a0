//! What differs between two states of a group's policies.

use serde::{Deserialize, Serialize};

use super::DeployedPolicy;
use crate::ids::PolicyId;
use crate::named::named;

named! {
    /// What differs in a policy.
    pub enum PolicyAspect("aspect of a policy") {
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// It has another place among the policies of its group.
        Moved = "moved",
        Name = "name",
        Description = "description",
        DefaultAction = "default_action",
        Kinds = "kinds",
        Entries = "entries",
        Notify = "notify",
    }
}

/// How one policy differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDifference<'a> {
    /// The policy.
    pub id: &'a PolicyId,
    /// What differs, at least one aspect.
    pub aspects: Vec<PolicyAspect>,
    /// How it is before; `None` if it is new.
    pub before: Option<&'a DeployedPolicy>,
    /// How it is after; `None` if it is gone.
    pub after: Option<&'a DeployedPolicy>,
}

/// How the policies of one group differ: those that are there afterwards in their order, then those that are gone.
#[must_use]
pub fn differences<'a>(
    before: &'a [DeployedPolicy],
    after: &'a [DeployedPolicy],
) -> Vec<PolicyDifference<'a>> {
    let place = |id: &PolicyId| before.iter().position(|policy| policy.id == *id);
    let places: Vec<usize> = after.iter().filter_map(|policy| place(&policy.id)).collect();
    let staying = longest_rising(&places);
    let mut all = Vec::new();
    for new in after {
        let at = place(&new.id);
        let old = at.and_then(|at| before.get(at));
        let moved = at.is_some_and(|at| !staying.contains(&at));
        let aspects = old.map_or_else(|| vec![PolicyAspect::Added], |old| aspects(old, new, moved));
        if !aspects.is_empty() {
            all.push(PolicyDifference { id: &new.id, aspects, before: old, after: Some(new) });
        }
    }
    for old in before.iter().filter(|old| after.iter().all(|new| new.id != old.id)) {
        let aspects = vec![PolicyAspect::Removed];
        all.push(PolicyDifference { id: &old.id, aspects, before: Some(old), after: None });
    }
    all
}

fn aspects(old: &DeployedPolicy, new: &DeployedPolicy, moved: bool) -> Vec<PolicyAspect> {
    let (was, is) = (&old.content, &new.content);
    let all = [
        (PolicyAspect::Moved, moved),
        (PolicyAspect::Name, old.name != new.name),
        (PolicyAspect::Description, was.description != is.description),
        (PolicyAspect::DefaultAction, was.default_action != is.default_action),
        (PolicyAspect::Kinds, was.kinds != is.kinds),
        (PolicyAspect::Entries, was.entries != is.entries),
        (PolicyAspect::Notify, old.notify != new.notify),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(aspect, _)| aspect).collect()
}

/// The longest part of different numbers that rises. The policies at these places keep their order, so that of a hundred
/// policies only the one that was moved counts as moved.
fn longest_rising(numbers: &[usize]) -> Vec<usize> {
    // For each number the longest part that ends with it, as length and place of the number before.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let earlier = numbers.iter().zip(&best).enumerate().take(at);
        let before =
            earlier.filter(|(_, (other, _))| *other < number).max_by_key(|(_, (_, (length, _)))| *length);
        best.push(before.map_or((1, None), |(place, (_, (length, _)))| (length + 1, Some(place))));
    }
    let mut at = best.iter().enumerate().max_by_key(|(_, (length, _))| *length).map(|(place, _)| place);
    let mut rising = Vec::new();
    while let Some(place) = at {
        rising.extend(numbers.get(place).copied());
        at = best.get(place).and_then(|(_, before)| *before);
    }
    rising
}

/// A deployment in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeploymentSummary {
    /// How many policies are live with it.
    pub policies: usize,
    /// How many groups have other policies than before.
    pub groups: usize,
    /// How many policies it added.
    pub added: usize,
    /// How many policies it removed.
    pub removed: usize,
    /// How many policies it moved to another place among those of their group.
    pub moved: usize,
    /// How many policies it changed otherwise.
    pub changed: usize,
}

impl DeploymentSummary {
    /// Adds the differences of one group, which has this many policies after it.
    pub fn add(&mut self, policies: usize, differences: &[PolicyDifference<'_>]) {
        self.policies += policies;
        self.groups += usize::from(!differences.is_empty());
        for difference in differences {
            let has = |aspect| difference.aspects.contains(&aspect);
            let otherwise = |aspect: &PolicyAspect| {
                !matches!(aspect, PolicyAspect::Added | PolicyAspect::Removed | PolicyAspect::Moved)
            };
            self.added += usize::from(has(PolicyAspect::Added));
            self.removed += usize::from(has(PolicyAspect::Removed));
            self.moved += usize::from(has(PolicyAspect::Moved));
            self.changed += usize::from(difference.aspects.iter().any(otherwise));
        }
    }

    /// How many differences there are in all.
    #[must_use]
    pub fn differences(&self) -> usize {
        self.added + self.removed + self.moved + self.changed
    }
}
