//! What an organization asks of requests and of decisions about them, and who is told of requests that wait for too long.

mod escalation;
mod waits;

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use regex_lite::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

pub use self::escalation::Escalation;
pub use self::waits::{CreatedBetween, FormerWait, SetWaits, Waits};
use crate::condition::{Condition, PublisherScope};
use crate::decision::{Decision, Outcome};
use crate::fault::{Fault, FaultKind};
use crate::kinds::DecisionScope;
use crate::text;

/// For how many days a request stays pending, unless its organization has set another number: 14.
pub const PENDING_DAYS: u16 = 14;

/// The settings of an organization for requests and decisions. What is null is as at the organization above; what is null
/// at the root as well is as Countersign does it by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalSettings {
    /// The scope of an approval that names none: `computer`, `group` or `organization`; by default `computer`. It is
    /// narrowed to what the administrator may approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "computer"))]
    pub default_scope: Option<DecisionScope>,
    /// After how many days an approval ends that does not say when: 1 to 3650, or 0 for never; by default never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 3650))]
    pub default_days: Option<u16>,
    /// What the reason of a request must be; by default none is required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = ReasonRule, required = false))]
    pub reason: Option<ReasonRule>,
    /// Whether a denial needs a message to the requester; by default it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denial_needs_message: Option<bool>,
    /// How many days a request waits for a decision: 1 to 60; by default 14. It counts for requests that are made later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60))]
    pub pending_days: Option<u16>,
    /// Up to which scope approvals may cover every file of a verified publisher: `never`, `computer`, `group` or
    /// `organization`; by default `never`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "group"))]
    pub publisher_scope: Option<PublisherScope>,
    /// Texts that administrators choose from for messages to requesters: at most 20, each name once, together at most 16 KiB
    /// as JSON; by default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub templates: Option<Vec<MessageTemplate>>,
    /// Who is told of a request that waits for too long; by default nobody. It counts for requests that are made later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Escalation, required = false))]
    pub escalation: Option<Escalation>,
}

/// What the reason of a request must be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReasonRule {
    /// The least characters of a reason: 0 to 500; 0 requires none.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 500, example = 10))]
    pub min_length: u16,
    /// A regular expression that must match somewhere in the reason, such as for the number of a ticket: at most 200
    /// characters; null for none. It has no look-around and no back-references, and `\d`, `\w`, `\s` are ASCII.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200, example = r"\bINC\d{6}\b"))]
    pub pattern: Option<String>,
    /// What users are told when the pattern does not match: at most 200 characters, required with a pattern; null without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 200,
            pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u001f\u007f-\u009f\s][^\u0000-\u001f\u007f-\u009f]*$",
            example = "name a ticket such as INC123456"
        )
    )]
    pub explanation: Option<String>,
}

/// A text for messages to requesters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MessageTemplate {
    /// Its name, by which administrators choose it: at most 200 characters, unique as people see it.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 200,
            pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u001f\u007f-\u009f\s][^\u0000-\u001f\u007f-\u009f]*$",
            example = "Use the approved version"
        )
    )]
    pub name: String,
    /// The message: at most 2000 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 2000,
            pattern = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\s][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$",
            example = "Please use the version in the software catalogue."
        )
    )]
    pub text: String,
}

/// Why settings are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct InvalidSettings {
    /// Where, as a JSON pointer below the settings.
    pub at: String,
    /// What it must be.
    pub why: Fault,
}

/// Why a decision is not accepted at an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// A denial without a message.
    #[error("the organization requires a message to the requester with a denial")]
    MessageRequired,
    /// No approval may cover a publisher.
    #[error("the organization does not allow approvals for a publisher")]
    PublisherNotAllowed,
    /// The scope is too wide for a publisher.
    #[error("the organization allows approvals for a publisher only up to the scope `{widest}`")]
    PublisherTooWide {
        /// The widest scope that may.
        widest: DecisionScope,
    },
}

impl ApprovalSettings {
    /// The most templates.
    pub const TEMPLATES_MAX: usize = 20;
    /// The most bytes of all templates as JSON: the organization's record has them.
    pub const TEMPLATES_BYTES: usize = 16 * 1024;
    const DAYS: RangeInclusive<u16> = 0..=3650;
    const PENDING: RangeInclusive<u16> = 1..=60;

