//! Programs that wait to be signed in.

use std::time::Duration;

use countersign_kv::Clock;
use countersign_kv::memory::Memory;
use countersign_model::{DeviceLogin, DeviceLoginState, UserCode};
use futures::executor::block_on;

use super::World;
use super::expiry::{left, sweep};

fn login(world: &World, number: u64) -> DeviceLogin {
    let now = world.clock.now();
    DeviceLogin {
        user_code: UserCode::of(number),
        digest: "0".repeat(64),
        description: "countersign on pc-7".to_owned(),
        address: None,
        started_at: now,
        expires_at: now + DeviceLogin::LASTS,
        state: DeviceLoginState::Pending,
    }
}

#[test]
fn a_code_belongs_to_one_login_and_is_free_a_day_after_its_end() {
    for like in Memory::ALL {
        let world = World::new(like);
        let first = login(&world, 7);
        assert!(block_on(world.store.begin_device_login(&first)).unwrap());
        assert!(!block_on(world.store.begin_device_login(&login(&world, 7))).unwrap());
        assert!(block_on(world.store.begin_device_login(&login(&world, 8))).unwrap());
        let found = block_on(world.store.load::<DeviceLogin>(&first.user_code)).unwrap();
        assert_eq!(found.unwrap().value, first);

        world.clock.advance(Duration::from_secs(24 * 3600));
        block_on(sweep(&world));
        assert!(!left(&world).is_empty(), "not before");
        world.clock.advance(Duration::from_secs(3 * 3600));
        block_on(sweep(&world));
        assert_eq!(left(&world), Vec::<String>::new());
        assert!(block_on(world.store.begin_device_login(&login(&world, 7))).unwrap());
    }
}
