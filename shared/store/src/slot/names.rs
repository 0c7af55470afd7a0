//! The names of all slots: what is unique in a deployment.

use countersign_model::{Computer, ComputerId, EmailAddress, GrantId, OrganizationId, Sha256};

use crate::Slot;

impl Slot {
    /// The set-up of the deployment; held by the root organization.
    #[must_use]
    pub fn set_up() -> Self {
        Self::named(&["setup"])
    }

    /// An email address, however it is written; held by its administrator.
    #[must_use]
    pub fn email(address: &EmailAddress) -> Self {
        Self::named(&["email", &address.key()])
    }

    /// An invitation of an email address into an organization; held by the invited administrator.
    #[must_use]
    pub fn invitation(organization: &OrganizationId, address: &EmailAddress) -> Self {
        Self::named(&["invitation", organization.as_str(), &address.key()])
    }

    /// A host name in an organization, in any case; held by the computer that enrolled with it or took it since.
    #[must_use]
    pub fn hostname(organization: &OrganizationId, hostname: &str) -> Self {
        Self::named(&["hostname", organization.as_str(), &Computer::hostname_key(hostname)])
    }

    /// A name that people give, in its form for comparison, among things of one kind in an organization; held by the thing with the
    /// name.
    #[must_use]
    pub fn display_name(kind: &str, organization: &str, name: &str) -> Self {
        Self::named(&[kind, organization, name])
    }

    /// The open request of a computer for a subject ([`Subject::key`](countersign_model::Subject::key)).
    #[must_use]
    pub fn open_request(computer: &ComputerId, subject: &str) -> Self {
        Self::named(&["open-request", computer.as_str(), subject])
    }

    /// The flag of a file at an organization; held by the [`FileFlag`](countersign_model::FileFlag) that was set last.
    #[must_use]
    pub fn file_flag(organization: &OrganizationId, sha256: &Sha256) -> Self {
        Self::named(&["file-flag", organization.as_str(), sha256.as_str()])
    }

    /// The first use of a grant by a computer; held by the record of that use.
    #[must_use]
    pub fn grant_use(grant: &GrantId, computer: &ComputerId) -> Self {
        Self::named(&["grant-use", grant.as_str(), computer.as_str()])
    }

    /// A caller's idempotency key, as a digest ([`Idempotency::digest`](crate::Idempotency::digest)); held by the first record that
    /// was created under it.
    #[must_use]
    pub fn idempotency(key: &str) -> Self {
        Self::named(&["idempotency", key])
    }
}
