//! Keys that are added, changed and removed.

use std::sync::Mutex;

use crate::{ChainHead, Consequences, Effects, Event, IndexEntry};
use async_trait::async_trait;
use countersign_store::StoreError;

use super::*;
use crate::tests::world::TestKeys;

/// Effects with keys of their own, which record the heads they are told.
struct Under<'a> {
    keys: Option<&'a TestKeys>,
    noted: Mutex<Vec<ChainHead>>,
}

#[async_trait]
impl Effects for Under<'_> {
    async fn belongs(&self, _: &OrganizationId, _: &IndexEntry) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn event(&self, _: &Event) -> Result<Consequences, StoreError> {
        Ok(Consequences::default())
    }

    fn sealer(&self) -> Option<&dyn Sealer> {
        self.keys.map(|keys| keys as &dyn Sealer)
    }

    fn chained(&self, head: &ChainHead) {
        self.noted.lock().unwrap().push(head.clone());
    }
}

/// Appends one entry and processes it under these keys. Returns the recorded head.
fn append_under(world: &World, keys: Option<&TestKeys>) -> Vec<ChainHead> {
    append(world, "n");
    let effects = Under { keys, noted: Mutex::default() };
    block_on(world.store.process(&world.root, &effects)).unwrap();
    effects.noted.into_inner().unwrap()
}

fn verify_under(world: &World, keys: Option<&TestKeys>) -> Verified {
    world.verify(&world.root, keys.map(|keys| keys as &dyn Sealer), None, 200).remove(0)
}

/// A world whose only entry so far was chained without a key.
fn without_a_key() -> World {
    let world = World::over(ALL[0]);
    append_under(&world, None);
    world
}

const OLD: TestKeys = TestKeys(&["old"]);
const BOTH: TestKeys = TestKeys(&["new", "old"]);
const NEW: TestKeys = TestKeys(&["new"]);

#[test]
fn without_a_key_rows_say_that_they_are_not_sealed_and_still_show_an_accident() {
    let world = without_a_key();
    append_under(&world, None);
    let page = verify_under(&world, None);
    assert_eq!((page.sealed, page.unsealed, page.flaws.as_slice()), (0, 3, &[][..]));
    rewrite(&world, &entry_key(&world.root, 2), |entry| {
        entry["act"]["detail"]["username"] = json!("somebody else")
    });
    assert_eq!(verify_under(&world, None).flaws, [at(2, Fault::EntryAltered)]);
    rewrite_rows(&world, |rows| rows.swap(0, 1));
    assert!(faults(&verify_under(&world, None)).contains(&Fault::RowWrong));
}

#[test]
fn sealing_begins_when_a_key_is_set_and_its_first_seal_proves_what_came_before() {
    let world = without_a_key();
    append_under(&world, Some(&OLD));
    let page = verify_under(&world, Some(&OLD));
    assert_eq!((page.sealed, page.unsealed, page.flaws.as_slice()), (1, 2, &[][..]));
    // An attacker who rewrites the unsealed part can make new digests for it, but not the seal above.
    rewrite_rows(&world, |rows| {
        rows[1][1] = json!("hole..unsealed.0000000000000000000000000000000000000000000000000000000000000000");
    });
    let wrong =
        [at(3, Fault::RowWrong), at(2, Fault::RowWrong), at(2, Fault::Shown { audit: "unified audit" })];
    assert_eq!(verify_under(&world, Some(&OLD)).flaws, wrong);
}

#[test]
fn sealing_that_stops_is_a_problem() {
    let world = without_a_key();
    append_under(&world, Some(&OLD));
    append_under(&world, None);
    let page = verify_under(&world, Some(&OLD));
    assert_eq!(page.flaws, [at(4, Fault::SealingStopped)]);
    append_under(&world, Some(&OLD));
    assert_eq!(verify_under(&world, Some(&OLD)).flaws, [at(4, Fault::SealingStopped)], "it is not forgotten");
    rewrite(&world, &projection_key(&world), |projection| {
        projection["value"]["chain"]["seal"] = json!(format!("unsealed.{}", "0".repeat(64)));
    });
    let head = [Fault::HeadWrong, Fault::HeadUnsealed, Fault::SealingStopped];
    assert_eq!(faults(&verify_under(&world, Some(&OLD))), head);
}

#[test]
fn a_new_key_put_before_the_old_goes_on_with_the_chain() {
    let world = without_a_key();
    append_under(&world, Some(&OLD));
    append_under(&world, Some(&BOTH));
    let page = verify_under(&world, Some(&BOTH));
    assert_eq!((page.sealed, page.flaws.as_slice()), (2, &[][..]));
    let gone = Fault::UnknownKey { key: "old".to_owned(), rows: 1 };
    assert_eq!(
        faults(&verify_under(&world, Some(&NEW))),
        std::slice::from_ref(&gone),
        "the old key is still needed to verify"
    );
    append_under(&world, Some(&NEW));
    assert_eq!(faults(&verify_under(&world, Some(&NEW))), [gone]);
    assert_eq!(verify_under(&world, Some(&BOTH)).flaws, []);
}

#[test]
fn without_the_keys_nothing_is_said_to_be_proved() {
    let world = without_a_key();
    append_under(&world, Some(&OLD));
    let head = Fault::HeadKey { key: "old".to_owned() };
    let rows = Fault::UnknownKey { key: "old".to_owned(), rows: 1 };
    for keys in [None, Some(&NEW)] {
        assert_eq!(faults(&verify_under(&world, keys)), [head.clone(), rows.clone()]);
    }
}

