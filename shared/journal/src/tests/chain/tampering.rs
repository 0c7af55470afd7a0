//! Everything that is altered, dropped, swapped or cut off is reported.

use super::*;

/// The problems of the chain itself; the problems of the audits follow from these.
fn of_chain(page: Verified) -> Vec<Flaw> {
    page.flaws.into_iter().filter(|flaw| !matches!(flaw.fault, Fault::Shown { .. })).collect()
}

fn faults_of_chain(world: &World) -> Vec<Fault> {
    of_chain(verify(world)).into_iter().map(|flaw| flaw.fault).collect()
}

#[test]
fn an_altered_entry_is_caught() {
    let world = world_with(5);
    rewrite(&world, &entry_key(&world.root, 3), |entry| {
        entry["act"]["detail"]["username"] = json!("harmless")
    });
    assert_eq!(verify(&world).flaws, [at(3, Fault::EntryAltered)]);
}

#[test]
fn a_deleted_entry_is_caught() {
    let world = world_with(5);
    block_on(world.store.kv().delete(&entry_key(&world.root, 3))).unwrap();
    assert_eq!(verify(&world).flaws, [at(3, Fault::EntryMissing)]);
}

#[test]
fn two_swapped_entries_are_caught() {
    let world = world_with(5);
    let (one, other) = (entry_key(&world.root, 3), entry_key(&world.root, 4));
    let (first, second) = (get(&world, &one), get(&world, &other));
    put(&world, &one, second);
    put(&world, &other, first);
    assert_eq!(verify(&world).flaws, [at(4, Fault::EntryAltered), at(3, Fault::EntryAltered)]);
}

#[test]
fn an_entry_altered_together_with_its_row_is_caught() {
    let world = world_with(5);
    let key = entry_key(&world.root, 3);
    rewrite(&world, &key, |entry| entry["who"] = json!({ "kind": "system" }));
    rewrite(&world, &key, |entry| entry["act"]["detail"]["username"] = json!("somebody else"));
    let digest = countersign_store::keys::sha256(&get(&world, &key));
    rewrite_rows(&world, |rows| {
        let text = rows[2][1].as_str().unwrap().to_owned();
        let mut parts: Vec<&str> = text.splitn(3, '.').collect();
        parts[1] = &digest;
        rows[2][1] = json!(parts.join("."));
    });
    assert_eq!(verify(&world).flaws, [at(3, Fault::RowWrong)]);
}

#[test]
fn a_row_turned_into_a_hole_is_caught() {
    let world = world_with(5);
    block_on(world.store.kv().delete(&entry_key(&world.root, 3))).unwrap();
    rewrite_rows(&world, |rows| {
        let seal = rows[2][1].as_str().unwrap().splitn(3, '.').nth(2).unwrap().to_owned();
        rows[2][1] = json!(format!("hole..{seal}"));
    });
    assert_eq!(of_chain(verify(&world)), [at(3, Fault::RowWrong)]);
}

#[test]
fn a_dropped_row_is_caught() {
    let world = world_with(5);
    rewrite_rows(&world, |rows| drop(rows.remove(2)));
    let missing = Flaw { number: None, fault: Fault::RowsMissing { from: 6, to: 6 } };
    assert_eq!(of_chain(verify(&world)), [missing, at(4, Fault::RowWrong)]);
}

#[test]
fn an_added_row_is_caught() {
    let world = world_with(5);
    rewrite_rows(&world, |rows| rows.insert(2, rows[1].clone()));
    assert!(faults(&verify(&world)).contains(&Fault::RowWrong));
    let world = world_with(5);
    rewrite_rows(&world, |rows| rows.push(rows[1].clone()));
    assert_eq!(faults(&verify(&world)), [Fault::RowsMissing { from: 7, to: 7 }]);
}

#[test]
fn swapped_rows_are_caught() {
    let world = world_with(5);
    rewrite_rows(&world, |rows| rows.swap(2, 3));
    let mut wrong = [5, 3, 4].map(|number| at(number, Fault::RowWrong)).to_vec();
    wrong.extend([at(4, Fault::Shown { audit: UNIFIED }), at(4, Fault::Hidden { audit: UNIFIED })]);
    assert_eq!(verify(&world).flaws, wrong);
}

#[test]
fn a_row_that_is_no_row_is_caught() {
    let world = world_with(5);
    rewrite_rows(&world, |rows| rows[2][1] = json!("nonsense"));
    assert_eq!(of_chain(verify(&world)), [at(4, Fault::RowWrong), at(3, Fault::RowUnreadable)]);
}

