//! Addresses of notify lists: email, text message, and integrations of the organization.

use super::{Address, EmailAddress, PhoneNumber, TextError, address_key, email, phone};
use crate::delivery::Channel;
use crate::integration::IntegrationKind;

impl Address {
    /// The channel, and the address as that has it: with its kind, if it is that of an integration.
    #[must_use]
    pub fn by_channel(&self) -> (Channel, &str) {
        match (self.sms(), IntegrationKind::of_address(&self.0)) {
            (Some(number), _) => (Channel::Sms, number),
            (None, Some((kind, _))) => (kind.channel(), &self.0),
            (None, None) => (Channel::Email, &self.0),
        }
    }

    /// The phone number, if this is an `sms:` address.
    #[must_use]
    pub fn sms(&self) -> Option<&str> {
        self.0.strip_prefix("sms:")
    }

    /// The text by which addresses are compared; see [`address_key`].
    #[must_use]
    pub fn key(&self) -> String {
        address_key(&self.0)
    }
}

impl From<EmailAddress> for Address {
    fn from(email: EmailAddress) -> Self {
        Self(email.0)
    }
}

impl From<PhoneNumber> for Address {
    fn from(phone: PhoneNumber) -> Self {
        Self(format!("sms:{phone}"))
    }
}

/// The address in the form that is stored.
pub(super) fn address(text: &str) -> Result<String, TextError> {
    let text = text.trim();
    if let Some(target) = IntegrationKind::checked_address(text) {
        return target;
    }
    match text.strip_prefix("sms:") {
        Some(number) => phone(number.trim()).map(|number| format!("sms:{number}")),
        None => email(text),
    }
}
