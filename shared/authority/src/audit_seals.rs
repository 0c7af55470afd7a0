//! The keys that seal the audit, for the processor and for verification: `docs/design.md` §11.
use countersign_journal::{SealCheck, Sealer};

use crate::secrets::{MacKeys, Seal, SecretKeys};

/// Seals for the audit's chains, under keys derived from `secret_key`.
#[derive(Clone)]
pub struct AuditSeals(MacKeys);

impl AuditSeals {
    /// From `secret_key`. `None` while it is empty: the audit then continues unsealed, and verification shows that.
    #[must_use]
    pub fn new(keys: &SecretKeys) -> Option<Self> {
        keys.mac("audit").map(Self)
    }
}

impl Sealer for AuditSeals {
    fn seal(&self, message: &[u8]) -> String {
        self.0.seal(message)
    }

    fn check(&self, message: &[u8], seal: &str) -> SealCheck {
        match self.0.check(message, seal) {
            Seal::Good => SealCheck::Good,
            Seal::Wrong => SealCheck::Wrong,
            Seal::UnknownKey => SealCheck::UnknownKey,
        }
    }
}
