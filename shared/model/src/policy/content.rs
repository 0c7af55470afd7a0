//! What a policy blocks and allows: simple data that an agent can enforce.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultKind};
use crate::ids::TagId;
use crate::kinds::RequestKind;
use crate::named::named;
use crate::network::Network;
use crate::text::{self, Sha256};

named! {
    /// What a policy does with something.
    pub enum PolicyAction("action") {
        Block = "block",
        Allow = "allow",
    }
}

named! {
    /// By which property something is recognized.
    pub enum MatchBy("kind of match") {
        /// The SHA-256 of a file's bytes.
        Sha256 = "sha256",
        /// The path of a file, with `*`, `**` and `?` as wildcards.
        Path = "path",
        /// The subject of the certificate with which a file is signed, as far as the agent has verified it.
        Publisher = "publisher",
        /// The identifier of a storage device.
        Device = "device",
        /// A domain name, with all names below it if it begins with `*.`.
        Domain = "domain",
        /// A network address or a block of addresses.
        Address = "address",
    }
}

/// Why a value is not accepted. The message is suitable for the `message` of a problem detail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", Fault::from(self))]
pub enum ValueError {
    /// The text itself.
    Text(#[from] text::TextError),
    /// Not a domain name.
    Domain,
    /// Not a network.
    Address,
}

impl From<&ValueError> for Fault {
    fn from(error: &ValueError) -> Self {
        match error {
            ValueError::Text(error) => (*error).into(),
            ValueError::Domain => FaultKind::NotADomain.into(),
            ValueError::Address => FaultKind::NotANetwork.into(),
        }
    }
}

impl MatchBy {
    /// A value as it is kept: digests in lower case, domains in lower case, addresses in canonical form.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn value(self, text: &str) -> Result<String, ValueError> {
        match self {
            Self::Sha256 => Ok(text.parse::<Sha256>()?.into()),
            Self::Path | Self::Publisher | Self::Device => Ok(text::line(text, Match::VALUE_MAX)?),
            Self::Domain => domain(&text::line(text, text::HOSTNAME_MAX)?),
            Self::Address => {
                let network: Network = text.trim().parse().map_err(|_| ValueError::Address)?;
                Ok(network.to_string())
            }
        }
    }
}

/// A domain name in lower case. Whether it exists is not asked.
fn domain(text: &str) -> Result<String, ValueError> {
    let name = text.to_lowercase();
    let plain = name.strip_prefix("*.").unwrap_or(&name);
    let letter = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let good = plain.split('.').all(|label| !label.is_empty() && label.chars().all(letter));
    if good { Ok(name) } else { Err(ValueError::Domain) }
}

/// What an entry is about: something with one of these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PolicyMatch))]
pub struct Match {
    /// By which property it is recognized.
    pub by: MatchBy,
    /// The values, of which one must match. With a tag, a draft has none: those of the tag are taken when it is deployed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub values: Vec<String>,
    /// The tag whose values are meant; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = TagId, required = false))]
    pub tag_id: Option<TagId>,
}

impl Match {
    /// The longest value, in characters.
    pub const VALUE_MAX: usize = 512;
    /// The most values of one entry that are given without a tag.
    pub const VALUES_MAX: usize = 20;
}

/// One entry of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyEntry {
    /// What happens to it.
    pub action: PolicyAction,
    /// What it is about.
    #[serde(rename = "match")]
    pub about: Match,
}

/// What a policy says, besides its name and whom it notifies. An agent goes through the entries in order: the first one that
/// matches decides, and the default action if none does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyContent {
    /// What it is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What happens to what no entry is about.
    pub default_action: PolicyAction,
    /// The kinds of things that the policy is about.
    // INVARIANT: sorted, each once, at least one.
    pub kinds: Vec<RequestKind>,
    /// The entries in the order in which they are tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<PolicyEntry>,
}

impl PolicyContent {
    /// The most entries.
    pub const ENTRIES_MAX: usize = 100;
    /// The most bytes of a draft's content as JSON, so that its record and an edit in the audit stay small enough.
    pub const BYTES_MAX: usize = 20 * 1024;

    /// The tags that it refers to, each once.
    #[must_use]
    pub fn tags(&self) -> BTreeSet<&TagId> {
        self.entries.iter().filter_map(|entry| entry.about.tag_id.as_ref()).collect()
    }

    /// The same with the values of its tags, as they are now. A tag that is not among them has none.
    #[must_use]
    pub fn resolved(&self, values: &BTreeMap<TagId, Vec<String>>) -> Self {
        let mut content = self.clone();
        for about in content.entries.iter_mut().map(|entry| &mut entry.about) {
            if let Some(tag) = &about.tag_id {
                about.values = values.get(tag).cloned().unwrap_or_default();
            }
        }
        content
    }

    /// The same with tags in place of their values, as a draft has it.
    #[must_use]
    pub fn unresolved(&self) -> Self {
        let mut content = self.clone();
        for about in content.entries.iter_mut().map(|entry| &mut entry.about) {
            if about.tag_id.is_some() {
                about.values.clear();
            }
        }
        content
    }

    /// Whether it is what a policy of an earlier version says.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for PolicyContent {
    /// Blocks everything, which is what a policy did before it could say more.
    fn default() -> Self {
        let kinds = RequestKind::ALL.to_vec();
        Self { description: None, default_action: PolicyAction::Block, kinds, entries: Vec::new() }
    }
}
