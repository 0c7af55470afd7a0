//! An administrator's roles: those within the caller's reach are replaced, the others stay.
use axum::response::Response;
use countersign_authority::Standing;
use countersign_http::{DryRun, IfMatch, InputError, JsonBody, Problem, QueryOf};
use countersign_journal::{Change, Journal};
use countersign_model::act::RolesChanged;
use countersign_model::{
    Action, Administrator, AdministratorId, Assignment, Denial, FaultKind, OrganizationId, Permit, Resource,
    RoleError, RoleHolders, RoleId, decide, may_change,
};
use countersign_store::{StoreError, Stored, UpdateError};
use http::StatusCode;
use jiff::Timestamp;

use crate::error::EditError;
use crate::preview;
use crate::save::{once_more, save_in_order};
use crate::target::{About, Target};
use crate::wire::{Assign, EditedOrPreview, SetRoles};

/// The most roles one administrator can hold.
const ASSIGNMENTS_MAX: usize = 100;

/// Sets an administrator's roles.
///
/// To add one, the caller must hold every permission that the role gives, at every organization where it will count.
#[utoipa::path(put, path = "/v1/administrators/{administrator_id}/roles", tag = "administrators",
    security(("administrator" = [])), params(("administrator_id" = inline(AdministratorId), Path), DryRun, IfMatch),
    request_body = SetRoles,
    responses((status = 200, body = inline(EditedOrPreview), description = "The roles are set; with `dry_run`, nothing is changed, and the answer is an `AdministratorEffects`: what the administrator would gain and lose, and where."), (status = 409, description = "No active Super Admin of the root organization would remain, or a role has too many holders already.")))]
pub async fn set_roles(
    about: About,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    body: JsonBody<SetRoles>,
) -> Result<Response, Problem> {
    let wanted = body.value.assignments;
    once_more(&about.if_match, || async {
        let journal = &about.services.journal;
        let (edit, mut target) = Target::load_in_order(&about, Action::AdministratorsAssignRoles).await?;
        let (next, permit) = judged(journal, &mut target, &wanted).await?;
        let old = target.administrator();
        if dry_run {
            require_room(journal, old, &next, about.caller.now).await?;
            return preview::of_change(&about.services, &edit, &target, &next).await;
        }
        list_as_holder(journal, old, &next, about.caller.now).await?;
        let change = Change::new(&permit, &about.caller.origin(), RolesChanged::of(old, &next));
        let saved = save_in_order(&about.services, edit, &target, &next, change).await?;
        Ok(target.answer(saved, StatusCode::OK))
    })
    .await
}

/// The administrator with the wanted roles, if the caller may set them. The target's standing then includes these roles and
/// the organizations where they count.
pub async fn judged(
    journal: &Journal,
    target: &mut Target,
    wanted: &[Assign],
) -> Result<(Administrator, Permit), EditError> {
    if wanted.len() > ASSIGNMENTS_MAX {
        return Err(too_many().into());
    }
    let owners = owners(journal, wanted).await?;
    let places = wanted.iter().filter_map(|each| each.organization_id.clone());
    target.standing =
        Standing::load(journal, target.administrator(), owners.iter().flatten().cloned(), places).await?;
    let (old, standing) = (target.administrator(), &target.standing);
    let next = replaced(target, wanted, &owners)?;
    let (before, after) = (standing.once_active(old), standing.once_active(&next));
    let action = Action::AdministratorsAssignRoles;
    let permit = may_change(target.actor(), action, &target.at(), &before, &after, &standing.places())?;
    Ok((next, permit))
}

/// The owner of each wanted role; `None` for a role that does not exist.
async fn owners(journal: &Journal, wanted: &[Assign]) -> Result<Vec<Option<OrganizationId>>, StoreError> {
    let ids = wanted.iter().map(|each| &each.role_id);
    let read = journal.load_many::<RoleHolders>(ids).await?.into_iter();
    Ok(read.map(|stored| stored.map(|stored| stored.value.organization_id)).collect())
}

/// The administrator with the wanted roles. Roles at organizations out of the caller's reach stay as they are.
fn replaced(
    target: &Target,
    wanted: &[Assign],
    owners: &[Option<OrganizationId>],
) -> Result<Administrator, EditError> {
    let old = target.administrator();
    let mut assignments: Vec<Assignment> =
        old.assignments.iter().filter(|each| !is_in_reach(target, each)).cloned().collect();
    for (place, (assign, owner)) in wanted.iter().zip(owners).enumerate() {
        let assignment = assignment(target, place, assign, owner.as_ref())?;
        let at = resource(target, &assignment).ok_or(EditError::Unknown)?;
        if !old.assignments.contains(&assignment) {
            may_assign(target, &at)?;
        }
        assignments.push(assignment);
    }
    let next = old.with_assignments(assignments);
    // An administrator who already holds more than that can still lose some.
    if next.assignments.len() > ASSIGNMENTS_MAX.max(old.assignments.len()) {
        return Err(too_many().into());
    }
    Ok(next)
}

