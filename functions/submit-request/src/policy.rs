//! The policy that a request names. Agents learn of a deployment within a minute, and some are away for months: a
//! request may name a policy that was replaced since.

use countersign_http::Problem;
use countersign_journal::Journal;
use countersign_model::{
    Computer, DeployedPolicies, DeployedPolicy, Deployment, LastDeployment, NewRequest, PolicyId, Reported,
};
use countersign_store::{DeployedPoliciesId, Stored};

use crate::warnings::Warnings;

/// The policy of the organization that was named: as it is live for the computer's group, or as it was when it was last
/// deployed. `None` if the organization never deployed it.
pub async fn named(
    journal: &Journal,
    computer: &Computer,
    named: Option<&Reported>,
) -> Result<Option<DeployedPolicy>, Problem> {
    let id: Option<PolicyId> = named.and_then(|named| named.as_str().parse().ok());
    let Some(id) = id else { return Ok(None) };
    if let Some(live) = live(journal, computer, &id).await? {
        return Ok(Some(live));
    }
    let last: Option<Stored<LastDeployment>> = journal.load(&id).await?;
    let own = last.filter(|last| last.value.organization_id == computer.organization_id);
    Ok(own.map(|last| last.value.policy))
}

async fn live(
    journal: &Journal,
    computer: &Computer,
    id: &PolicyId,
) -> Result<Option<DeployedPolicy>, Problem> {
    let deployment: Option<Stored<Deployment>> = journal.load(&computer.organization_id).await?;
    let Some(deployment) = deployment else { return Ok(None) };
    let group = DeployedPoliciesId::new(&deployment.value.generation, &computer.group_id);
    let live: Option<Stored<DeployedPolicies>> = journal.load(&group).await?;
    Ok(live.as_ref().and_then(|live| live.value.policy(id)).cloned())
}

/// The request with the policy that was found, or with a note of what was named in vain.
pub fn taken(
    new: NewRequest,
    found: Option<DeployedPolicy>,
    named: Option<Reported>,
    warnings: &mut Warnings,
) -> NewRequest {
    match (found, named) {
        (Some(policy), _) => NewRequest { policy_id: Some(policy.id), policy_name: Some(policy.name), ..new },
        (None, Some(named)) => {
            warnings.add("/policy_id", "is no policy that the organization ever deployed; it was noted");
            NewRequest { unknown_policy: Some(named), ..new }
        }
        (None, None) => new,
    }
}
