//! A number in answers that may be a lower bound.
use countersign_authority::Counted;
use serde::Serialize;
use utoipa::ToSchema;

/// A number, as far as it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Count)]
pub struct CountView {
    /// How many were counted.
    pub count: u64,
    /// Whether all were counted; if not, there may be more.
    pub complete: bool,
}

impl From<Counted> for CountView {
    fn from(Counted { count, complete }: Counted) -> Self {
        Self { count, complete }
    }
}
