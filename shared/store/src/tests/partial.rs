//! Uploads that go on after an interruption: byte for byte, whoever races or dies.

use std::sync::LazyLock;
use std::time::Duration;

use countersign_kv::memory::Memory;
use countersign_model::RequestId;
use futures::executor::block_on;
use ulid::Ulid;

use super::World;
use super::expiry::{Requests, sweep};
use crate::{Append, AppendError, Beginning, CHUNK, Expiring, KeptBytes, Manifest, Store, keys};

const SIZE: usize = 3 * CHUNK + 1_000;

fn bytes() -> &'static [u8] {
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| (0..SIZE).map(|n| (n * 31 % 251) as u8).collect());
    &BYTES
}

/// Computing it takes most of a test's time.
fn sha256() -> &'static str {
    static SHA256: LazyLock<String> = LazyLock::new(|| keys::sha256(bytes()));
    &SHA256
}

fn request() -> RequestId {
    RequestId::from_ulid(Ulid::from_parts(1, 7))
}

async fn append(store: &Store, world: &World) -> Append {
    let request = request();
    let partial = store.partial_upload(&request).await.unwrap();
    let beginning = Beginning { length: Some(SIZE as u64), counted: Vec::new() };
    store.append((&world.root, sha256(), &request), partial, beginning, SIZE as u64).await.unwrap()
}

async fn offset(store: &Store) -> Option<u64> {
    store.partial_upload(&request()).await.unwrap().map(|partial| partial.offset())
}

/// Sends so many bytes from where the upload is, and ends well.
async fn send(world: &World, count: usize) -> u64 {
    let mut call = append(&world.store, world).await;
    let from = usize::try_from(call.offset()).unwrap();
    let bytes = bytes();
    for part in bytes[from..(from + count).min(SIZE)].chunks(100_001) {
        call.push(part).await.unwrap();
    }
    call.pause().await.unwrap()
}

async fn finish(world: &World) -> Manifest {
    let mut call = append(&world.store, world).await;
    let from = usize::try_from(call.offset()).unwrap();
    call.push(&bytes()[from..]).await.unwrap();
    call.finish().await.unwrap()
}

async fn read(store: &Store, manifest: &Manifest) -> Vec<u8> {
    let mut all = Vec::new();
    for index in 0..manifest.chunks {
        all.extend(store.attachment_chunk(manifest, index).await.unwrap());
    }
    all
}

async fn show(world: &World, manifest: &Manifest) {
    world.store.kv().set_many(vec![manifest.entry()]).await.unwrap();
}

fn left(world: &World, kind: &str) -> usize {
    world.memory.dump().into_keys().filter(|key| key.starts_with(&format!("countersign/1/{kind}/"))).count()
}

#[test]
fn an_upload_goes_on_where_each_call_ended() {
    for like in Memory::ALL {
        for sizes in [
            vec![CHUNK],
            vec![CHUNK + 1, CHUNK, CHUNK + 7],
            vec![2 * CHUNK - 1, CHUNK + 1],
            vec![CHUNK, CHUNK, CHUNK],
            vec![SIZE],
            vec![],
        ] {
            let world = World::new(like);
            block_on(async {
                let mut sent = 0;
                for size in &sizes {
                    sent += size;
                    assert_eq!(send(&world, *size).await, sent as u64, "{sizes:?}");
                    assert_eq!(offset(&world.store).await, Some(sent as u64));
                }
                let manifest = finish(&world).await;
                assert_eq!((manifest.size, manifest.chunks), (SIZE as u64, 4), "{sizes:?}");
                assert!(read(&world.store, &manifest).await == bytes(), "{sizes:?}");
            });
        }
    }
}

#[test]
fn the_bytes_of_a_short_call_are_lost_and_nothing_else() {
    let world = World::new(Memory::ALL[1]);
    block_on(async {
        assert_eq!(send(&world, CHUNK - 1).await, 0);
        assert_eq!((offset(&world.store).await, left(&world, "a"), left(&world, "au")), (None, 0, 0));
        assert_eq!(send(&world, CHUNK + 100).await, CHUNK as u64 + 100);
        let keys = world.memory.dump().len();
        assert_eq!(send(&world, 1_000).await, CHUNK as u64 + 100);
        assert_eq!(world.memory.dump().len(), keys, "short calls leave nothing, however many there are");
    });
}

