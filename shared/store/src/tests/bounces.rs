//! Addresses to which messages do not arrive.

use countersign_kv::Clock;
use countersign_kv::memory::Memory;
use countersign_model::{BounceReport, Channel};
use futures::executor::block_on;

use super::World;
use crate::BouncedAddress;

#[test]
fn an_address_is_known_by_how_it_is_compared_until_it_is_put_right() {
    for like in Memory::ALL {
        block_on(noted_and_put_right(World::new(like)));
    }
}

async fn noted_and_put_right(World { store, clock, .. }: World) {
    let address = |text: &str| BouncedAddress::new(Channel::Email, text);
    let report = |address: &str| BounceReport {
        channel: Channel::Email,
        address: address.to_owned(),
        reason: "550 no such user".to_owned(),
        at: clock.now(),
    };
    store.note_bounce(&report("Ann@Company.example")).await.unwrap();
    store.note_bounce(&report("ann@company.example.")).await.unwrap();
    let of = [
        address("ann@company.example"),
        address("bob@company.example"),
        BouncedAddress::new(Channel::Sms, "ann@company.example"),
    ];
    let found = store.bounces(&of).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().reason, "550 no such user");
    assert_eq!((&found[1], &found[2]), (&None, &None));
    clock.advance(std::time::Duration::from_secs(1));
    store.clear_bounce(&of[0]).await.unwrap();
    store.clear_bounce(&of[1]).await.unwrap();
    assert_eq!(store.bounces(&of).await.unwrap(), [None, None, None]);
    clock.advance(std::time::Duration::from_secs(1));
    store.note_bounce(&report("ann@company.example")).await.unwrap();
    assert!(store.bounces(&of).await.unwrap()[0].is_some(), "it bounced again");
}
