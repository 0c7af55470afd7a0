//! What is requested, and how far a decision about it reaches.

use crate::named::named;

named! {
    /// What kind of thing is requested.
    pub enum RequestKind("kind of request") {
        Application = "application",
        Storage = "storage",
        Elevation = "elevation",
    }
}

named! {
    /// The scope of a decision, from the narrowest.
    pub enum DecisionScope("scope") {
        Computer = "computer",
        Group = "group",
        Organization = "organization",
    }
}

named! {
    /// The status of a request.
    pub enum RequestStatus("status") {
        /// It waits for a decision.
        Pending = "pending",
        /// Approved, and the approval counts.
        Approved = "approved",
        Denied = "denied",
        Ignored = "ignored",
        /// Nobody decided in time, or the approval has expired or ended with what it was for (then there is a decision).
        Expired = "expired",
        /// Withdrawn by everybody who asked, or its computer was removed.
        Cancelled = "cancelled",
        /// Approved, and revoked since.
        Revoked = "revoked",
    }
}