#[test]
fn of_two_calls_the_newer_one_goes_on_and_the_bytes_stay_those_that_were_hashed() {
    for like in Memory::ALL {
        let world = World::new(like);
        block_on(async {
            send(&world, CHUNK).await;
            let mut older = append(&world.store, &world).await;
            let mut newer = append(&world.store(2), &world).await;
            // The older one stores other bytes under the same place, and is replaced before its next chunk.
            older.push(&vec![1; CHUNK]).await.unwrap();
            assert_eq!(newer.push(&bytes()[CHUNK..2 * CHUNK]).await, Err(AppendError::Replaced), "{like:?}");
            // It asks again how much arrived, and sees the other bytes: the digest shows that in the end.
            let mut again = append(&world.store, &world).await;
            assert_eq!(again.offset(), 2 * CHUNK as u64);
            again.push(&bytes()[2 * CHUNK..]).await.unwrap();
            assert_eq!(older.push(&vec![1; CHUNK]).await, Err(AppendError::Replaced));
            assert!(matches!(again.finish().await, Err(AppendError::Differs { .. })));
            again.abort().await.unwrap();
            assert_eq!(offset(&world.store).await, None, "it begins anew");
            let manifest = finish(&world).await;
            assert!(read(&world.store, &manifest).await == bytes());
        });
    }
}

#[test]
fn a_call_that_was_replaced_does_not_end_what_the_newer_one_goes_on_with() {
    let world = World::new(Memory::ALL[1]);
    block_on(async {
        let mut older = append(&world.store, &world).await;
        older.push(&bytes()[..CHUNK]).await.unwrap();
        send(&world, CHUNK).await;
        assert_eq!((older.abort().await, older.is_abandoned().await), (Ok(false), Ok(false)));
        assert_eq!(offset(&world.store).await, Some(2 * CHUNK as u64));
    });
}

#[test]
fn a_call_that_was_replaced_cannot_change_what_the_attachment_contains() {
    let world = World::new(Memory::ALL[1]);
    block_on(async {
        let mut dead = append(&world.store, &world).await;
        dead.push(&bytes()[..CHUNK]).await.unwrap();
        // It stored a chunk. The agent goes on in another call; a late write of the first one arrives all the same.
        let manifest = finish(&world).await;
        show(&world, &manifest).await;
        let names: Vec<_> = world.memory.dump().into_keys().filter(|key| key.contains("/a/")).collect();
        assert_eq!(names.len(), 4);
        let first = names.iter().find_map(|key| key.strip_suffix("/0")).unwrap();
        world.store.kv().set_many(vec![(format!("{first}/1"), vec![9; CHUNK])]).await.unwrap();
        assert!(read(&world.store, &manifest).await == bytes());
        world.clock.advance(Duration::from_secs(26 * 3600));
        sweep(&world).await;
        assert!(read(&world.store, &manifest).await == bytes());
        assert_eq!(
            (left(&world, "a"), left(&world, "ap"), left(&world, "au")),
            (4, 0, 0),
            "the late chunk went"
        );
    });
}

#[test]
fn an_upload_that_is_never_completed_is_over_after_a_day_and_leaves_nothing() {
    let world = World::new(Memory::ALL[1]);
    block_on(async {
        send(&world, CHUNK + 5).await;
        world.clock.advance(Duration::from_secs(20 * 3600));
        send(&world, CHUNK).await;
        let mut open = append(&world.store, &world).await;
        open.push(&bytes()[2 * CHUNK + 5..3 * CHUNK]).await.unwrap();
        world.clock.advance(Duration::from_secs(4 * 3600));
        assert_eq!(offset(&world.store).await, None);
        open.push(&bytes()[3 * CHUNK..]).await.unwrap();
        assert_eq!(open.finish().await, Err(AppendError::Replaced), "too late");
        // A new one is not removed together with the old one.
        assert_eq!(send(&world, CHUNK).await, CHUNK as u64);
        world.clock.advance(Duration::from_secs(2 * 3600));
        sweep(&world).await;
        assert_eq!(offset(&world.store).await, Some(CHUNK as u64));
        assert_eq!((left(&world, "a"), left(&world, "ap")), (1, 1));
        world.clock.advance(Duration::from_secs(24 * 3600));
        sweep(&world).await;
        assert_eq!((left(&world, "a"), left(&world, "ap"), left(&world, "au")), (0, 0, 0));
    });
}

