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

    /// The message with the display name above it, in the colour.
    pub fn on(&self, message: Message) -> Message {
        match &self.name {
            Some(name) => message.headed(Words::theirs(name, NAME), self.colour.as_deref()),
            None => message,
        }
    }
}
