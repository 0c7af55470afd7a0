//! Deploying: the drafts of all policies, or what an earlier version deployed, become what agents get at their next
//! check-in.

use axum::Json;
use axum::extract::State as Of;
use countersign_authority::Principal;
use countersign_authority::rights::rights_at;
use countersign_http::{
    AsAdministrator, Caller, Code, IdempotencyKey, JsonBody, PathId, Problem, Services, retry_on_conflict,
};
use countersign_journal::{Change, Journal};
use countersign_model::act::PoliciesDeployed;
use countersign_model::{
    Action, DeployedPolicies, Deployment, DeploymentVersion, FaultKind, Group, GroupId, LastDeployment,
    Organization, OrganizationId, Permit, Policy, decide,
};
use countersign_store::{DeployedPoliciesId, Idempotency, StoreError, UpdateError};

use crate::room;
use crate::state::{self, KeptVersion, State};
use crate::wire::deployments::{Deploy, DeployedView};

/// Deploys an organization's policies: the drafts, or what an earlier version deployed.
///
/// Agents get them within 60 seconds. Deploying an earlier version makes a new version with its policies and leaves the
/// drafts as they are: `draft_changes` in the answer says how many policies the next deployment of the drafts would change.
/// Groups that were created since that version keep the policies that they have.
///
/// A retry under the same `Idempotency-Key` deploys nothing: it is answered with the version that the first attempt made, as
/// long as that is kept.
#[utoipa::path(post, path = "/v1/organizations/{organization_id}/deploy", tag = "policies", security(("administrator" = [])),
    params(("organization_id" = inline(OrganizationId), Path), IdempotencyKey), request_body = Option<Deploy>, responses((status = 200, body = DeployedView),
    (status = 409, description = "There are too many groups, the policies of a group are too large together, or a tag was deleted that a policy names.")))]
pub async fn deploy_policies(
    Of(services): Of<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(organization): PathId<OrganizationId>,
    key: IdempotencyKey,
    body: Option<JsonBody<Deploy>>,
) -> Result<Json<DeployedView>, Problem> {
    let under = caller.idempotency(&key, body.as_ref().map_or(&[], |body| body.bytes()));
    let version = body.and_then(|body| body.value.version);
    let rights = rights_at(&services.journal, &administrator, &organization).await?;
    let permit = decide(&rights.actor, Action::OrganizationsDeploy, &rights.resource())?;
    let attempt = || async {
        let journal = &services.journal;
        let present = Present::of(&services, &permit).await?;
        if let Some(made) = present.made_under(under.as_ref())? {
            return present.answer_again(journal, made).await;
        }
        let plan = Plan::of(journal, present, version).await?;
        plan.carry_out(journal, &permit, (&caller, &administrator), under.as_ref()).await
    };
    let overtaken = |why: &NotDeployed| matches!(why, NotDeployed::Overtaken);
    Ok(Json(retry_on_conflict(overtaken, attempt).await?))
}

/// Why the policies are not deployed.
enum NotDeployed {
    TooManyGroups,
    /// Those of the group with this name are too large together.
    TooLarge(String),
    /// A tag that the policy with this name refers to was deleted.
    TagMissing(String),
    /// The organization does not keep the version that was named.
    NoSuchVersion,
    /// Another deployment came first.
    Overtaken,
    Other(Problem),
}

impl From<Problem> for NotDeployed {
    fn from(problem: Problem) -> Self {
        Self::Other(problem)
    }
}

impl From<StoreError> for NotDeployed {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<NotDeployed> for Problem {
    fn from(why: NotDeployed) -> Self {
        match why {
            NotDeployed::TooManyGroups => {
                let most = Organization::GROUPS_MAX;
                let detail = format!("only {most} groups can be deployed; delete some first");
                Self::new(Code::TooManyGroups, detail)
            }
            NotDeployed::TooLarge(name) => {
                let detail = format!(
                    "the policies of the group `{name}` are too large together; name fewer addresses, or delete one"
                );
                Self::new(Code::PoliciesTooLarge, detail)
            }
            NotDeployed::TagMissing(name) => {
                let detail =
                    format!("a tag that the policy `{name}` names was deleted; edit the policy first");
                Self::new(Code::TagMissing, detail)
            }
            NotDeployed::NoSuchVersion => Self::invalid_field(
                "/version",
                FaultKind::NotFound.saying("must be one of the versions that the organization keeps"),
            ),
            NotDeployed::Overtaken => StoreError::Busy.into(),
            NotDeployed::Other(problem) => problem,
        }
    }
}

/// How things are now.
struct Present {
    before: Deployment,
    groups: Vec<Group>,
    policies: Vec<Policy>,
    /// A policy whose tag was deleted.
    lacking: Option<String>,
    live: State,
    drafts: State,
}

impl Present {
    async fn of(services: &Services, permit: &Permit) -> Result<Self, NotDeployed> {
        let journal = &services.journal;
        let before = state::live(services, permit.organization()).await?;
        let (groups, policies) = state::drafts(journal, permit).await?;
        let ids: Vec<&GroupId> = groups.iter().map(|group| &group.id).collect();
        let live = State::of_generation(journal, &before.generation, ids.iter().copied()).await?;
        let (policies, lacking) = state::resolved(journal, &before, policies).await?;
        let drafts = State::of_drafts(ids, &policies);
        Ok(Self { before, groups, policies, lacking, live, drafts })
    }

