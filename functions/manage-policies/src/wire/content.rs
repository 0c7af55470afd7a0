//! What a policy blocks and allows, as it is sent.

use countersign_http::{InputError, Problem, field, require_at_most};
use countersign_model::{
    Deployment, FaultKind, Match, MatchBy, PolicyAction, PolicyContent, PolicyEntry, RequestKind, TagId,
    openapi, text,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// An entry of a policy. An agent goes through the entries in order, and the first one that matches decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicyEntry {
    /// What happens to what the entry is about.
    action: PolicyAction,
    /// What the entry is about.
    #[serde(rename = "match")]
    about: NewPolicyMatch,
}

/// What an entry is about: something with one of these values.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicyMatch {
    /// By which property it is recognized.
    by: MatchBy,
    /// The values, of which one must match: 1 to 20, or none with a tag; each of at most 512 characters. A path may contain `*` (any part of a
    /// name), `**` (any folders) and `?` (one character). A publisher is the subject of a certificate that the agent has
    /// verified. A domain that begins with `*.` stands for all names below it. An address may be a CIDR block.
    #[serde(default)]
    #[schema(value_type = Vec<openapi::PolicyValue>, required = false, max_items = 20)]
    values: Vec<String>,
    /// The tag whose values are meant, as they are when the policy is deployed; default: none. Values and a tag exclude each
    /// other.
    tag_id: Option<TagId>,
}

impl NewPolicyEntry {
    /// The entry as it is kept. What is wrong is added to `errors`.
    fn checked(&self, at: usize, errors: &mut Vec<InputError>) -> PolicyEntry {
        let Self { action, about: NewPolicyMatch { by, values, tag_id } } = self;
        let place = format!("/entries/{at}/match/values");
        if tag_id.is_some() && !values.is_empty() {
            errors
                .push(InputError::new(&place, FaultKind::NotUsable.saying("must be left out with `tag_id`")));
        } else if (tag_id.is_none() && values.is_empty()) || values.len() > Match::VALUES_MAX {
            errors.push(InputError::new(&place, FaultKind::WrongCount.outside(1_u8, Match::VALUES_MAX)));
        }
        let mut kept = Vec::new();
        for (number, value) in values.iter().take(Match::VALUES_MAX).enumerate() {
            match by.value(value) {
                Ok(value) if kept.contains(&value) => {}
                Ok(value) => kept.push(value),
                Err(why) => errors.push(InputError::new(format!("{place}/{number}"), &why)),
            }
        }
        PolicyEntry { action: *action, about: Match { by: *by, values: kept, tag_id: tag_id.clone() } }
    }
}

/// The changes to what a policy says; what is not given stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ContentChanges {
    description: Option<Option<String>>,
    default_action: Option<PolicyAction>,
    kinds: Option<Vec<RequestKind>>,
    entries: Option<Vec<PolicyEntry>>,
}

/// The fields that the bodies for creating and for editing a policy have in common.
#[derive(Debug)]
pub struct ContentFields<'a> {
    pub description: Option<Option<&'a str>>,
    pub default_action: Option<PolicyAction>,
    pub kinds: Option<&'a [RequestKind]>,
    pub entries: Option<&'a [NewPolicyEntry]>,
}

impl ContentFields<'_> {
    /// The validated changes.
    pub fn checked(&self) -> Result<ContentChanges, Problem> {
        let description = match self.description {
            Some(Some(shown)) => Some(field("/description", text::paragraph(shown, text::DESCRIPTION_MAX))?),
            Some(None) => Some(None),
            None => None,
        };
        let entries = self.entries.map(checked_entries).transpose()?;
        let kinds = self.kinds.map(checked_kinds).transpose()?;
        Ok(ContentChanges { description, default_action: self.default_action, kinds, entries })
    }
}

fn checked_entries(entries: &[NewPolicyEntry]) -> Result<Vec<PolicyEntry>, Problem> {
    require_at_most("/entries", entries, PolicyContent::ENTRIES_MAX)?;
    let mut errors = Vec::new();
    let kept = entries.iter().enumerate().map(|(at, entry)| entry.checked(at, &mut errors)).collect();
    if errors.is_empty() { Ok(kept) } else { Err(Problem::invalid_body(errors)) }
}

fn checked_kinds(kinds: &[RequestKind]) -> Result<Vec<RequestKind>, Problem> {
    require_at_most("/kinds", kinds, RequestKind::ALL.len())?;
    if kinds.is_empty() {
        return Err(Problem::invalid_field("/kinds", FaultKind::Empty.saying("must name at least one kind")));
    }
    Ok(RequestKind::ALL.iter().copied().filter(|kind| kinds.contains(kind)).collect())
}

impl ContentChanges {
    /// Whether it sets entries.
    pub fn has_entries(&self) -> bool {
        self.entries.as_ref().is_some_and(|entries| !entries.is_empty())
    }

    /// Whether an entry that is set names a tag.
    pub fn names_tags(&self) -> bool {
        self.entries.iter().flatten().any(|entry| entry.about.tag_id.is_some())
    }

    /// Checks that the organization has the tags that entries name, and that their values are of the right kind.
    ///
    /// # Errors
    /// 422 at each entry whose tag is another one.
    pub fn require_tags(&self, of: &Deployment) -> Result<(), Problem> {
        let entries = self.entries.iter().flatten().enumerate();
        let wrong = entries.filter(|(_, entry)| {
            let named = entry.about.tag_id.as_ref();
            named.is_some_and(|id| of.tag(id).is_none_or(|tag| tag.by != entry.about.by))
        });
        let fault =
            FaultKind::NotFound.saying("must be a tag of this organization whose values are of this kind");
        let errors =
            wrong.map(|(at, _)| InputError::new(format!("/entries/{at}/match/tag_id"), fault.clone()));
        let errors: Vec<_> = errors.collect();
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid_body(errors)) }
    }

    /// What the policy says afterwards.
    pub fn applied_to(&self, old: &PolicyContent) -> PolicyContent {
        PolicyContent {
            description: self.description.clone().unwrap_or_else(|| old.description.clone()),
            default_action: self.default_action.unwrap_or(old.default_action),
            kinds: self.kinds.clone().unwrap_or_else(|| old.kinds.clone()),
            entries: self.entries.clone().unwrap_or_else(|| old.entries.clone()),
        }
    }
}
