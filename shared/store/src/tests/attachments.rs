//! Attachments: byte for byte, and invisible until they are complete.

use countersign_kv::memory::Memory;
use countersign_model::{ComputerId, RequestId};
use futures::executor::block_on;
use ulid::Ulid;

use super::World;
use crate::{UploadError, keys};

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
    let World { store, root, .. } = World::new(Memory::ALL[1]);
    let (computer, first) = (ComputerId::from_ulid(Ulid::from_parts(1, 1)), request(1));
    let sha256 = keys::sha256(b"bytes");
    let keep = async |other: Option<RequestId>| {
        let mut upload = store.upload(&root, &sha256, 100);
        upload.push(b"bytes").await.unwrap();
        let manifest = upload.finish().await.unwrap().sent_by(&computer, &first);
        store.keep_bytes(&computer, manifest.size).await.unwrap();
        let now = store.clock().now();
        let again = other.and_then(|other| manifest.asked_again_by(&other, now));
        store.kv().set_many(vec![again.unwrap_or(manifest).entry()]).await.unwrap();
        store.remove_attachment_of(&root, &sha256, &first).await.unwrap();
        let kept = store.attachment(&root, &sha256).await.unwrap();
        (kept, store.kept_bytes(&computer).await.unwrap())
    };
    block_on(async {
        assert_eq!(keep(None).await, (None, 0));
        assert_eq!(keep(Some(first.clone())).await, (None, 0), "the same request again");
        let (kept, bytes) = keep(Some(request(2))).await;
        assert_eq!((kept.is_some(), bytes), (true, 5), "another request needs them");
        store.remove_attachment(&kept.unwrap()).await.unwrap();
        assert_eq!(store.kept_bytes(&computer).await.unwrap(), 0);
    });
}

fn request(number: u128) -> RequestId {
    RequestId::from_ulid(Ulid::from_parts(1, number))
}
