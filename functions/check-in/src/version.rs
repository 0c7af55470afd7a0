//! The version that an agent is given: it contains everything needed to find out what is new next time, so the server
//! keeps nothing.
//!
//! It is opaque to agents but not secret: an agent that makes one up learns nothing more than by sending none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_http::{InputError, Problem};
use countersign_model::computer::override_key::SealedOverrideKey;
use countersign_model::{Computer, GrantId, GroupId};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many ends of grants are remembered. A computer with more is sent all its grants again after these have ended.
const ENDS: usize = 16;
/// The longest text that is accepted as a version.
const LONGEST: usize = 8 * 1024;

/// What an agent knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The organization's agent version. It changes with policies, grants and computers.
    #[serde(rename = "a")]
    pub agents: u64,
    /// The revision of the computer's record.
    #[serde(rename = "c")]
    pub computer: u64,
    /// The group for which policies and grants were sent.
    #[serde(rename = "g")]
    pub group: GroupId,
    /// Whether the computer was unconfirmed then, so that only grants for itself were sent.
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
    /// The deployment whose policies were sent.
    #[serde(rename = "p")]
    pub policies: u64,
    /// Rows of the organization's log of grants before this offset were sent.
    #[serde(rename = "s")]
    pub seen: u64,
    /// The part of the log that is being sent.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<GrantWalk>,
    /// When the grants that were sent end by themselves, soonest first.
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<(Timestamp, GrantId)>,
    /// Whether there are later ends than these.
    #[serde(rename = "l", default)]
    pub later_ends: bool,
    /// When the maintenance mode that was sent ends.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub maintenance_ends: Option<Timestamp>,
    /// The key of the override codes that was sent, by its id; empty if there was none to be sent.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub override_key: Option<String>,
    /// The epoch of the store. In another one, everything else here means something else.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
}

/// A walk down the log of grants, one page at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantWalk {
    /// Rows from this offset on were sent.
    #[serde(rename = "b")]
    pub below: u64,
    /// Where the walk began; rows added since belong to the next walk.
    #[serde(rename = "t")]
    pub top: u64,
    /// The agent knows no grants, so there is nothing to remove.
    #[serde(rename = "f", default)]
    pub fresh: bool,
    /// Groups that the computer has left: their grants are removed.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<GroupId>,
    /// The computer has become unconfirmed: grants that are for more than itself are removed.
    #[serde(rename = "n", default, skip_serializing_if = "std::ops::Not::not")]
    pub narrowed: bool,
}

impl Version {
    /// The version of an agent that knows nothing.
    pub fn nothing(group: &GroupId) -> Self {
        Self {
            agents: 0,
            computer: 0,
            group: group.clone(),
            unconfirmed: false,
            policies: 0,
            seen: 0,
            walk: None,
            ends: Vec::new(),
            later_ends: false,
            maintenance_ends: None,
            override_key: None,
            epoch: None,
        }
    }

