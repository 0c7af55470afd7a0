//! From an administrator to an actor, and the cost of that.
use countersign_model::ids::OrganizationId;
use countersign_model::{Action, Administrator, Permission, decide};

use crate::testing::World;
use crate::{Code, Problem};
use countersign_authority::rights::{actor_of, rights_at, rights_on};

#[test]
fn rights_at_an_organization_take_two_reads_in_one_round() {
    let world = World::new();
    let role = world.role(&world.root, "Approvers", [Permission::ApproveForEntireOrganization]);
    let child = world.organization(&world.root, "Child");
    let assignment = world.assignment(&world.root, &role, None);
    let person = world.administrator_with(&world.root, |new| new.with_assignments([assignment.clone()]));
    world.memory.reset_counts();
    let (rights, rounds) = world.memory.rounds(rights_at(&world.journal, &person.asker(), &child.id));
    let rights = rights.unwrap();
    assert_eq!((world.counts().reads, rounds), (2, 1));
    assert!(decide(&rights.actor, Action::RequestsList, &rights.resource()).is_ok());
}

#[tokio::test]
async fn each_further_organization_of_a_role_costs_one_read() {
    let world = World::new();
    let child = world.organization(&world.root, "Child");
    let roles = [&world.root, &world.root, &child].map(|owner| {
        let name = format!("Role {}", world.ulid());
        world.assignment(owner, &world.role(owner, &name, [Permission::ViewApprovals]), None)
    });
    let person = world.administrator_with(&child, |new| new.with_assignments(roles));
    world.memory.reset_counts();
    let actor = actor_of(&world.journal, &person.record).await.unwrap();
    assert_eq!((world.counts().reads, actor.holdings().len()), (2, 3));
}

#[tokio::test]
async fn an_organization_that_is_not_there_is_not_found() {
    let world = World::new();
    let person = world.administrator(&world.root, [Permission::SuperAdmin]);
    let unknown = OrganizationId::from_ulid(world.ulid());
    let error = rights_at(&world.journal, &person.asker(), &unknown).await.unwrap_err();
    assert_eq!(Problem::from(error), Problem::not_found());
}

#[tokio::test]
async fn a_record_leads_to_the_rights_at_its_organization() {
    let world = World::new();
    let child = world.organization(&world.root, "Child");
    let (reader, other) = (world.administrator(&world.root, []), world.administrator(&child, []));
    let organization_of = |record: &Administrator| record.organization_id.clone();
    let (rights, record) =
        rights_on::<Administrator>(&world.journal, &reader.asker(), &other.record.id, organization_of)
            .await
            .unwrap();
    assert_eq!((rights.organization.value, record.value), (child, other.record));
}

#[tokio::test]
async fn a_denial_hides_what_may_not_be_known_and_explains_the_rest() {
    let world = World::new();
    let (one, two) = (world.organization(&world.root, "One"), world.organization(&world.root, "Two"));
    let person = world.administrator(&one, []);
    let problem_at = async |id: &OrganizationId| {
        let rights = rights_at(&world.journal, &person.asker(), id).await.unwrap();
        Problem::from(decide(&rights.actor, Action::RequestsList, &rights.resource()).unwrap_err())
    };
    assert_eq!(problem_at(&two.id).await, Problem::not_found(), "another's organization");
    let problem = problem_at(&one.id).await;
    assert_eq!((problem.status().as_u16(), problem.code()), (403, Code::NotPermitted));
    let missing = problem.details().missing.clone().unwrap();
    assert_eq!(missing[0][0].organization_id.as_ref(), Some(&one.id), "{missing:?}");
}
