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
