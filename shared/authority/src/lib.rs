//! Who callers are and what they may do: sessions and API tokens, the rights from their records, the login settings
//! that they must meet, the root's last Super Admin, and the keys of the deployment.

mod approval_settings;
mod audience;
mod audit_seals;
mod candidates;
mod computer_counts;
mod cursor_key;
mod grants;
mod identify;
pub mod integrations;
mod login;
mod override_codes;
mod people;
mod principal;
pub mod rights;
mod root;
mod sealing;
pub mod secrets;
mod session;
mod standing;
pub mod super_admins;
mod walk;

pub use approval_settings::{approval_settings, approval_settings_at, waits};
pub use audience::{
    Audience, Recipient, Told, escalated_to, have_same_recipients, is_still_unconfirmed, keeps_incidents,
    told_above, ways_to,
};
pub use audit_seals::AuditSeals;
pub use candidates::{Above, Beginning, Candidates};
pub use computer_counts::{ComputerCounts, Counted};
pub use cursor_key::CursorKey;
pub use grants::{first_use, first_used, request_of_grant};
pub use identify::identify;
pub use login::{POLICY_HOLDS, login_policy};
pub use override_codes::{OverrideCode, OverrideKey};
pub use people::People;
pub use principal::Principal;
pub use root::root;
pub use sealing::SealingKey;
pub use session::{Credential, Session};
pub use standing::Standing;
pub use walk::{Around, VISITED, Walk};
