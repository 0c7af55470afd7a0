//! The size limits of policies: those of one group are deployed as one record, and a change is one entry of the audit. What
//! would be too large is refused when it is saved.

use countersign_http::Problem;
use countersign_model::{DeployedPolicies, FaultKind, GroupId, Notify, Policy, PolicyContent};
use countersign_store::record::MAX_RECORD;
use serde::Serialize;

use crate::wire::content::ContentChanges;

/// The most bytes of what the audit says of a change. The rest of its entry is for who changed it and where.
const RECORDED_MAX: usize = 58 * 1024;

/// Why a policy cannot be as it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// The policies of the group do not fit into one record.
    Group,
    /// What the policy says is too large.
    Policy,
    /// The audit could not say what was changed.
    Audit,
}

impl NoRoom {
    /// 422 at the field that takes the most space, of those that are set.
    pub fn at(self, notify: Option<&Notify>, content: &ContentChanges) -> Problem {
        let has_addresses = notify.is_some_and(|notify| !notify.addresses.is_empty());
        let pointer = match (content.has_entries(), has_addresses) {
            (true, _) => "/entries",
            (false, true) => "/notify/addresses",
            (false, false) => "/name",
        };
        let fault = match self {
            Self::Group => FaultKind::TooLarge.above(MAX_RECORD).saying(format!(
                "would make the policies of the group larger than {MAX_RECORD} bytes together; name fewer addresses or \
                 entries, or delete a policy of the group"
            )),
            Self::Policy => FaultKind::TooLarge.above(PolicyContent::BYTES_MAX),
            Self::Audit => FaultKind::Other.saying(
                "changes too much at once for one entry of the audit; change addresses and entries one after the other",
            ),
        };
        Problem::invalid_field(pointer, fault)
    }
}

/// Checks that the drafts of a group can be deployed with one of them new or changed. A change that does not make the
/// drafts larger is always accepted.
///
/// # Errors
/// They do not fit.
pub fn require_room(drafts: &[Policy], changed: &Policy) -> Result<(), NoRoom> {
    let others = drafts.iter().filter(|draft| draft.id != changed.id);
    let after: Vec<Policy> = others.chain([changed]).cloned().collect();
    let group = &changed.group_id;
    let roomy = fit(group, &after) || size(group, &after) <= size(group, drafts);
    if !roomy {
        return Err(NoRoom::Group);
    }
    if bytes(&changed.content) > PolicyContent::BYTES_MAX { Err(NoRoom::Policy) } else { Ok(()) }
}

/// Checks that the audit can say what was changed.
///
/// # Errors
/// It is too much for one entry.
pub fn require_recordable(act: &impl Serialize) -> Result<(), NoRoom> {
    if bytes(act) > RECORDED_MAX { Err(NoRoom::Audit) } else { Ok(()) }
}

/// Whether the drafts of a group can be deployed. Deploying checks this again, because two drafts saved at the same
/// moment may together be too large.
pub fn fit(group: &GroupId, drafts: &[Policy]) -> bool {
    size(group, drafts) <= MAX_RECORD
}

/// The size in bytes of the group's record in a deployment of these drafts, computed with the longest numbers: neither
/// another order of the policies nor a later version makes it larger.
fn size(group: &GroupId, drafts: &[Policy]) -> usize {
    let mut live = DeployedPolicies::of(group, u64::MAX, drafts);
    live.policies.iter_mut().for_each(|policy| policy.order = u32::MAX);
    bytes(&live)
}

fn bytes(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |bytes| bytes.len())
}
