//! Which of several agents uses a computer's token: clones of one image that all have it are told apart by the random ids of
//! their agents.
//!
//! An agent chooses an id when it starts and never stores it. So an id that comes back after another one was seen belongs to
//! a second agent that runs at the same time. One that comes back once may be a virtual machine that was set back to a
//! snapshot; two within ten minutes are clones.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Computer;

/// How many ids are kept. When more agents use a token, the newest id gives way, so that one of the others comes back.
const KEPT: usize = 8;
/// Two ids that come back within this time are those of clones.
const TOGETHER: SignedDuration = SignedDuration::from_mins(10);

/// What is known of the agents that use a computer's token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instances {
    /// Their ids, the one seen last first. At most [`KEPT`].
    #[serde(default)]
    ids: Vec<String>,
    /// When an id came back last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returned_at: Option<Timestamp>,
    /// When they were found to be clones; none of them may use the token since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloned_at: Option<Timestamp>,
}

impl Instances {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// With the agent that called just now. `None` if it is the one that called last: there is nothing to write.
    fn with(&self, id: &str, now: Timestamp) -> Option<Self> {
        if self.ids.first().is_some_and(|last| last == id) {
            return None;
        }
        let returns = self.ids.iter().any(|known| known == id);
        let mut ids = self.ids.clone();
        ids.retain(|known| known != id);
        if ids.len() >= KEPT {
            ids.remove(0);
        }
        ids.insert(0, id.to_owned());
        let together = self.returned_at.is_some_and(|before| now.duration_since(before) <= TOGETHER);
        Some(Self {
            ids,
            returned_at: if returns { Some(now) } else { self.returned_at },
            cloned_at: self.cloned_at.or_else(|| (returns && together).then_some(now)),
        })
    }
}

impl Computer {
    /// The same computer after the agent with this id called. `None` if it is the one that called last.
    #[must_use]
    pub fn with_instance(&self, id: &str, now: Timestamp) -> Option<Self> {
        Some(Self { instances: self.instances.with(id, now)?, ..self.clone() })
    }

    /// Whether clones of it use its token: it identifies none of them any more.
    #[must_use]
    pub const fn is_cloned(&self) -> bool {
        self.instances.cloned_at.is_some()
    }
}