fn too_many() -> InputError {
    let message = format!(
        "an administrator can hold at most {ASSIGNMENTS_MAX} roles, those at organizations out of your reach included"
    );
    InputError::new("/assignments", FaultKind::TooMany.above(ASSIGNMENTS_MAX).saying(message))
}

/// A wanted role, checked: it exists, and it is assigned at its owner or below, at an organization that the caller may
/// know of.
fn assignment(
    target: &Target,
    place: usize,
    assign: &Assign,
    owner: Option<&OrganizationId>,
) -> Result<Assignment, InputError> {
    let at = |field: &str, message: &str| {
        InputError::new(format!("/assignments/{place}/{field}"), FaultKind::NotFound.saying(message))
    };
    let role = owner.and_then(|owner| target.standing.role(owner, &assign.role_id));
    let (Some(owner), Some(_)) = (owner, role) else { return Err(at("role_id", "there is no such role")) };
    let home = &target.administrator().organization_id;
    let counts_at = assign.organization_id.as_ref().unwrap_or(home);
    let known = target.standing.organization(counts_at);
    let known = known.filter(|each| !each.deleted && target.actor().sees(&each.id, &each.ancestors));
    let Some(organization) = known else {
        return Err(at("organization_id", "there is no such organization that you may see"));
    };
    if !organization.is_at_or_below(owner) {
        return Err(at(
            "organization_id",
            "a role can be assigned at the organization that owns it and below it",
        ));
    }
    Ok(Assignment {
        role_id: assign.role_id.clone(),
        role_organization_id: owner.clone(),
        // The administrator's own organization is always stored as `None`, so that equal assignments are equal values.
        organization_id: assign.organization_id.clone().filter(|each| each != home),
    })
}

fn is_in_reach(target: &Target, assignment: &Assignment) -> bool {
    let at = resource(target, assignment);
    at.is_some_and(|at| may_assign(target, &at).is_ok())
}

fn may_assign(target: &Target, at: &Resource) -> Result<(), Denial> {
    decide(target.actor(), Action::AdministratorsAssignRoles, at).map(drop)
}

fn resource(target: &Target, assignment: &Assignment) -> Option<Resource> {
    let at = assignment.organization_id.as_ref().unwrap_or(&target.administrator().organization_id);
    target.standing.organization(at).map(Resource::at)
}

/// Lists the administrator as a holder of each new role before they get it: an edit of the role reads that list.
async fn list_as_holder(
    journal: &Journal,
    old: &Administrator,
    next: &Administrator,
    now: Timestamp,
) -> Result<(), EditError> {
    for role in added_roles(old, next) {
        let add = |former: Vec<AdministratorId>| {
            let id = next.id.clone();
            let with = move |holders: &RoleHolders| holders.with(id.clone(), &former, now);
            journal.update(role, with)
        };
        let listed = match add(Vec::new()).await {
            Err(UpdateError::Refused(RoleError::TooManyHolders)) => add(former(journal, role).await?).await,
            listed => listed,
        };
        listed.map_err(|error| match error {
            UpdateError::Refused(refusal) => EditError::RoleFull(refusal),
            UpdateError::Store(error) => error.into(),
        })?;
    }
    Ok(())
}

/// Refuses what [`list_as_holder`] would refuse, and lists nobody.
pub async fn require_room(
    journal: &Journal,
    old: &Administrator,
    next: &Administrator,
    now: Timestamp,
) -> Result<(), EditError> {
    for role in added_roles(old, next) {
        let Some(listed) = journal.load::<RoleHolders>(role).await? else { continue };
        if listed.value.with(next.id.clone(), &[], now).is_err() {
            let former = former(journal, role).await?;
            listed.value.with(next.id.clone(), &former, now).map_err(EditError::RoleFull)?;
        }
    }
    Ok(())
}

/// The roles that the administrator holds afterwards and did not hold before, each once.
fn added_roles<'a>(old: &Administrator, next: &'a Administrator) -> Vec<&'a RoleId> {
    let mut added: Vec<&RoleId> = Vec::new();
    for Assignment { role_id, .. } in &next.assignments {
        let is_held = old.assignments.iter().any(|each| each.role_id == *role_id);
        if !is_held && !added.contains(&role_id) {
            added.push(role_id);
        }
    }
    added
}

/// Listed holders of a role who no longer hold it.
async fn former(journal: &Journal, role: &RoleId) -> Result<Vec<AdministratorId>, StoreError> {
    let Some(listed) = journal.load::<RoleHolders>(role).await? else { return Ok(Vec::new()) };
    let listed: Vec<_> = listed.value.holders.into_iter().map(|each| each.administrator_id).collect();
    let read = journal.load_many::<Administrator>(&listed).await?;
    let holds = |stored: &Option<Stored<Administrator>>| {
        let assignments = stored.iter().flat_map(|stored| &stored.value.assignments);
        assignments.into_iter().any(|each| each.role_id == *role)
    };
    Ok(listed.iter().zip(&read).filter(|(_, stored)| !holds(stored)).map(|(id, _)| id.clone()).collect())
}
