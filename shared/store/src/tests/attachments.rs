//! Attachments: byte for byte, and invisible until they are complete.

use std::time::Duration;

use countersign_kv::memory::Memory;
use countersign_model::{Computer, RequestId};
use futures::executor::block_on;
use ulid::Ulid;

use super::World;
use super::expiry::sweep;
use crate::{KeptBytes, Manifest, UploadError, keys};

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|n| (n * 31 % 251) as u8).collect()
}

#[test]
fn an_attachment_comes_back_byte_for_byte() {
    let world = World::new(Memory::ALL[1]);
    for count in [0, 1, 262_143, 262_144, 262_145, 700_000] {
        let bytes = bytes(count);
        let sha256 = keys::sha256(&bytes);
        let manifest = block_on(async {
            let mut upload = world.store.upload(&world.root, &sha256, 1_000_000);
            for part in bytes.chunks(100_001) {
                upload.push(part).await.unwrap();
            }
            upload.finish().await.unwrap()
        });
        assert_eq!(block_on(world.store.attachment(&world.root, &sha256)).unwrap(), None);
        block_on(world.store.kv().set_many(vec![manifest.entry()])).unwrap();
        let found = block_on(world.store.attachment(&world.root, &sha256)).unwrap().unwrap();
        assert_eq!((found.size, &found), (count as u64, &manifest));
        let read: Vec<u8> = (0..found.chunks)
            .flat_map(|index| block_on(world.store.attachment_chunk(&found, index)).unwrap())
            .collect();
        assert_eq!(read, bytes);
    }
}

#[test]
fn other_bytes_than_announced_leave_nothing() {
    let world = World::new(Memory::ALL[1]);
    // Except the note that they may be removed, which expires itself.
    let kept = || -> Vec<_> {
        world.memory.dump().into_keys().filter(|key| !key.starts_with("countersign/1/e")).collect()
    };
    let before = kept();
    let mut upload = world.store.upload(&world.root, &keys::sha256(b"something"), 1_000_000);
    block_on(upload.push(&bytes(600_000))).unwrap();
    let refused = block_on(upload.finish());
    assert!(matches!(refused, Err(UploadError::Differs { .. })));
    assert_eq!(kept(), before);
    let mut upload = world.store.upload(&world.root, &keys::sha256(b"something"), 300_000);
    assert_eq!(block_on(upload.push(&bytes(300_001))), Err(UploadError::TooLarge { limit: 300_000 }));
    block_on(upload.abort()).unwrap();
    assert_eq!(kept(), before);
}

#[test]
fn bytes_that_only_one_request_asked_about_go_with_it_and_leave_their_senders_count() {
    let world = World::new(Memory::ALL[1]);
    let (store, root) = (&world.store, &world.root);
    let (computer, first) = (world.computer(1), request(1));
    let sha256 = keys::sha256(b"bytes");
    let keep = async |other: Option<RequestId>| {
        let manifest = sent(&world, &computer, &first).await;
        store.keep_bytes(&manifest).await.unwrap();
        let now = store.clock().now();
        let again = other.and_then(|other| manifest.asked_again_by(&other, now));
        store.kv().set_many(vec![again.unwrap_or(manifest).entry()]).await.unwrap();
        store.remove_attachment_of(root, &sha256, &first).await.unwrap();
        let kept = store.attachment(root, &sha256).await.unwrap();
        (kept, store.kept_bytes(&computer).await.unwrap())
    };
    let (none, five) = (KeptBytes::default(), KeptBytes { computer: 5, key: 5 });
    block_on(async {
        assert_eq!(keep(None).await, (None, none));
        assert_eq!(keep(Some(first.clone())).await, (None, none), "the same request again");
        let (kept, bytes) = keep(Some(request(2))).await;
        assert_eq!((kept.is_some(), bytes), (true, five), "another request needs them");
        store.remove_attachment(&kept.unwrap()).await.unwrap();
        assert_eq!(store.kept_bytes(&computer).await.unwrap(), none);
    });
}

#[test]
fn bytes_are_counted_for_their_computer_and_its_key_and_counted_down_once() {
    for like in Memory::ALL {
        let world = World::new(like);
        let (store, computer, other) = (&world.store, world.computer(1), world.computer(2));
        block_on(async {
            let (one, two) =
                (sent(&world, &computer, &request(1)).await, sent(&world, &other, &request(2)).await);
            store.keep_bytes(&one).await.unwrap();
            let both = store.keep_bytes(&two).await.unwrap();
            assert_eq!(both, KeptBytes { computer: 5, key: 10 }, "{like:?}");
            assert_eq!(store.kept_bytes(&other).await.unwrap(), both);
            // Two calls that withdraw the same request at the same moment.
            store.forget_bytes(&one).await.unwrap();
            store.forget_bytes(&one).await.unwrap();
            assert_eq!(store.kept_bytes(&computer).await.unwrap(), KeptBytes { computer: 0, key: 5 });
        });
    }
}

#[test]
fn bytes_of_an_upload_that_died_or_was_replaced_no_longer_count_a_day_later() {
    let world = World::new(Memory::ALL[1]);
    let (store, computer) = (&world.store, world.computer(1));
    block_on(async {
        let died = sent(&world, &computer, &request(1)).await;
        store.keep_bytes(&died).await.unwrap();
        for _ in 0..2 {
            let manifest = sent(&world, &computer, &request(1)).await;
            store.keep_bytes(&manifest).await.unwrap();
            store.kv().set_many(vec![manifest.entry()]).await.unwrap();
        }
        assert_eq!(store.kept_bytes(&computer).await.unwrap(), KeptBytes { computer: 15, key: 15 });
        world.clock.advance(Duration::from_secs(26 * 3600));
        sweep(&world).await;
        assert_eq!(store.kept_bytes(&computer).await.unwrap(), KeptBytes { computer: 5, key: 5 });
        let left = world.memory.dump().into_keys().filter(|key| key.contains("/yf/") || key.contains("/yu/"));
        assert_eq!(left.count(), 1, "the note of the one that is there");
    });
}

/// An upload of five bytes that is not stored yet.
async fn sent(world: &World, computer: &Computer, request: &RequestId) -> Manifest {
    let mut upload = world.store.upload(&world.root, &keys::sha256(b"bytes"), 100);
    upload.push(b"bytes").await.unwrap();
    upload.finish().await.unwrap().sent_by(computer, request)
}

fn request(number: u128) -> RequestId {
    RequestId::from_ulid(Ulid::from_parts(1, number))
}
