//! Where a role is held.
use countersign_authority::Standing;
use countersign_model::{Administrator, Organization, RoleId};

/// Where the administrator holds the role, each organization once.
pub fn places_of<'a>(
    standing: &'a Standing,
    administrator: &Administrator,
    role: &RoleId,
) -> Vec<&'a Organization> {
    let home = &administrator.organization_id;
    let assigned = administrator.assignments.iter().filter(|each| each.role_id == *role);
    let places = assigned.map(|each| each.organization_id.as_ref().unwrap_or(home));
    let known = places.filter_map(|place| standing.organization(place));
    known.fold(Vec::new(), |mut each: Vec<&Organization>, place| {
        if !each.iter().any(|known| known.id == place.id) {
            each.push(place);
        }
        each
    })
}
