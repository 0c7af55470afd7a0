//! Rules that decide requests by themselves: made by somebody who could decide so, and judged again at each use.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use wildmatch::WildMatch;

use crate::action::Action;
use crate::decision::{Outcome, RuleName};
use crate::ids::{AdministratorId, ComputerId, GroupId, OrganizationId, RequestId, RuleId};
use crate::kinds::{DecisionScope, RequestKind};
use crate::named::named;
use crate::request::Request;
use crate::subject::publisher::Publisher;
use crate::text::{self, Sha256};
use crate::whereabouts::Whereabouts;

named! {
    /// What a rule does.
    pub enum RuleEffect("effect") {
        Approve = "approve",
        Deny = "deny",
    }
}

/// What a request must be for a rule to decide it. Everything that is given must fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criteria {
    /// Its kind is one of these.
    // INVARIANT: at least one, each once.
    pub kinds: Vec<RequestKind>,
    /// Its file has this SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// The agent verified that its file is from this publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Publisher>,
    /// Its path is like this, in any case of letters: `*` stands for any characters, `?` for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The first user who asked has this name, in any case of letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Its computer is in this group now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// This computer asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computer_id: Option<ComputerId>,
}

impl Criteria {
    /// The longest pattern of a path, in characters.
    pub const PATH_MAX: usize = 1000;

    /// Whether a request fits, with its computer where it is now. A path that was too long to be kept whole fits no
    /// pattern: what was left out could be anything. One with `..` in it fits none either: it does not lie where it seems to.
    #[must_use]
    pub fn fit(&self, request: &Request, at: &Whereabouts) -> bool {
        let file = request.subject.file();
        let path = request.subject.path().filter(|path| !path.is_cut() && !leads_elsewhere(path.as_str()));
        let first = request.requesters.first();
        self.kinds.contains(&request.kind())
            && is_given(self.sha256.as_ref(), |wanted| file.is_some_and(|file| file.sha256 == *wanted))
            && is_given(self.publisher.as_ref(), |wanted| {
                file.and_then(|file| file.verified_publisher()).is_some_and(|publisher| publisher == *wanted)
            })
            && is_given(self.path.as_ref(), |pattern| {
                path.is_some_and(|path| is_like(path.as_str(), pattern))
            })
            && is_given(self.username.as_ref(), |name| first.is_some_and(|first| first.is(name)))
            && is_given(self.group_id.as_ref(), |group| at.group() == Some(group))
            && is_given(self.computer_id.as_ref(), |computer| request.computer_id == *computer)
    }

    /// Whether anything is given beside the kinds.
    #[must_use]
    pub fn are_narrow(&self) -> bool {
        self.sha256.is_some()
            || self.publisher.is_some()
            || self.path.is_some()
            || self.username.is_some()
            || self.group_id.is_some()
            || self.computer_id.is_some()
    }
}

fn is_given<T>(criterion: Option<T>, fits: impl FnOnce(T) -> bool) -> bool {
    criterion.is_none_or(fits)
}

/// Whether a component of the path stands for another place, such as `..`. Windows ignores dots and spaces at the end of a
/// component.
fn leads_elsewhere(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| part.starts_with('.') && part.chars().all(|c| matches!(c, '.' | ' ')))
}

fn is_like(path: &str, pattern: &str) -> bool {
    WildMatch::new(&text::username_key(pattern)).matches(&text::username_key(path))
}

/// The administrator who made a rule. Their rights count at each use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleMaker {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
}

/// A rule that decides requests of an organization by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// The organization whose requests it decides.
    pub organization_id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Whether it also decides requests of the organizations below.
    pub below: bool,
    /// What it does.
    pub effect: RuleEffect,
    /// The requests that it decides.
    pub criteria: Criteria,
    /// The scope of its decisions.
    pub scope: DecisionScope,
    /// How long its approvals last, in seconds; `None`: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts_seconds: Option<u32>,
    /// Shown to the requester.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it stops deciding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// How many requests it may decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// How many it has decided.
    #[serde(default)]
    pub uses: u32,
    /// The last requests that it was used for, newest last. One of these is not counted again.
    // INVARIANT: at most RECENT.
    #[serde(default)]
    pub recent: Vec<RequestId>,
    /// Counts what people made of it, from 1. Uses do not count here.
    #[serde(default = "first")]
    pub edition: u64,
    /// Who made it, or last edited it.
    pub maker: RuleMaker,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it was deleted.
    #[serde(default)]
    pub deleted: bool,
}

/// The edition of a new rule.
const fn first() -> u64 {
    1
}

/// A rule decides nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedUp;

