//! Rights that must reach everything below an organization, because a count includes it.

use countersign_model::{Action, Actor, Denial, OrganizationId, Requirement, Resource, decide};
use ulid::Ulid;

/// Whether the right to an action reaches everything below a place, including organizations to come.
///
/// # Errors
/// The refusal, which says that it is missing below the place.
pub fn reaches_below(actor: &Actor, action: Action, place: &Resource) -> Result<(), Denial> {
    // An organization that does not exist stands for all of them.
    let some = OrganizationId::from_ulid(Ulid::nil());
    let ancestors = place.ancestors.iter().chain([&place.organization]).cloned().collect();
    let below = Resource { organization: some.clone(), ancestors, ..place.clone() };
    let Err(denial) = decide(actor, action, &below) else { return Ok(()) };
    let at_place = |missing: Requirement| match missing.organization_id == some {
        true => Requirement { organization_id: place.organization.clone(), below: true, ..missing },
        false => missing,
    };
    let missing = denial.missing.into_iter().map(|set| set.into_iter().map(at_place).collect()).collect();
    Err(Denial { organization: place.organization.clone(), missing, hidden: false, ..denial })
}
