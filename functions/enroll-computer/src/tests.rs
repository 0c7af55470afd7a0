//! Enrolling over the in-memory store.

mod enroll;
mod retries;

use countersign_http::testing::TestResponse;

countersign_http::story!(Office, crate::router);

impl Story {
    async fn process(&self) {
        self.world.fill_lists(&self.company.id).await;
    }

    /// The first check-in with a token.
    async fn check_in(&self, token: &str) -> TestResponse {
        self.world.app(check_in::router).get("/agent/v1/check-in").bearer(token).send().await
    }
}
