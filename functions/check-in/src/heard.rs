//! Which decisions an answer tells the computer that asked, so that administrators see when it had them.

use countersign_model::{Computer, DecisionHeard, Request};
use jiff::Timestamp;

use crate::wire::GrantChanges;

/// The decisions on the computer's own requests that these changes tell it: an approval with its grant, a revocation by taking the
/// grant away. An answer to an agent that begins anew tells of a revocation by leaving the grant out.
pub fn told(
    computer: &Computer,
    requests: &[Request],
    grants: &GrantChanges,
    is_fresh: bool,
    now: Timestamp,
) -> Vec<DecisionHeard> {
    let tells = |request: &&Request| {
        let decision = request.decision.as_ref().filter(|_| request.computer_id == computer.id);
        let Some((decision, grant)) =
            decision.and_then(|decision| Some((decision, decision.grant.as_ref()?)))
        else {
            return false;
        };
        match decision.revoked {
            Some(_) => is_fresh || grants.removed.contains(grant),
            None => grants.added.iter().any(|added| added.is(grant)),
        }
    };
    requests.iter().filter(tells).filter_map(|request| DecisionHeard::of(request, now)).collect()
}
