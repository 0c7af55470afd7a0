//! The version an agent is told: everything needed to tell what is new the next time, so that nothing is kept here.
//!
//! It is opaque to agents and not secret: whoever makes one up learns nothing that leaving it out would not tell.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_http::{InputError, Problem};
use countersign_model::{Grant, GrantId, GroupId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many ends of grants are remembered. A computer with more is told all its grants again when these have come.
const ENDS: usize = 16;
/// The longest text that can be a version.
const LONGEST: usize = 8 * 1024;

/// What an agent knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The organization's agent version: it moves with policies, grants, computers.
    #[serde(rename = "a")]
    pub agents: u64,
    /// The revision of the computer's record.
    #[serde(rename = "c")]
    pub computer: u64,
    /// The group the policies and grants were told for.
    #[serde(rename = "g")]
    pub group: GroupId,
    /// The deployment whose policies were told.
    #[serde(rename = "p")]
    pub policies: u64,
    /// The places of the organization's log of grants below this were told.
    #[serde(rename = "s")]
    pub seen: u64,
    /// The part of the log that is being told.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<Walk>,
    /// When the grants told end by themselves, soonest first.
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<(Timestamp, GrantId)>,
    /// There are later ends than these.
    #[serde(rename = "l", default)]
    pub later_ends: bool,
    /// When the maintenance mode told ends.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub maintenance_ends: Option<Timestamp>,
}

/// A walk down the log of grants, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walk {
    /// The places from here on were told.
    #[serde(rename = "b")]
    pub below: u64,
    /// Where it began: what was added since is for the next walk.
    #[serde(rename = "t")]
    pub top: u64,
    /// The agent knows of no grants, so there is nothing to remove.
    #[serde(rename = "f", default)]
    pub fresh: bool,
    /// Groups the computer has left: their grants go.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<GroupId>,
}

impl Version {
    /// That of an agent that knows nothing.
    pub fn nothing(group: &GroupId) -> Self {
        Self {
            agents: 0,
            computer: 0,
            group: group.clone(),
            policies: 0,
            seen: 0,
            walk: None,
            ends: Vec::new(),
            later_ends: false,
            maintenance_ends: None,
        }
    }

    /// Reads what an agent gives back.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let bytes = Some(text).filter(|text| text.len() <= LONGEST);
        let bytes = bytes.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).unwrap_or_default();
        let version: Option<Self> = serde_json::from_slice(&bytes).ok();
        version.filter(|version| version.ends.len() <= ENDS).ok_or_else(|| {
            let message = "is no version that was told; leave it out to be told everything";
            Problem::invalid_query(vec![InputError::new("/since", message)])
        })
    }

    /// As an agent is told it.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Whether nothing is new.
    pub fn is_current(&self, agents: u64, computer: u64, now: Timestamp) -> bool {
        let over = |end: &Timestamp| *end <= now;
        self.agents == agents
            && self.computer == computer
            && self.walk.is_none()
            && !self.ends.first().is_some_and(|(end, _)| over(end))
            && !self.maintenance_ends.as_ref().is_some_and(over)
    }

    /// Begins, or goes on with, the walk for a computer in a group, the log being so long now. `knows_nothing` is the agent
    /// that named no version.
    pub fn walk_on(&mut self, group: &GroupId, count: u64, knows_nothing: bool) -> Walk {
        let moved = self.group != *group;
        // A log that is shorter than what was told is another one: a store was put back, say.
        let again = moved || self.seen > count || (self.later_ends && self.ends.is_empty());
        let before = self.walk.take().filter(|walk| walk.below <= walk.top && walk.top <= count);
        let whole = Walk { below: count, top: count, fresh: knows_nothing, left: Vec::new() };
        if !again {
            return before.unwrap_or(whole);
        }
        let mut left = before.map(|walk| walk.left).unwrap_or_default();
        if moved {
            left.push(std::mem::replace(&mut self.group, group.clone()));
            left.retain(|each| each != group);
        }
        self.seen = 0;
        self.later_ends = false;
        Walk { left, ..whole }
    }

    /// The grants told that have ended by themselves; they are forgotten.
    pub fn take_ended(&mut self, now: Timestamp) -> Vec<GrantId> {
        let over = self.ends.partition_point(|(end, _)| *end <= now);
        self.ends.drain(..over).map(|(_, id)| id).collect()
    }

    /// Remembers when a grant that is being told ends.
    pub fn remember_end(&mut self, grant: &Grant) {
        self.forget_end(&grant.id);
        let Some(end) = grant.expires_at else { return };
        let entry = (end, grant.id.clone());
        let place = self.ends.partition_point(|each| *each < entry);
        self.ends.insert(place, entry);
        self.later_ends |= self.ends.len() > ENDS;
        self.ends.truncate(ENDS);
    }

    /// Forgets a grant that went.
    pub fn forget_end(&mut self, grant: &GrantId) {
        self.ends.retain(|(_, id)| id != grant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(n: u128) -> GroupId {
        format!("grp_{n:026}").parse().unwrap()
    }

    #[test]
    fn a_version_is_read_back_and_nothing_else_is_read() {
        let mut version = Version::nothing(&group(1));
        version.walk = Some(Walk { below: 1, top: 2, fresh: true, left: vec![group(2)] });
        version.ends.push((Timestamp::UNIX_EPOCH, format!("grt_{:026}", 1).parse().unwrap()));
        assert_eq!(Version::read(&version.text()).unwrap(), version);
        let many = Version { ends: vec![version.ends[0].clone(); ENDS + 1], ..version };
        for text in ["", "x", "e30", "bnVsbA", &many.text(), &"A".repeat(100_000)] {
            assert_eq!(Version::read(text).unwrap_err().code(), "invalid-query");
        }
    }

    #[test]
    fn a_walk_begins_again_when_the_log_is_another_or_the_group_is() {
        let told = |seen, walk| Version { seen, walk, ..Version::nothing(&group(1)) };
        let walk = |below, top| Walk { below, top, fresh: false, left: Vec::new() };
        let cases = [
            (told(3, None), group(1), 5, walk(5, 5), 3, "what is new"),
            (told(3, Some(walk(4, 5))), group(1), 9, walk(4, 5), 3, "where it was"),
            (told(3, Some(walk(4, 9))), group(1), 5, walk(5, 5), 3, "a walk above the log's end"),
            (told(9, None), group(1), 5, walk(5, 5), 0, "a log that has become shorter"),
            (told(3, None), group(2), 5, Walk { left: vec![group(1)], ..walk(5, 5) }, 0, "another group"),
        ];
        for (mut version, group, count, expected, seen, why) in cases {
            assert_eq!(version.walk_on(&group, count, false), expected, "{why}");
            assert_eq!((version.seen, version.group), (seen, group), "{why}");
        }
    }
}
