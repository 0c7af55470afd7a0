//! How the tests of a function get a stage with it.

/// Defines `Stage`: a [`stage::Stage`](crate::testing::stage::Stage) with the five functions of notifications, of which one is being
/// tested. Tests add methods for what they do there.
///
/// ```text
/// countersign_http::stage!(crate::router, plan_deliveries::router, deliver_notifications::router, compose_message::router, send_notification::router);
/// ```
#[macro_export]
macro_rules! stage {
    ($process:path, $plan:path, $deliver:path, $compose:path, $send:path) => {
        pub struct Stage($crate::testing::stage::Stage);

        impl Stage {
            pub async fn new() -> Self {
                Self::over($crate::testing::World::new()).await
            }

            pub async fn over(world: $crate::testing::World) -> Self {
                let functions = $crate::testing::stage::Functions {
                    process: $process,
                    plan: $plan,
                    deliver: $deliver,
                    compose: $compose,
                    send: $send,
                };
                Self($crate::testing::stage::Stage::over(world, functions).await)
            }
        }

        impl ::std::ops::Deref for Stage {
            type Target = $crate::testing::stage::Stage;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    };
}
