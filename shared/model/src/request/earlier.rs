//! What a request has in common with others, and which requests have it in common: so that somebody who decides sees how the
//! like was decided before.

use serde::{Deserialize, Serialize};

use super::Request;
use crate::ids::RequestId;
use crate::named::named;
use crate::text;

/// How many users of one request are looked at. The first who asked come first.
const USERS: usize = 8;

named! {
    /// What two requests have in common.
    pub enum Likeness("likeness") {
        /// The SHA-256 of the file, or the storage device with the access.
        File = "file",
        /// The publisher of the file, which an agent verified.
        Publisher = "publisher",
        /// A user who asks.
        User = "user",
        /// The computer.
        Computer = "computer",
    }
}

impl Request {
    /// What it can have in common with others, each with the text by which that is compared.
    #[must_use]
    pub fn likenesses(&self) -> Vec<(Likeness, String)> {
        let file = self.subject.file();
        let subject = file.map_or_else(|| self.subject.key(), |file| file.sha256.to_string());
        let publisher = file.and_then(|file| file.verified_publisher()).map(|publisher| publisher.key());
        let users = self.requesters.iter().take(USERS).map(|user| text::username_key(&user.username));
        let mut all = vec![(Likeness::File, subject), (Likeness::Computer, self.computer_id.to_string())];
        all.extend(publisher.map(|publisher| (Likeness::Publisher, publisher)));
        all.extend(users.map(|user| (Likeness::User, user)));
        all
    }

    /// What it has in common with another request of the organization.
    #[must_use]
    pub fn in_common(&self, other: &Self) -> Vec<Likeness> {
        let mine = self.likenesses();
        let both = other.likenesses().into_iter().filter(|each| mine.contains(each));
        let mut common: Vec<_> = both.map(|(likeness, _)| likeness).collect();
        common.sort_unstable();
        common.dedup();
        common
    }
}

/// The newest requests that have something in common. It only helps people to decide: it may lack one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierRequests {
    /// The newest ones, oldest first.
    // INVARIANT: in the order of their ids, each once, at most EarlierRequests::NAMED.
    #[serde(default)]
    asked: Vec<RequestId>,
    /// The newest of those that were decided, kept apart so that a flood of pending ones does not push out every decision.
    // INVARIANT: as above.
    #[serde(default)]
    decided: Vec<RequestId>,
}

impl EarlierRequests {
    /// How many are named, and how many of those that were decided.
    pub const NAMED: usize = 25;

    /// With a request, which was decided or not. The result does not depend on the order in which requests are added, nor on
    /// how often.
    pub fn add(&mut self, id: &RequestId, decided: bool) {
        insert(&mut self.asked, id);
        if decided {
            insert(&mut self.decided, id);
        }
    }

    /// Up to `most` of those that were made before a request, newest first. Half of the room is for those that were decided.
    #[must_use]
    pub fn before(&self, id: &RequestId, most: usize) -> Vec<RequestId> {
        let newest_first = |ids: &[RequestId]| -> Vec<RequestId> {
            ids.iter().rev().filter(|each| *each < id).cloned().collect()
        };
        let mut all = newest_first(&self.decided);
        all.truncate(most.div_ceil(2));
        for other in newest_first(&self.asked) {
            if all.len() < most && !all.contains(&other) {
                all.push(other);
            }
        }
        all.sort_unstable_by(|one, other| other.cmp(one));
        all
    }

    /// The newest one.
    #[must_use]
    pub fn newest(&self) -> Option<&RequestId> {
        self.asked.last().max(self.decided.last())
    }
}

/// Ids are in the order of time, and so are kept in their order.
fn insert(ids: &mut Vec<RequestId>, id: &RequestId) {
    if let Err(place) = ids.binary_search(id) {
        ids.insert(place, id.clone());
        let surplus = ids.len().saturating_sub(EarlierRequests::NAMED);
        ids.drain(..surplus);
    }
}