#[test]
fn a_removed_attachment_of_several_calls_leaves_no_chunks_and_no_count() {
    let world = World::new(Memory::ALL[1]);
    let computer = world.computer(1);
    block_on(async {
        send(&world, 2 * CHUNK + 1).await;
        // A call that completed it died before the manifest was written; the next one completes it again.
        let died = finish(&world).await.sent_by(&computer, &request());
        world.store.keep_bytes(&died).await.unwrap();
        let manifest = finish(&world).await.sent_by(&computer, &request());
        world.store.keep_bytes(&manifest).await.unwrap();
        show(&world, &manifest).await;
        world.store.discard_attachment(&died).await.unwrap();
        assert!(
            read(&world.store, &manifest).await == bytes(),
            "the other call's manifest has the same chunks"
        );
        world.clock.advance(Duration::from_secs(26 * 3600));
        sweep(&world).await;
        let size = SIZE as u64;
        assert_eq!(world.store.kept_bytes(&computer).await.unwrap(), KeptBytes { computer: size, key: size });
        assert!(read(&world.store, &manifest).await == bytes());
        world.store.remove_attachment(&manifest).await.unwrap();
        world.clock.advance(Duration::from_secs(3 * 3600));
        sweep(&world).await;
        assert_eq!((left(&world, "a"), left(&world, "yu"), left(&world, "yf")), (0, 0, 0));
        assert_eq!(world.store.kept_bytes(&computer).await.unwrap(), KeptBytes::default());
    });
}

#[test]
fn a_removal_that_died_in_the_middle_is_completed() {
    let world = World::new(Memory::ALL[1]);
    block_on(async {
        send(&world, SIZE).await;
        world.clock.advance(Duration::from_secs(26 * 3600));
        for nth in 1..=8 {
            world.memory.stop_before_write(nth);
            world.store.sweep_expired(100, &Requests::default()).await.ok();
            world.memory.resume();
        }
        sweep(&world).await;
        assert_eq!((left(&world, "a"), left(&world, "ap"), left(&world, "au")), (0, 0, 0));
    });
}

#[test]
fn a_call_that_died_at_any_write_loses_its_last_chunk_at_most() {
    for like in Memory::ALL {
        let mut died = 0;
        for nth in 1..=6 {
            for after in [false, true] {
                let world = World::new(like);
                block_on(async {
                    send(&world, CHUNK).await;
                    world.memory.stop_at_write(nth, after);
                    let mut call = append(&world.store, &world).await;
                    let mut arrived = CHUNK;
                    for part in bytes()[CHUNK..].chunks(CHUNK) {
                        if call.push(part).await.is_err() {
                            died += 1;
                            break;
                        }
                        arrived += part.len();
                    }
                    world.memory.resume();
                    let kept = usize::try_from(offset(&world.store).await.unwrap()).unwrap();
                    assert!(
                        kept.is_multiple_of(CHUNK) && kept + CHUNK >= arrived,
                        "{like:?} {nth} {after} {kept}"
                    );
                    let manifest = finish(&world).await;
                    assert!(read(&world.store, &manifest).await == bytes(), "{like:?} {nth} {after}");
                });
            }
        }
        assert!(died >= 8, "{like:?}: {died}");
    }
}

#[test]
fn what_earlier_versions_stored_is_still_read() {
    let old =
        r#"{"kind":"upload","organization_id":"org_01J00000000000000000000000","sha256":"ab","upload":"U"}"#;
    assert!(matches!(serde_json::from_str(old).unwrap(), Expiring::Upload { parts, .. } if parts.is_empty()));
    let old = r#"{"organization_id":"org_01J00000000000000000000000","sha256":"ab","size":1,"chunks":1,"upload":"U"}"#;
    assert_eq!(serde_json::from_str::<Manifest>(old).unwrap().stem(), "U");
}
