//! The parts of a large read that an administrator's holdings are judged by.
use countersign_model::Permission;
use countersign_model::ids::OrganizationId;

use crate::testing::{Person, World};
use countersign_authority::Standing;

fn two_people(world: &World) -> [Person; 2] {
    ["Company B", "Company C"].map(|name| {
        let (home, role) = (world.organization(&world.root, name), world.role(&world.root, name, []));
        let below = world.organization(&home, "Company D");
        let twice =
            [None, Some(&home), Some(&below)].map(|place| world.assignment(&world.root, &role, place));
        world.administrator_with(&home, |new| new.with_assignments(twice))
    })
}

#[tokio::test]
async fn each_is_judged_over_their_own_places_however_many_others_were_read() {
    let world = World::new();
    let people = two_people(&world);
    let standing =
        Standing::load_all(&world.journal, people.iter().map(|each| &each.record), [], []).await.unwrap();
    assert_eq!(standing.places().len(), 4);
    for Person { record, .. } in &people {
        let places: Vec<OrganizationId> =
            standing.places_of(record).into_iter().map(|place| place.organization).collect();
        let assigned = record.assignments.iter().filter_map(|each| each.organization_id.clone());
        assert_eq!(places.len(), 2, "their own and the one below, each once");
        assert!(assigned.chain([record.organization_id.clone()]).all(|place| places.contains(&place)));
    }
}

#[tokio::test]
async fn another_edition_of_a_book_takes_the_place_of_the_one_read() {
    let world = World::new();
    let [person, _] = two_people(&world);
    let standing = Standing::load(&world.journal, &person.record, [], []).await.unwrap();
    let held = &person.record.assignments[0].role_id;
    let mut edition = countersign_model::RoleBook::empty(world.root.id.clone());
    edition.roles = vec![world.role(&world.root, "Readers", [Permission::ViewReports])];
    let then = standing.with_book(&edition);
    let has = |standing: &Standing, role| standing.role(&world.root.id, role).is_some();
    assert_eq!((has(&standing, held), has(&standing, &edition.roles[0].id)), (true, false));
    assert_eq!((has(&then, held), has(&then, &edition.roles[0].id)), (false, true));
}
