//! What matters about a request for somebody who decides it: if it has changed since they looked, they should look again.

use super::{Attachment, Request};
use crate::named::named;
use crate::text::username_key;
use crate::whereabouts::Whereabouts;

named! {
    /// Something about a request that matters for a decision.
    pub enum Aspect("aspect") {
        /// What is requested.
        Subject = "subject",
        /// Who waits for the decision, and their reasons.
        Requesters = "requesters",
        /// The group that the computer is in now, or that it was removed.
        Group = "group",
        /// Whether another computer has its host name, and no administrator has confirmed it.
        Unconfirmed = "unconfirmed",
        /// Whether a copy of the file is to come or is there.
        Copy = "copy",
    }
}

impl Aspect {
    /// What has changed, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Subject => "what is requested",
            Self::Requesters => "who asks, or why",
            Self::Group => "the computer's group",
            Self::Unconfirmed => "whether the computer is confirmed",
            Self::Copy => "whether there is to be a copy of the file",
        }
    }
}

impl Request {
    /// Each aspect as a text. Texts are equal as long as nothing has changed that matters: that somebody asked once more
    /// does not.
    #[must_use]
    pub fn aspects(&self, at: &Whereabouts) -> Vec<(Aspect, String)> {
        let json = |text: Result<String, serde_json::Error>| text.unwrap_or_default();
        let asks = |user: &super::Requester| (username_key(&user.username), user.reason.clone());
        let mut asking: Vec<_> = self.waiting().map(asks).collect();
        asking.sort();
        let group = at.group().map(ToString::to_string).unwrap_or_default();
        vec![
            (Aspect::Subject, json(serde_json::to_string(&self.subject))),
            (Aspect::Requesters, json(serde_json::to_string(&(asking, self.more_requesters > 0)))),
            (Aspect::Group, group),
            (Aspect::Unconfirmed, at.is_unconfirmed().to_string()),
            // That a copy arrives that was announced changes nothing.
            (Aspect::Copy, (self.attachment != Attachment::NotWanted).to_string()),
        ]
    }
}
