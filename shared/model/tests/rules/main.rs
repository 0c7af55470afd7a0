//! The rules of the model, as cases and properties.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod accounts;
mod amendments;
mod anew;
mod approval_settings;
mod arrivals;
mod audits;
mod bounces;
mod catalogue;
mod check_ins;
mod decisions;
mod deliveries;
mod device_logins;
mod earlier;
mod endings;
mod faults;
mod filter;
mod giving;
mod handling;
mod instances;
mod integrations;
mod lives;
mod maintenance;
mod managing;
mod narrowing;
mod notification_settings;
mod notify;
mod pace;
mod policies;
mod properties;
mod provider_health;
mod reported;
mod requesters;
mod rules;
mod sequences;
mod subjects;
mod tally;
mod texts;
mod tree;
mod turns;
mod twins;
mod unsent;
mod waits;
