//! How an organization shows itself in the messages that are sent for it.

use countersign_journal::Journal;
use countersign_journal::readable::unless_damaged;
use countersign_model::{Branding, Channel, Delivery, Language, Organization, unicode};
use countersign_store::StoreError;

use crate::message::{Message, Words};

/// The longest display name in a message, in characters.
const NAME: usize = 100;

/// The brand of one message.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    /// The name of the sender, which also stands above the message.
    pub name: Option<String>,
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
        let found = async {
            match journal.load::<Organization>(&delivery.organization_id).await? {
                Some(organization) => journal.branding(&organization.value).await,
                None => Ok(Branding::default()),
            }
        };
        let what = "a message is sent without its brand";
        let found = unless_damaged(what, delivery.id.as_str(), found.await)?.unwrap_or_default();
        Ok(Self {
            name: found.display_name.map(|name| unicode::one_line(&name, NAME)),
            colour: found.colour,
            language: found.language,
            reply_to: found.reply_to.map(|address| address.to_string()),
        })
    }

    /// The message with the colour and the display name above it.
    pub fn on(&self, message: Message) -> Message {
        let name = self.name.as_ref().map(|name| Words::theirs(name, NAME));
        message.headed(name, self.colour.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::message::{Reader, password_reset};

    #[test]
    fn a_colour_needs_no_display_name() {
        let reader = Reader::of(None, None);
        let shown = |name: Option<&str>, colour: Option<&str>| {
            let [name, colour] = [name, colour].map(|text| text.map(str::to_owned));
            let brand = Brand { name, colour, ..Brand::default() };
            let link = "https://approvals.example/password-reset#csp_TOKEN".to_owned();
            let html = brand.on(password_reset(&reader, "Eve", link, Timestamp::UNIX_EPOCH)).html;
            [html.contains("background-color:#0a7b3c"), html.contains("Company Security")]
        };
        for (name, colour) in [
            (None, None),
            (None, Some("#0a7b3c")),
            (Some("Company Security"), None),
            (Some("Company Security"), Some("#0a7b3c")),
        ] {
            assert_eq!(shown(name, colour), [colour.is_some(), name.is_some()], "{name:?} {colour:?}");
        }
    }
}
