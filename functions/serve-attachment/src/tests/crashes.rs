//! The host dies at each write of a download.

use countersign_kv::memory::Memory;

use crate::tests::story::{Story, bytes};

#[tokio::test]
async fn no_byte_leaves_before_the_download_is_on_record() {
    for like in Memory::ALL {
        for after in [false, true] {
            let mut refused = 0;
            for nth in 1..=7 {
                let (story, bytes) = (Story::over(Memory::new(like)), bytes());
                let request = story.attached(&bytes).await;
                let memory = &story.world.memory;
                memory.stop_at_write(nth, after);
                let first = story.part(&story.boss, &request, "bytes=5-9").await;
                memory.resume();
                refused += usize::from(first.status == 503);
                let again = story.part(&story.boss, &request, "bytes=5-9").await;
                assert!((again.status, &*again.body) == (206, &bytes[5..10]), "{like:?} {nth}");
                assert_eq!(story.downloads().await, 1, "{like:?} {after} {nth}");
                assert_eq!(story.part(&story.boss, &request, "bytes=6-9").await.status, 206);
                assert_eq!(story.downloads().await, 1);
            }
            assert!((5..7).contains(&refused), "{like:?} {after}: all writes were hit, {refused}");
        }
    }
}