    /// The version that an earlier attempt under the idempotency key has made. Its generation tells, so this holds from the
    /// moment at which it is live.
    fn made_under(&self, under: Option<&Idempotency>) -> Result<Option<u64>, StoreError> {
        let Some(under) = under else { return Ok(None) };
        for (version, generation) in self.before.newest_first() {
            if under.has_made(&generation)? {
                return Ok(Some(version));
            }
        }
        Ok(None)
    }

    /// The answer to a retry.
    async fn answer_again(&self, journal: &Journal, made: u64) -> Result<DeployedView, NotDeployed> {
        let kept = KeptVersion::find(journal, &self.before, made).await?;
        let version = kept.and_then(|kept| kept.remembered).ok_or(StoreError::NotFound)?;
        Ok(DeployedView::of(&version, made, self.drafts.summary_from(&self.live).differences()))
    }
}

/// What is to become live.
struct Plan {
    before: Deployment,
    live: State,
    after: State,
    restores: Option<u64>,
    drafts: State,
}

impl Plan {
    /// What would become live, as things are now.
    async fn of(journal: &Journal, now: Present, version: Option<u64>) -> Result<Self, NotDeployed> {
        let Present { before, groups, policies, lacking, live, drafts } = now;
        if groups.len() > Organization::GROUPS_MAX {
            return Err(NotDeployed::TooManyGroups);
        }
        let after = match version {
            None if lacking.is_some() => return Err(NotDeployed::TagMissing(lacking.unwrap_or_default())),
            None => {
                require_fit(&groups, &policies)?;
                drafts.clone()
            }
            Some(version) => {
                let kept = KeptVersion::find(journal, &before, version).await?;
                let kept = kept.ok_or(NotDeployed::NoSuchVersion)?;
                let ids: Vec<GroupId> = groups.iter().map(|group| group.id.clone()).collect();
                let known = kept.groups(&ids);
                let (old, new): (Vec<_>, Vec<_>) = ids.iter().partition(|group| known.contains(group));
                let mut after = State::of_generation(journal, &kept.generation, old).await?;
                after.0.extend(new.into_iter().map(|group| (group.clone(), live.of(group).to_vec())));
                after
            }
        };
        Ok(Self { before, live, after, restores: version, drafts })
    }

    async fn carry_out(
        self,
        journal: &Journal,
        permit: &Permit,
        (caller, administrator): (&Caller, &Principal),
        under: Option<&Idempotency>,
    ) -> Result<DeployedView, NotDeployed> {
        // The name is fresh, so a deployment that dies half way, or loses to another one, is never read.
        let fresh = journal.random().ulid(caller.now).to_string();
        let generation = under.map_or(fresh.clone(), |under| under.write_id(&fresh));
        journal.expect_deployment(&self.before, &generation, caller.now).await?;
        let version = DeploymentVersion {
            organization_id: permit.organization().clone(),
            generation,
            version: self.before.version + 1,
            deployed_at: caller.now,
            deployed_by: administrator.value.id.clone(),
            deployed_by_name: administrator.value.name.clone(),
            deployed_from: administrator.value.organization_id.clone(),
            restores: self.restores,
            groups: self.after.0.keys().cloned().collect(),
            summary: self.after.summary_from(&self.live),
        };
        let origin = caller.origin();
        let deploy = |old: &Deployment| {
            if old.version != self.before.version {
                return Err(Overtaken);
            }
            let new = old.next(version.generation.clone(), caller.now);
            let act = PoliciesDeployed::as_version(old, &new, &version);
            Ok((new, self.records(Change::new(permit, &origin, act), &version)))
        };
        match journal.save_update(permit.organization(), None, deploy).await {
            Ok(saved) => {
                let draft_changes = self.drafts.summary_from(&self.after).differences();
                Ok(DeployedView::of(&version, saved.value.version, draft_changes))
            }
            Err(UpdateError::Refused(Overtaken)) => Err(NotDeployed::Overtaken),
            Err(UpdateError::Store(error)) => Err(error.into()),
        }
    }

    /// The change with all records of the version.
    fn records(&self, change: Change, version: &DeploymentVersion) -> Change {
        let mut change = change.create_unnamed(version);
        for (group, policies) in &self.after.0 {
            let (group_id, policies) = (group.clone(), policies.clone());
            let live = DeployedPolicies { group_id, version: version.version, policies };
            change = change.create_as(&DeployedPoliciesId::new(&version.generation, group), &live);
            // Agents that have not checked in yet still ask in the name of a policy that the next deployment leaves out.
            for last in LastDeployment::of(&version.organization_id, &version.generation, &live) {
                change = change.create_unnamed(&last);
            }
        }
        change
    }
}

/// Another deployment came first.
struct Overtaken;

/// Checks that the deployment can be stored. Saving a draft checks this too, but two drafts saved at the same moment
/// may together be too large.
fn require_fit(groups: &[Group], drafts: &[Policy]) -> Result<(), NotDeployed> {
    match groups.iter().find(|group| !room::fit(&group.id, drafts)) {
        Some(group) => Err(NotDeployed::TooLarge(group.name.clone())),
        None => Ok(()),
    }
}
