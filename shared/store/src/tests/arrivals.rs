//! What providers report of single messages.

use countersign_kv::Clock;
use countersign_kv::memory::Memory;
use countersign_model::{
    Arrival, ArrivalReport, Channel, Delivery, NewDelivery, Notice, NotificationId, OrganizationId,
};
use futures::executor::block_on;
use ulid::Ulid;

use super::World;
use crate::record::key_of;

fn id(number: u128) -> NotificationId {
    NotificationId::from_ulid(Ulid::from_parts(1, number))
}

#[test]
fn what_is_nothing_new_and_what_is_unknown_costs_one_read() {
    for like in Memory::ALL {
        block_on(noted_once(World::new(like)));
    }
}

async fn noted_once(World { store, clock, memory, .. }: World) {
    let new = NewDelivery {
        id: id(1),
        organization_id: OrganizationId::from_ulid(Ulid::from_parts(1, 1)),
        event_id: countersign_model::EventId::from_ulid(Ulid::nil()),
        channel: Channel::Email,
        address: "ann@company.example".to_owned(),
        recipient_organization_id: None,
        recipient: None,
        notice: Notice::Digest,
    };
    let delivery = Delivery::new(new, clock.now());
    store.write_first(key_of::<Delivery>(&delivery.id), &delivery).await.unwrap();
    let message = delivery.message_key();
    let (channel, address, at) = (delivery.channel, delivery.address.clone(), clock.now());
    let report = ArrivalReport { message, channel, address, arrival: Arrival::Delivered, at };
    store.note_arrival(&report).await.unwrap();
    let noted = store.load::<Delivery>(&delivery.id).await.unwrap().unwrap().value;
    assert_eq!(noted.delivered_at, Some(at));

    let unknown = countersign_model::MessageKey { id: id(2), resends: 0 };
    for report in [report.clone(), ArrivalReport { message: unknown, ..report }] {
        memory.reset_counts();
        store.note_arrival(&report).await.unwrap();
        assert_eq!((memory.counts().reads, memory.counts().writes), (1, 0), "{report:?}");
    }
}