    /// The settings, when each part is within its bounds.
    ///
    /// # Errors
    /// The first part that is not.
    pub fn checked(self) -> Result<Self, InvalidSettings> {
        let parts = [
            ("/default_days", self.default_days, Self::DAYS),
            ("/pending_days", self.pending_days, Self::PENDING),
        ];
        for (at, days, bounds) in parts {
            if days.is_some_and(|days| !bounds.contains(&days)) {
                return Err(invalid(at, FaultKind::OutOfRange.outside(*bounds.start(), *bounds.end())));
            }
        }
        let reason = self.reason.map(ReasonRule::checked).transpose()?;
        let templates = self.templates.map(checked_templates).transpose()?;
        let escalation = self.escalation.map(Escalation::checked).transpose()?;
        Ok(Self { reason, templates, escalation, ..self })
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// What counts at an organization with these settings, below an organization with the others.
    #[must_use]
    pub fn below(self, above: Self) -> Self {
        Self {
            default_scope: self.default_scope.or(above.default_scope),
            default_days: self.default_days.or(above.default_days),
            reason: self.reason.or(above.reason),
            denial_needs_message: self.denial_needs_message.or(above.denial_needs_message),
            pending_days: self.pending_days.or(above.pending_days),
            publisher_scope: self.publisher_scope.or(above.publisher_scope),
            templates: self.templates.or(above.templates),
            escalation: self.escalation.or(above.escalation),
        }
    }

    /// The scope of an approval that names none.
    #[must_use]
    pub fn scope(&self) -> DecisionScope {
        self.default_scope.unwrap_or(DecisionScope::Computer)
    }

    /// When an approval ends that was given at a time and does not say when; `None` if it never does.
    #[must_use]
    pub fn default_end(&self, now: Timestamp) -> Option<Timestamp> {
        let days = self.default_days.filter(|days| *days > 0)?;
        now.saturating_add(of_days(days)).ok()
    }

    /// How many days a request waits for a decision.
    #[must_use]
    pub fn pending_days(&self) -> u16 {
        self.pending_days.unwrap_or(PENDING_DAYS)
    }

    /// How long a request waits for a decision.
    #[must_use]
    pub fn pending_lasts(&self) -> SignedDuration {
        of_days(self.pending_days())
    }

    /// Up to which scope approvals may cover a publisher.
    #[must_use]
    pub fn publisher_scope(&self) -> PublisherScope {
        self.publisher_scope.unwrap_or(PublisherScope::Never)
    }

    /// Whether approvals of a scope may have a condition.
    ///
    /// # Errors
    /// They may not.
    pub fn allows(&self, condition: Condition, scope: DecisionScope) -> Result<(), NotAccepted> {
        match (condition, self.publisher_scope().widest()) {
            (Condition::File, _) => Ok(()),
            (Condition::Publisher, None) => Err(NotAccepted::PublisherNotAllowed),
            (Condition::Publisher, Some(widest)) if scope > widest => {
                Err(NotAccepted::PublisherTooWide { widest })
            }
            (Condition::Publisher, Some(_)) => Ok(()),
        }
    }

    /// Whether a decision meets what the organization asks of it.
    ///
    /// # Errors
    /// It does not.
    pub fn accepts(&self, decision: &Decision) -> Result<(), NotAccepted> {
        match decision.outcome {
            Outcome::Approved => self.allows(decision.condition, decision.scope),
            Outcome::Denied if self.denial_needs_message == Some(true) && decision.message.is_none() => {
                Err(NotAccepted::MessageRequired)
            }
            Outcome::Denied | Outcome::Ignored => Ok(()),
        }
    }

    /// Whether what a rule decides, with its message, meets what the organization asks of a decision.
    ///
    /// # Errors
    /// It does not.
    pub fn accepts_rule(&self, outcome: Outcome, message: Option<&str>) -> Result<(), NotAccepted> {
        match outcome {
            Outcome::Denied if self.denial_needs_message == Some(true) && message.is_none() => {
                Err(NotAccepted::MessageRequired)
            }
            Outcome::Approved | Outcome::Denied | Outcome::Ignored => Ok(()),
        }
    }

    /// Whether the reason of a request is what the organization requires.
    ///
    /// # Errors
    /// It is not, with what the user is told.
    pub fn accepts_reason(&self, reason: Option<&str>) -> Result<(), String> {
        self.reason.as_ref().map_or(Ok(()), |rule| rule.accepts(reason))
    }
}

impl ReasonRule {
    const LENGTH_MAX: u16 = 500;
    const PATTERN_MAX: usize = 200;
    const EXPLANATION_MAX: usize = 200;
    /// The most memory of a compiled pattern, in bytes. It bounds how long matching takes, too.
    const COMPILED_MAX: usize = 64 * 1024;