impl Rule {
    /// The most rules of one organization. All of them are read for each new request.
    pub const RULES_MAX: usize = 200;
    /// The longest time that an approval can last: ten years, in seconds.
    pub const LASTS_MAX: u32 = 10 * 366 * 24 * 60 * 60;
    /// How many requests it remembers. Far more than are processed at once.
    const RECENT: usize = 64;

    /// Whether it decides this request at a time. It never approves for a computer whose name another one has: the
    /// rule may mean that one.
    #[must_use]
    pub fn decides(&self, request: &Request, at: &Whereabouts, now: Timestamp) -> bool {
        let reaches = request.organization_id == self.organization_id
            || (self.below && request.ancestors.contains(&self.organization_id));
        // A use that was counted, by a processor that died then, is carried out.
        let is_counted = !self.deleted && self.recent.contains(&request.id);
        reaches && (self.is_in_force(now) || is_counted) && !self.spares(at) && self.criteria.fit(request, at)
    }

    /// Whether it would have decided a request when that was submitted, whatever its end and its limit.
    #[must_use]
    pub fn would_have_decided(&self, request: &Request) -> bool {
        let at = Whereabouts::In {
            group_id: request.group_id.clone(),
            is_deleted: false,
            is_unconfirmed: request.unconfirmed,
            // One that was cloned cannot ask.
            is_cloned: false,
        };
        !self.spares(&at) && self.criteria.fit(request, &at)
    }

    fn spares(&self, at: &Whereabouts) -> bool {
        self.effect == RuleEffect::Approve && at.is_unconfirmed()
    }

    /// Whether it still decides anything.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        !self.deleted
            && self.ends_at.is_none_or(|end| now < end)
            && self.max_uses.is_none_or(|most| self.uses < most)
    }

    /// The rule, used for a request. A request counts once, however often it is processed.
    ///
    /// # Errors
    /// It has decided as many as it may, has ended or was deleted.
    pub fn used_for(&self, request: &RequestId, now: Timestamp) -> Result<Self, UsedUp> {
        if self.recent.contains(request) {
            return Ok(self.clone());
        }
        if !self.is_in_force(now) {
            return Err(UsedUp);
        }
        let mut rule = self.clone();
        rule.uses = rule.uses.saturating_add(1);
        rule.recent.push(request.clone());
        let surplus = rule.recent.len().saturating_sub(Self::RECENT);
        rule.recent.drain(..surplus);
        Ok(rule)
    }

    /// The rule, after a use that decided nothing, because somebody else did.
    #[must_use]
    pub fn not_used_for(&self, request: &RequestId) -> Self {
        let mut rule = self.clone();
        if let Some(place) = rule.recent.iter().position(|used| used == request) {
            rule.recent.remove(place);
            rule.uses = rule.uses.saturating_sub(1);
        }
        rule
    }

    /// The rule, edited to be like another one. What it was used for stays counted.
    #[must_use]
    pub fn edited(&self, wanted: Self) -> Self {
        Self {
            uses: self.uses,
            recent: self.recent.clone(),
            edition: self.edition.saturating_add(1),
            created_at: self.created_at,
            ..wanted
        }
    }

    /// What it decides.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self.effect {
            RuleEffect::Approve => Outcome::Approved,
            RuleEffect::Deny => Outcome::Denied,
        }
    }

    /// The actions that one must be allowed to make or change it, each for the kind and up to the scope of its decisions.
    pub fn needs(&self) -> impl Iterator<Item = (Action, RequestKind)> + '_ {
        self.criteria.kinds.iter().map(|kind| match self.effect {
            RuleEffect::Approve => (Action::approve(*kind), *kind),
            RuleEffect::Deny => (Action::RequestsDeny, *kind),
        })
    }

    /// When an approval by it ends.
    #[must_use]
    pub fn approves_until(&self, now: Timestamp) -> Option<Timestamp> {
        let lasts = self.lasts_seconds.filter(|_| self.effect == RuleEffect::Approve)?;
        now.checked_add(SignedDuration::from_secs(i64::from(lasts))).ok()
    }

    /// As a decision names it.
    #[must_use]
    pub fn named(&self) -> RuleName {
        RuleName { id: self.id.clone(), name: self.name.clone() }
    }
}

/// The rule that decides a request: one that denies, if any does; of several, the oldest.
#[must_use]
pub fn deciding<'a>(
    rules: impl IntoIterator<Item = &'a Rule>,
    request: &Request,
    at: &Whereabouts,
    now: Timestamp,
) -> Option<&'a Rule> {
    let deciding = rules.into_iter().filter(|rule| rule.decides(request, at, now));
    deciding.min_by(|a, b| {
        let approves = |rule: &Rule| rule.effect == RuleEffect::Approve;
        (approves(a), &a.id).cmp(&(approves(b), &b.id))
    })
}
