//! What only a noted count and head prove: that the store as a whole was not restored to an earlier state.

use crate::NotedRow;

use super::*;

/// The first page of the root's chain, compared with what was noted.
fn compare(world: &World, noted: &Noted) -> Verified {
    world.verify(&world.root, Some(&KEY), Some(noted), 200).remove(0)
}

/// Restores the whole store to an earlier state.
fn put_back(world: &World, earlier: &std::collections::BTreeMap<String, Vec<u8>>) {
    for key in world.memory.dump().keys().filter(|key| !earlier.contains_key(*key)) {
        block_on(world.store.kv().delete(key)).unwrap();
    }
    block_on(world.store.kv().set_many(earlier.clone().into_iter().collect())).unwrap();
}

#[test]
fn a_chain_that_went_on_still_has_the_noted_row() {
    let world = world_with(3);
    let noted = noted_now(&world);
    append(&world, "n4");
    process(&world);
    let page = compare(&world, &noted);
    assert_eq!((page.noted, page.flaws.as_slice()), (Some(NotedRow::Matches), &[][..]));
    assert_eq!(verify(&world).noted, None, "nothing was compared");
}

#[test]
fn a_store_put_back_to_an_earlier_state_verifies_by_itself_and_is_caught_by_what_was_noted() {
    let world = world_with(3);
    let earlier = world.memory.dump();
    append(&world, "the evidence");
    process(&world);
    let noted = noted_now(&world);
    put_back(&world, &earlier);
    assert_eq!(verify(&world).flaws, [], "the store alone cannot tell");
    let page = compare(&world, &noted);
    assert_eq!(faults(&page), [Fault::NotedShort { noted: 5, count: 4 }]);
    assert_eq!(page.noted, Some(NotedRow::Differs));
    // Other entries took the places of the lost ones.
    for what in ["harmless", "also harmless"] {
        append(&world, what);
        process(&world);
    }
    assert_eq!(verify(&world).flaws, []);
    let page = compare(&world, &noted);
    assert_eq!(faults(&page), [Fault::NotedDiffers { noted: 5 }]);
    assert_eq!(page.noted, Some(NotedRow::Differs));
}

#[test]
fn an_old_projection_put_back_alone_is_caught_by_what_was_noted() {
    let world = world_with(3);
    let projection = get(&world, &projection_key(&world));
    let block = (newest_block(&world), get(&world, &newest_block(&world)));
    append(&world, "the evidence");
    process(&world);
    let noted = noted_now(&world);
    put(&world, &projection_key(&world), projection);
    put(&world, &block.0, block.1);
    assert_eq!(faults(&compare(&world, &noted)), [Fault::NotedShort { noted: 5, count: 4 }]);
}

#[test]
fn a_row_noted_long_ago_is_found_at_once_or_told_to_be_further_down() {
    let world = world_with(3);
    let noted = noted_now(&world);
    for n in 0..600 {
        append(&world, &format!("m{n}"));
        if n % 150 == 149 {
            process(&world);
        }
    }
    process(&world);
    let pages = world.verify(&world.root, Some(&KEY), Some(&noted), 200);
    let told: Vec<_> = pages.iter().map(|page| page.noted).collect();
    let (found, down) = (Some(NotedRow::Matches), Some(NotedRow::FurtherDown));
    // The third page ends right above it.
    assert_eq!(told, [found, down, found, found]);
    let other = Noted { head: "k1.00".to_owned(), ..noted };
    assert_eq!(faults(&compare(&world, &other)), [Fault::NotedDiffers { noted: 4 }]);
}