/// Cuts off the newest rows and sets back everything that refers to them.
fn cut_off(world: &World, rows: usize) {
    let mut seal = String::new();
    rewrite_rows(world, |all| {
        all.truncate(all.len() - rows);
        seal = all.last().unwrap()[1].as_str().unwrap().splitn(3, '.').nth(2).unwrap().to_owned();
    });
    rewrite(world, &projection_key(world), |projection| {
        let projection = &mut projection["value"];
        let count = projection["chain"]["log"]["count"].as_u64().unwrap() - rows as u64;
        projection["chain"]["log"]["count"] = json!(count);
        projection["chain"]["last"] = json!(seal);
        projection["horizon"] = json!(count);
    });
}

#[test]
fn rows_cut_off_with_the_head_set_back_are_caught() {
    let world = world_with(5);
    cut_off(&world, 2);
    assert_eq!(faults_of_chain(&world), [Fault::HeadWrong]);
}

#[test]
fn what_was_cut_off_is_not_forgotten_when_the_processor_goes_on() {
    let world = world_with(5);
    cut_off(&world, 2);
    // Without its entry the number would become an innocent hole.
    block_on(world.store.kv().delete(&entry_key(&world.root, 6))).unwrap();
    for what in ["n6", "n7"] {
        append(&world, what);
        process(&world);
    }
    assert_eq!(faults_of_chain(&world), [Fault::Broken], "everything else is well sealed");
}

#[test]
fn rows_cut_off_below_a_head_that_stays_are_caught() {
    let world = world_with(5);
    rewrite_rows(&world, |rows| rows.truncate(4));
    assert_eq!(faults_of_chain(&world), [Fault::CutOff, Fault::RowsMissing { from: 5, to: 6 }]);
}

#[test]
fn an_altered_head_is_caught_whatever_of_it_is_altered() {
    type Alter = fn(&mut Value);
    let alterations: [(&str, Alter); 5] = [
        ("horizon", |projection| projection["horizon"] = json!(4)),
        ("gaps", |projection| {
            projection["gaps"] = json!([[2, 1_767_225_600_000_i64, true]]);
        }),
        ("seal", |projection| projection["chain"]["seal"] = json!("k1.00")),
        ("no seal", |projection| projection["chain"]["seal"] = json!("")),
        ("count", |projection| projection["chain"]["log"]["count"] = json!(5)),
    ];
    for (what, alter) in alterations {
        let world = world_with(5);
        rewrite(&world, &projection_key(&world), |projection| alter(&mut projection["value"]));
        assert!(faults(&verify(&world)).contains(&Fault::HeadWrong), "{what}");
    }
}

#[test]
fn a_head_that_says_that_nothing_was_sealed_is_caught() {
    let world = world_with(5);
    rewrite(&world, &projection_key(&world), |projection| {
        projection["value"]["chain"] =
            json!({ "log": { "count": 0, "newest": null }, "last": "", "seal": "" });
    });
    let numbers = 6;
    assert_eq!(faults_of_chain(&world), [Fault::HeadWrong, Fault::WithoutRow { numbers }]);
    append(&world, "n6");
    process(&world);
    // The break is a row more.
    assert_eq!(faults_of_chain(&world), [Fault::WithoutRow { numbers: numbers - 1 }, Fault::Broken]);
}

#[test]
fn a_block_that_is_gone_unreadable_or_in_a_ring_is_caught() {
    type Alter = fn(&World);
    let alterations: [(&str, Alter); 3] = [
        ("gone", |world| block_on(world.store.kv().delete(&newest_block(world))).unwrap()),
        ("unreadable", |world| put(world, &newest_block(world), b"nonsense".to_vec())),
        ("ring", |world| {
            let newest = chain(world)["log"]["newest"].clone();
            rewrite(world, &newest_block(world), |block| {
                block["previous"] = newest;
                block["start"] = json!(u64::MAX);
            });
        }),
    ];
    for (what, alter) in alterations {
        let world = world_with(5);
        alter(&world);
        assert_eq!(faults(&verify(&world)), [Fault::CutOff, Fault::BlockMissing { to: 6 }], "{what}");
    }
}

#[test]
fn a_counter_set_back_is_caught() {
    let world = world_with(5);
    put(&world, &format!("countersign/1/n/{}", world.root), b"3".to_vec());
    assert_eq!(faults(&verify(&world)), [Fault::CounterBack { last: 3, horizon: 6 }]);
}