#[test]
fn a_head_under_a_key_that_is_gone_breaks_the_chain_for_good() {
    // Otherwise an altered head would pass by naming a key that never existed.
    let world = without_a_key();
    append_under(&world, Some(&OLD));
    append_under(&world, Some(&NEW));
    let page = verify_under(&world, Some(&BOTH));
    assert_eq!((faults(&page), page.count), (vec![Fault::Broken], 5));
}

#[test]
fn a_head_without_a_seal_over_sealed_rows_breaks_the_chain_for_good() {
    // Otherwise rows could be cut off by writing a head with the digest, which anybody can compute.
    let world = without_a_key();
    append_under(&world, Some(&OLD));
    world.memory.stop_after_write(1);
    assert!(block_on(world.store.save(world.change("died after its number"))).is_err());
    world.memory.resume();
    block_on(world.store.process(&world.root, &Under { keys: None, noted: Mutex::default() })).unwrap();
    assert_eq!(faults(&verify_under(&world, Some(&OLD))), [Fault::HeadUnsealed]);
    append_under(&world, Some(&OLD));
    assert_eq!(faults(&verify_under(&world, Some(&OLD))), [Fault::Broken]);
}

#[test]
fn each_turn_that_adds_rows_tells_how_far_the_chain_goes() {
    let world = without_a_key();
    let told = append_under(&world, Some(&OLD));
    let page = verify_under(&world, Some(&OLD));
    let expected = ChainHead { organization_id: world.root.clone(), count: 3, head: page.head };
    assert_eq!(told, [expected]);
    let effects = Under { keys: Some(&OLD), noted: Mutex::default() };
    block_on(world.store.process(&world.root, &effects)).unwrap();
    assert_eq!(effects.noted.into_inner().unwrap(), [], "nothing was added");
}

/// Rewrites the whole chain with digests in place of seals, as an attacker with write access to the store but without a
/// key would do after altering entries.
fn rewrite_without_a_key(world: &World) {
    rewrite(world, &projection_key(world), |projection| {
        let projection = &mut projection["value"];
        projection["chain"] = json!({ "log": { "count": 0, "newest": null }, "last": "", "seal": "" });
        projection["horizon"] = json!(0);
        projection["logs"] = json!({});
        projection["gaps"] = json!([]);
    });
    let effects = Under { keys: None, noted: Mutex::default() };
    block_on(world.store.process(&world.root, &effects)).unwrap();
}

#[test]
fn a_chain_written_anew_without_a_key_is_told_by_where_sealing_began_and_by_what_was_noted() {
    let world = World::over(ALL[0]);
    let told: Vec<_> = (0..4).flat_map(|_| append_under(&world, Some(&OLD))).collect();
    let page = verify_under(&world, Some(&OLD));
    assert_eq!((page.sealed, page.sealed_from, page.flaws.as_slice()), (5, Some(1), &[][..]));
    rewrite(&world, &entry_key(&world.root, 3), |entry| {
        entry["act"]["detail"]["username"] = json!("somebody else")
    });
    rewrite_without_a_key(&world);
    append_under(&world, Some(&OLD));
    let page = verify_under(&world, Some(&OLD));
    assert_eq!((page.sealed, page.unsealed), (1, 5));
    assert_eq!(page.flaws, [], "it is what an audit looks like whose key was set late");
    assert_eq!(page.sealed_from, Some(6), "but the log has a sealed head for a smaller count");
    let newest = told.last().unwrap();
    assert!(newest.count == 5 && newest.head.starts_with("old."));
    let noted = Noted { count: newest.count, head: newest.head.clone() };
    let page = world.verify(&world.root, Some(&OLD), Some(&noted), 200).remove(0);
    assert_eq!(faults(&page), [Fault::NotedDiffers { noted: 5 }]);
}

#[test]
fn where_sealing_began_is_told_on_the_page_that_has_it() {
    let world = without_a_key();
    let began = |world: &World| {
        let pages = world.verify(&world.root, Some(&OLD), None, 1);
        pages.into_iter().map(|page| page.sealed_from).collect::<Vec<_>>()
    };
    assert_eq!(began(&world), [None, None]);
    append_under(&world, Some(&OLD));
    append_under(&world, Some(&OLD));
    assert_eq!(began(&world), [None, Some(3), None, None]);
}

#[test]
fn what_cannot_be_deleted_fails_no_turn_and_goes_with_a_later_one() {
    let blocks =
        |world: &World| world.memory.dump().keys().filter(|key| key.starts_with("countersign/1/b/")).count();
    let untroubled = World::over(ALL[0]);
    for _ in 0..5 {
        append_under(&untroubled, Some(&OLD));
    }
    let mut forgiven = 0;
    for nth in 1.. {
        let world = World::over(ALL[0]);
        append_under(&world, Some(&OLD));
        append_under(&world, Some(&OLD));
        append(&world, "n");
        let before = chain(&world)["log"]["count"].clone();
        let writes = world.memory.counts().writes;
        world.memory.fail_write(nth);
        let effects = Under { keys: Some(&OLD), noted: Mutex::default() };
        let done = block_on(world.store.process(&world.root, &effects));
        let grew = chain(&world)["log"]["count"] != before;
        assert_eq!(effects.noted.into_inner().unwrap().len(), usize::from(grew), "write {nth}");
        let writes = world.memory.counts().writes - writes;
        world.memory.resume();
        forgiven += usize::from(done.is_ok() && writes + 1 >= nth && blocks(&world) > blocks(&untroubled));
        for _ in 0..2 {
            append_under(&world, Some(&OLD));
        }
        assert_eq!(verify_under(&world, Some(&OLD)).flaws, [], "write {nth}");
        if done.is_ok() {
            assert_eq!(blocks(&world), blocks(&untroubled), "write {nth}: nothing is left lying");
        }
        if writes + 1 < nth {
            break;
        }
    }
    assert!(forgiven > 0, "some write was the deletion of a block");
}