    /// Parses what an agent sends back.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let bytes = Some(text).filter(|text| text.len() <= LONGEST);
        let bytes = bytes.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).unwrap_or_default();
        let version: Option<Self> = serde_json::from_slice(&bytes).ok();
        version.filter(|version| version.ends.len() <= ENDS).ok_or_else(|| {
            let message = "is not a version from a check-in answer; leave it out to get everything";
            Problem::invalid_query(vec![InputError::new("/since", message)])
        })
    }

    /// As it is sent to an agent.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Whether nothing is new at this version of the organization's agents.
    pub fn is_current(&self, agents: u64, computer: &Stored<Computer>, now: Timestamp) -> bool {
        let over = |end: &Timestamp| *end <= now;
        self.agents == agents
            && self.computer == computer.revision
            && self.knows_key(computer.value.override_key.as_ref())
            && self.walk.is_none()
            && !self.ends.first().is_some_and(|(end, _)| over(end))
            && !self.maintenance_ends.as_ref().is_some_and(over)
    }

    /// Whether the agent was sent this key of override codes, or asked when there was none.
    pub fn knows_key(&self, key: Option<&SealedOverrideKey>) -> bool {
        self.override_key.as_ref().is_some_and(|told| key.is_none_or(|key| told == key.id()))
    }

    /// Begins or continues the walk for a computer as it is now, with the current length of the log. `knows_nothing`: the
    /// agent named no version.
    pub fn walk_on(&mut self, computer: &Computer, count: u64, knows_nothing: bool) -> GrantWalk {
        let group = &computer.group_id;
        let moved = self.group != *group;
        // Other grants are for a computer that was confirmed, or that has become unconfirmed.
        let other = self.unconfirmed != computer.unconfirmed;
        self.unconfirmed = computer.unconfirmed;
        // A log that is shorter than what was sent is a different one, for example because a store was restored.
        let again = moved || other || self.seen > count || (self.later_ends && self.ends.is_empty());
        let before = self.walk.take().filter(|walk| walk.below <= walk.top && walk.top <= count);
        let whole =
            GrantWalk { below: count, top: count, fresh: knows_nothing, left: Vec::new(), narrowed: false };
        if !again {
            return before.unwrap_or(whole);
        }
        let (mut left, narrowed) = before.map(|walk| (walk.left, walk.narrowed)).unwrap_or_default();
        if moved {
            left.push(std::mem::replace(&mut self.group, group.clone()));
            left.retain(|each| each != group);
        }
        self.seen = 0;
        self.later_ends = false;
        let narrowed = computer.unconfirmed && (narrowed || other);
        GrantWalk { left, narrowed, ..whole }
    }

    /// Removes and returns the grants that have ended by themselves.
    pub fn take_ended(&mut self, now: Timestamp) -> Vec<GrantId> {
        let over = self.ends.partition_point(|(end, _)| *end <= now);
        self.ends.drain(..over).map(|(_, id)| id).collect()
    }

    /// Remembers when a grant ends that is being sent; `None`: never.
    pub fn remember_end(&mut self, grant: &GrantId, end: Option<Timestamp>) {
        self.forget_end(grant);
        let Some(end) = end else { return };
        let entry = (end, grant.clone());
        let place = self.ends.partition_point(|each| *each < entry);
        self.ends.insert(place, entry);
        self.later_ends |= self.ends.len() > ENDS;
        self.ends.truncate(ENDS);
    }

    /// Forgets a grant that was removed.
    pub fn forget_end(&mut self, grant: &GrantId) {
        self.ends.retain(|(_, id)| id != grant);
    }
}

#[cfg(test)]
mod tests {
    use countersign_http::testing::World;

    use super::*;

    fn group(n: u128) -> GroupId {
        format!("grp_{n:026}").parse().unwrap()
    }

    #[test]
    fn a_version_is_read_back_and_nothing_else_is_read() {
        let mut version = Version::nothing(&group(1));
        version.walk =
            Some(GrantWalk { below: 1, top: 2, fresh: true, left: vec![group(2)], narrowed: true });
        version.ends.push((Timestamp::UNIX_EPOCH, format!("grt_{:026}", 1).parse().unwrap()));
        assert_eq!(Version::read(&version.text()).unwrap(), version);
        let many = Version { ends: vec![version.ends[0].clone(); ENDS + 1], ..version };
        for text in ["", "x", "e30", "bnVsbA", &many.text(), &"A".repeat(100_000)] {
            assert_eq!(Version::read(text).unwrap_err().code(), countersign_http::Code::InvalidQuery);
        }
    }

    #[test]
    fn a_walk_begins_again_when_the_log_is_another_or_the_computer_gets_other_grants() {
        let told = |seen, walk| Version { seen, walk, ..Version::nothing(&group(1)) };
        let twin = |version| Version { unconfirmed: true, ..version };
        let walk = |below, top| GrantWalk { below, top, fresh: false, left: Vec::new(), narrowed: false };
        let cases = [
            (told(3, None), (1, false), 5, walk(5, 5), 3, "what is new"),
            (told(3, Some(walk(4, 5))), (1, false), 9, walk(4, 5), 3, "where it was"),
            (told(3, Some(walk(4, 9))), (1, false), 5, walk(5, 5), 3, "a walk above the log's end"),
            (told(9, None), (1, false), 5, walk(5, 5), 0, "a log that has become shorter"),
            (
                told(3, None),
                (2, false),
                5,
                GrantWalk { left: vec![group(1)], ..walk(5, 5) },
                0,
                "another group",
            ),
            (told(3, None), (1, true), 5, GrantWalk { narrowed: true, ..walk(5, 5) }, 0, "unconfirmed now"),
            (twin(told(3, None)), (1, true), 5, walk(5, 5), 3, "unconfirmed as before"),
            (twin(told(3, None)), (1, false), 5, walk(5, 5), 0, "confirmed"),
        ];
        let world = World::new();
        let known = world.computer(&world.group(&world.organization(&world.root, "Company"), "Desks")).record;
        for (mut version, (number, unconfirmed), count, expected, seen, why) in cases {
            let computer = Computer { group_id: group(number), unconfirmed, ..known.clone() };
            assert_eq!(version.walk_on(&computer, count, false), expected, "{why}");
            let after = (version.seen, version.group, version.unconfirmed);
            assert_eq!(after, (seen, computer.group_id, unconfirmed), "{why}");
        }
    }
}
