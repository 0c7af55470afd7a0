//! What an administrator's holdings are judged by, among what was read about many.
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
async fn a_book_stands_at_the_revision_it_was_read_at_until_another_edition_takes_its_place() {
    let world = World::new();
    let [person, _] = two_people(&world);
    let standing = Standing::load(&world.journal, &person.record, [], []).await.unwrap();
    let read: Vec<_> = standing.books_read().collect();
    assert_eq!(read, [(&world.root.id, 3)], "created, and two roles added");
    let mut edition = countersign_model::RoleBook::empty(world.root.id.clone());
    edition.roles = vec![world.role(&world.root, "Readers", [Permission::ViewReports])];
    assert_eq!(standing.with_book(&edition).books_read().count(), 0);
}
