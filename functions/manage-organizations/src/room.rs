//! The size limit of policies: those of one group are deployed as one record, so a draft that would not fit is refused
//! when it is saved.

use countersign_http::Problem;
use countersign_model::{DeployedPolicies, GroupId, Notify, Policy};
use countersign_store::record::MAX_RECORD;

/// The policies of a group do not fit into one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRoom;

impl NoRoom {
    /// 422 at the field that takes the most space.
    pub fn at(self, notify: Option<&Notify>) -> Problem {
        let has_addresses = notify.is_some_and(|notify| !notify.addresses.is_empty());
        let pointer = if has_addresses { "/notify/addresses" } else { "/name" };
        let message = format!(
            "would make the policies of the group larger than {MAX_RECORD} bytes together; name fewer addresses, or delete a policy \
             of the group"
        );
        Problem::invalid_field(pointer, message)
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
    if fit(group, &after) || size(group, &after) <= size(group, drafts) { Ok(()) } else { Err(NoRoom) }
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
    serde_json::to_vec(&live).map_or(usize::MAX, |bytes| bytes.len())
}
