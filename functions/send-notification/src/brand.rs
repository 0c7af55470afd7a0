//! How an organization shows itself in the messages that are sent for it.

use countersign_journal::Journal;
use countersign_journal::readable::unless_damaged;
use countersign_model::{Branding, Channel, Delivery, Language, Organization, OrganizationId};
use countersign_store::StoreError;

use crate::message::{Message, Words, one_line};

/// The longest display name in a message, in characters.
const NAME: usize = 100;

/// The brand of one message.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    name: Option<String>,
    colour: Option<String>,
    /// The language of those who have chosen none.
    pub language: Option<Language>,
    /// Where answers go.
    pub reply_to: Option<String>,
}

impl Brand {
    /// The brand of a delivery's organization, with what it inherits. A text message has nothing of it but the language, if
    /// the recipient has chosen none. A damaged record costs the message its brand and nothing else.
    pub async fn of(journal: &Journal, delivery: &Delivery) -> Result<Self, StoreError> {
        if delivery.channel != Channel::Email && delivery.reading.language.is_some() {
            return Ok(Self::default());
        }
        Self::of_organization(journal, &delivery.organization_id, delivery.id.as_str()).await
    }

    /// The brand of an organization, for this message.
    pub async fn of_organization(
        journal: &Journal,
        organization: &OrganizationId,
        message: &str,
    ) -> Result<Self, StoreError> {
        let found = async {
            match journal.load::<Organization>(organization).await? {
                Some(organization) => journal.branding(&organization.value).await,
                None => Ok(Branding::default()),
            }
        };
        let what = "a message is sent without its brand";
        let found = unless_damaged(what, message, found.await)?.unwrap_or_default();
        Ok(Self {
            name: found.display_name.map(|name| one_line(&name, NAME)),
            colour: found.colour,
            language: found.language,
            reply_to: found.reply_to.map(|address| address.to_string()),
        })
    }

    /// A brand that sets nothing but where answers go.
    #[cfg(test)]
    pub fn answered_at(address: &str) -> Self {
        Self { reply_to: Some(address.to_owned()), ..Self::default() }
    }

    /// The sender: the configured address under the display name.
    pub fn sender(&self, configured: &str) -> String {
        let Some(name) = &self.name else { return configured.to_owned() };
        let address = configured.rsplit_once('<').map_or(configured, |(_, rest)| rest.trim_end_matches('>'));
        // In quotes, a name is one word; a quote or a backslash would end it.
        let name: String = name.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
        format!("\"{name}\" <{}>", address.trim())
    }

    /// The message with the display name above it, in the colour.
    pub fn on(&self, message: Message) -> Message {
        match &self.name {
            Some(name) => message.headed(Words::theirs(name, NAME), self.colour.as_deref()),
            None => message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_the_configured_address_under_the_display_name() {
        let brand = |name: Option<&str>| Brand { name: name.map(str::to_owned), ..Brand::default() };
        let cases = [
            (None, "Countersign <a@b.example>", "Countersign <a@b.example>"),
            (Some("Company"), "Countersign <a@b.example>", "\"Company\" <a@b.example>"),
            (Some("Company"), "a@b.example", "\"Company\" <a@b.example>"),
            (Some("A\" <x@y.example>, \\\"B"), "a@b.example", "\"A <x@y.example>, B\" <a@b.example>"),
        ];
        for (name, configured, expected) in cases {
            assert_eq!(brand(name).sender(configured), expected);
        }
    }
}
