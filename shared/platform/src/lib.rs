//! The Spin platform: the only crate that names spin-sdk. It implements the traits of `shared/kv` and `shared/http`,
//! and exports a function's router as a component. Support for another platform would be another crate like this one.

mod background;
mod clock;
#[cfg(feature = "edge")]
mod edge;
mod entry;
#[cfg(not(feature = "edge"))]
mod key_value;
mod outbound;
mod random;
mod redis;
mod settings;

use std::sync::Arc;

use countersign_http::Services;
use countersign_store::Store;

pub use entry::Entry;

/// Exports a function as a Spin component. `$router` is its `fn(Services) -> axum::Router`; it is called once per
/// instance and the router serves all of the instance's requests.
///
/// ```text
/// #[cfg(target_arch = "wasm32")]
/// countersign_platform::serve!(authorize::router);
/// ```
#[macro_export]
macro_rules! serve {
    ($router:expr) => {
        const _: () = {
            static ENTRY: $crate::Entry = $crate::Entry::new($router);
            struct Component;

            impl $crate::__wasip3::exports::http::handler::Guest for Component {
                async fn handle(
                    request: $crate::__wasip3::http::types::Request,
                ) -> Result<$crate::__wasip3::http::types::Response, $crate::__wasip3::http::types::ErrorCode>
                {
                    ENTRY.handle(request).await
                }
            }

            // The expansion contains `unsafe` export functions; the lint that forbids unsafe code in the functions does
            // not check macros of other crates.
    $crate::__wasip3::http::service::export!(Component with_types_in $crate::__wasip3);
        };
    };
}

// Only for the expansion of `serve!`, so that a function need not depend on spin-sdk itself.
#[doc(hidden)]
pub use spin_sdk::wasip3 as __wasip3;

/// The services of this instance, on Spin's interfaces.
pub(crate) fn services() -> Services {
    #[cfg(not(feature = "edge"))]
    let kv = Arc::new(key_value::SpinKeyValue);
    #[cfg(feature = "edge")]
    let kv = Arc::new(countersign_kv::over_redis::OverRedis(edge::EdgeRedis));
    let store = Store::new(kv, Arc::new(clock::SystemClock), Arc::new(random::SeededRandom));
    Services::new(
        store,
        Arc::new(outbound::SpinOutbound),
        Arc::new(settings::Variables),
        Arc::new(background::Spawned),
        Arc::new(redis::SpinStoreServer),
    )
}
