//! The caller, their address and the time of the call: made in one place, and the first parameter of everything below a
//! handler.
use countersign_model::{Origin, Who};
use std::net::IpAddr;

pub use countersign_store::Idempotency;
use http::request::Parts;
use jiff::Timestamp;

use crate::address::{self, TrustedProxies};
use crate::conditional::IdempotencyKey;
use crate::problem::Problem;
use crate::services::Services;

/// The caller of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who calls, according to the credentials.
    pub who: Who,
    /// The client's address; `None` for a call from another function.
    pub address: Option<IpAddr>,
    /// When the request arrived. Every time written by this request is this one.
    pub now: Timestamp,
}

impl Caller {
    /// Makes the caller of a request. This is the only place that does.
    pub(crate) async fn of(parts: &Parts, services: &Services, who: Who) -> Result<Self, Problem> {
        let trusted = if address::is_forwarded(&parts.headers) {
            TrustedProxies::parse(&services.settings.get("trusted_proxies").await?)
        } else {
            TrustedProxies::default()
        };
        let now = services.journal.clock().now();
        Ok(Self { who, address: address::client(&parts.headers, &trusted), now })
    }

    /// The same caller under another identity: one who has shown the set-up token, signed in, or accepted an
    /// invitation.
    #[must_use]
    pub fn known_as(&self, who: Who) -> Self {
        Self { who, ..self.clone() }
    }

    /// The caller's part of an event.
    pub fn origin(&self) -> Origin {
        let address = self.address.map(|address| address.to_string());
        Origin { who: self.who.clone(), address, at: self.now }
    }

    /// The caller's idempotency key with the body it came with, in the store's form; `None` without a key.
    pub fn idempotency(&self, key: &IdempotencyKey, body: &[u8]) -> Option<Idempotency> {
        Some(Idempotency::new(&self.name(), key.0.as_deref()?, body))
    }

    /// A text that is different for each caller: the same idempotency key from another caller is another key.
    fn name(&self) -> String {
        match &self.who {
            Who::Administrator { id, .. } => id.to_string(),
            Who::Computer { id } => id.to_string(),
            Who::SetUp => "set-up".to_owned(),
            Who::Operator => "operator".to_owned(),
            Who::System => "system".to_owned(),
            // An anonymous caller has no identity, so only the address distinguishes it from others.
            Who::Anonymous => format!("anonymous {:?}", self.address),
        }
    }
}
