//! Room for policies: those of one group are deployed as one record, so what would not fit into it is refused when it is saved.

use countersign_http::Problem;
use countersign_model::{DeployedPolicies, GroupId, Notify, Policy};
use countersign_store::record::MAX_RECORD;

/// The policies of a group do not fit into one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRoom;

impl NoRoom {
    /// 422 at the field that takes up the most.
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

/// Asks that the drafts of a group can be deployed with one of them new or changed. A change that takes up no more than before is let
/// through in any case.
///
/// # Errors
/// They cannot.
pub fn require_room(drafts: &[Policy], changed: &Policy) -> Result<(), NoRoom> {
    let others = drafts.iter().filter(|draft| draft.id != changed.id);
    let after: Vec<Policy> = others.chain([changed]).cloned().collect();
    let group = &changed.group_id;
    if fit(group, &after) || size(group, &after) <= size(group, drafts) { Ok(()) } else { Err(NoRoom) }
}

/// Whether the drafts of a group can be deployed. Two administrators who save at the same moment may together go beyond what each of
/// them was granted, so deploying asks again.
pub fn fit(group: &GroupId, drafts: &[Policy]) -> bool {
    size(group, drafts) <= MAX_RECORD
}

/// The bytes of the record that deploying these drafts makes for the group, all numbers in it the longest: neither another order of the
/// policies nor a later version makes it larger.
fn size(group: &GroupId, drafts: &[Policy]) -> usize {
    let mut live = DeployedPolicies::of(group, u64::MAX, drafts);
    live.policies.iter_mut().for_each(|policy| policy.order = u32::MAX);
    serde_json::to_vec(&live).map_or(usize::MAX, |bytes| bytes.len())
}
