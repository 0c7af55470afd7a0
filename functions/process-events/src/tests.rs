//! The operations over the in-memory store, with captured outbound requests.
mod anew;
mod calls;
mod chain;
mod crashes;
mod damage;
mod earlier;
mod ending;
mod ending_dies;
mod enrollment;
mod flags;
mod flags_carried;
mod followers;
mod groups;
mod late;
mod matching;
mod rules;
mod twins;

pub use countersign_http::testing::World;
pub use countersign_http::testing::stage::*;

countersign_http::stage!(
    crate::router,
    plan_deliveries::router,
    deliver_notifications::router,
    compose_message::router,
    send_notification::router
);