    fn checked(self) -> Result<Self, InvalidSettings> {
        if self.min_length > Self::LENGTH_MAX {
            return Err(invalid(
                "/reason/min_length",
                FaultKind::OutOfRange.outside(0_u16, Self::LENGTH_MAX),
            ));
        }
        if let Some(pattern) = &self.pattern {
            if pattern.is_empty() || pattern.chars().count() > Self::PATTERN_MAX {
                let why = FaultKind::WrongLength.outside(1_u8, Self::PATTERN_MAX);
                return Err(invalid("/reason/pattern", why));
            }
            if Self::compiled(pattern).is_err() {
                return Err(invalid("/reason/pattern", FaultKind::NotAPattern));
            }
        }
        let line = |text: &String| text::line(text, Self::EXPLANATION_MAX);
        let explanation = self.explanation.as_ref().map(line).transpose();
        let explanation = explanation.map_err(|error| invalid("/reason/explanation", error))?;
        if self.pattern.is_some() != explanation.is_some() {
            return Err(invalid("/reason/explanation", "must be given with a pattern, and only with one"));
        }
        Ok(Self { explanation, ..self })
    }

    fn compiled(pattern: &str) -> Result<Regex, regex_lite::Error> {
        RegexBuilder::new(pattern).size_limit(Self::COMPILED_MAX).build()
    }

    /// Whether it is met. A stored pattern that does not compile any more asks for nothing: no request is lost for it.
    fn accepts(&self, reason: Option<&str>) -> Result<(), String> {
        let reason = reason.unwrap_or_default();
        let least = usize::from(self.min_length);
        if reason.chars().count() < least {
            let explanation = self.explanation.as_ref().map(|text| format!("; {text}")).unwrap_or_default();
            return Err(match least {
                1 => format!("must be given{explanation}"),
                _ => format!("must be at least {least} characters{explanation}"),
            });
        }
        let matches = |pattern: &String| Self::compiled(pattern).map_or(true, |regex| regex.is_match(reason));
        if self.pattern.as_ref().is_none_or(matches) {
            return Ok(());
        }
        let otherwise = || "must match the pattern that the organization set".to_owned();
        Err(self.explanation.clone().unwrap_or_else(otherwise))
    }
}

fn checked_templates(templates: Vec<MessageTemplate>) -> Result<Vec<MessageTemplate>, InvalidSettings> {
    let most = ApprovalSettings::TEMPLATES_MAX;
    if templates.len() > most {
        return Err(invalid("/templates", FaultKind::TooMany.above(most)));
    }
    let mut checked: Vec<MessageTemplate> = Vec::with_capacity(templates.len());
    for (number, template) in templates.into_iter().enumerate() {
        let at = |field: &str| format!("/templates/{number}/{field}");
        let name = text::name(&template.name).map_err(|error| invalid(at("name"), error))?;
        let text = text::message(&template.text).map_err(|error| invalid(at("text"), error))?;
        let text = text.ok_or_else(|| invalid(at("text"), FaultKind::Empty))?;
        if checked.iter().any(|other| text::name_key(&other.name) == text::name_key(&name)) {
            let why = FaultKind::Repeated.saying("must be another name than those of the other templates");
            return Err(invalid(at("name"), why));
        }
        checked.push(MessageTemplate { name, text });
    }
    let bytes = serde_json::to_vec(&checked).map_or(usize::MAX, |json| json.len());
    if bytes > ApprovalSettings::TEMPLATES_BYTES {
        let most = ApprovalSettings::TEMPLATES_BYTES;
        let message = format!("must be at most {most} bytes together, and are {bytes}");
        return Err(invalid("/templates", FaultKind::TooLarge.above(most).saying(message)));
    }
    Ok(checked)
}

fn invalid(at: impl Into<String>, why: impl Into<Fault>) -> InvalidSettings {
    InvalidSettings { at: at.into(), why: why.into() }
}

const fn of_days(days: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * days as i64)
}