#[test]
fn a_chain_does_not_pass_for_another_organization_s() {
    let world = world_with(5);
    let child = world.child_of(&world.root.clone(), 5);
    world.settle_in(&child);
    let root = chain(&world);
    let key = countersign_store::keys::record(&format!("projection_{child}"));
    rewrite(&world, &key, |projection| projection["value"]["chain"] = root);
    let page = world.verify(&child, Some(&KEY), None, 200).remove(0);
    assert!(faults(&page).contains(&Fault::HeadWrong) && faults(&page).contains(&Fault::RowWrong));
}

/// Rewrites the newest block of the list that has all these entries.
fn rewrite_audit(world: &World, change: impl FnOnce(&mut Vec<Value>)) {
    let projection: Value = serde_json::from_slice(&get(world, &projection_key(world))).unwrap();
    let newest = projection["value"]["logs"]["unified_audit"]["newest"].as_str().unwrap();
    rewrite(world, &format!("countersign/1/b/{newest}"), |block| {
        change(block["rows"].as_array_mut().unwrap())
    });
}

const UNIFIED: &str = "unified audit";

#[test]
fn an_entry_hidden_from_its_audit_is_caught() {
    let world = world_with(5);
    // With another row in its place, so that the list has the same length.
    rewrite_audit(&world, |rows| rows[2] = rows[1].clone());
    let flaws = [at(3, Fault::Hidden { audit: UNIFIED }), at(2, Fault::Shown { audit: UNIFIED })];
    assert_eq!(verify(&world).flaws, flaws);
    let world = world_with(5);
    rewrite_audit(&world, |rows| drop(rows.remove(2)));
    let page = verify(&world);
    assert!(page.flaws.contains(&at(3, Fault::Hidden { audit: UNIFIED })), "{page:?}");
    assert!(page.flaws.contains(&Flaw { number: None, fault: Fault::AuditBroken { audit: UNIFIED } }));
}

#[test]
fn what_an_audit_shows_beyond_the_chain_is_caught() {
    let world = world_with(5);
    rewrite_audit(&world, |rows| rows[2][0] = json!(77));
    let flaws = [at(3, Fault::Hidden { audit: UNIFIED }), at(77, Fault::Shown { audit: UNIFIED })];
    assert_eq!(verify(&world).flaws, flaws);
}

/// The problems of the audits, over all pages of a size.
fn of_audits(world: &World, limit: usize) -> Vec<Flaw> {
    let pages = world.verify(&world.root, Some(&KEY), None, limit);
    let flaws = pages.into_iter().flat_map(|page| page.flaws);
    flaws.filter(|flaw| matches!(flaw.fault, Fault::Shown { .. } | Fault::Hidden { .. })).collect()
}

#[test]
fn an_entry_that_an_audit_shows_twice_is_caught() {
    for limit in [1, 2, 3, 200] {
        for (place, number) in [(0, 1), (2, 3), (5, 6)] {
            let world = world_with(5);
            rewrite_audit(&world, |rows| rows.insert(place, rows[place].clone()));
            rewrite(&world, &projection_key(&world), |projection| {
                projection["value"]["logs"]["unified_audit"]["count"] = json!(7);
            });
            let twice = at(number, Fault::Shown { audit: UNIFIED });
            assert_eq!(of_audits(&world, limit), [twice], "{limit}");
        }
    }
}

#[test]
fn entries_that_an_audit_shows_in_another_order_are_caught() {
    let moved = [at(3, Fault::Shown { audit: UNIFIED }), at(3, Fault::Hidden { audit: UNIFIED })];
    for limit in [1, 2, 3, 200] {
        let world = world_with(5);
        rewrite_audit(&world, |rows| rows.swap(2, 3));
        assert!(!of_audits(&world, limit).is_empty(), "{limit}");
        assert!(limit < 200 || of_audits(&world, limit) == moved);
    }
    // The newest made the oldest.
    let world = world_with(5);
    rewrite_audit(&world, |rows| rows.rotate_right(1));
    let moved = [at(6, Fault::Hidden { audit: UNIFIED }), at(6, Fault::Shown { audit: UNIFIED })];
    for limit in [1, 2, 3, 200] {
        assert_eq!(of_audits(&world, limit), moved, "{limit}");
    }
}

#[test]
fn an_audit_whose_list_is_gone_is_caught() {
    let world = world_with(5);
    rewrite(&world, &projection_key(&world), |projection| {
        projection["value"]["logs"].as_object_mut().unwrap().remove("unified_audit").unwrap();
    });
    let hidden: Vec<_> = (1..=6).rev().map(|number| at(number, Fault::Hidden { audit: UNIFIED })).collect();
    assert_eq!(verify(&world).flaws, hidden);
}
