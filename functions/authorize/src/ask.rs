//! Asking whether an administrator may do something.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use countersign_authority::Principal;
use countersign_authority::rights::actor_of;
use countersign_http::{AsAdministrator, JsonBody, Problem, Services};
use countersign_journal::Journal;
use countersign_model::{
    Action, Actor, Administrator, AdministratorId, AdministratorState, GroupId, Organization, OrganizationId,
    Resource, check, decide,
};
use countersign_store::{Entity, StoreError};
use futures::future::{try_join_all, try_join4};
use serde::{Deserialize, Serialize};

use crate::wire::answer::{AnswerView, Answered};
use crate::wire::{Asked, Body, ResourceView};

/// Answers one question about permissions, or up to 100.
///
/// You may always ask about yourself; asking about others needs the right to view administrators at their
/// organization. A question about something that you may not see is answered as if it did not exist: 404, and
/// `errors` says which question it was.
#[utoipa::path(post, path = "/v1/authorize", tag = "authorize", security(("administrator" = [])),
    request_body = Body,
    responses((status = 200, body = Answered)))]
pub async fn authorize(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    body: JsonBody<Body>,
) -> Result<Json<Answered>, Problem> {
    let (questions, single) = body.value.questions()?;
    let world = World::load(&services.journal, &administrator, &questions).await?;
    let answers = questions.iter().map(|asked| world.answer(asked)).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(Answered::new(answers, single)))
}

/// What the questions are about, read in one round (two if they are about others).
struct World {
    asker: Actor,
    organizations: BTreeMap<String, Organization>,
    placed: BTreeMap<String, Placed>,
    others: BTreeMap<AdministratorId, (Administrator, Actor)>,
}

/// The fields of a group or a computer that a question needs.
#[derive(Serialize, Deserialize)]
struct Placed {
    id: String,
    organization_id: OrganizationId,
    /// Only of a computer.
    group_id: Option<GroupId>,
    #[serde(default)]
    deleted: bool,
}

impl Entity for Placed {
    type Id = str;

    fn record_id(id: &str) -> String {
        id.to_owned()
    }

    fn own_record_id(&self) -> String {
        self.id.clone()
    }
}

impl World {
    async fn load(journal: &Journal, asker: &Principal, questions: &[Asked]) -> Result<Self, Problem> {
        let each = || questions.iter().map(|asked| &asked.question);
        let others: BTreeSet<_> = each().filter_map(|question| question.administrator_id.clone()).collect();
        let others = others.into_iter().filter(|id| *id != asker.value.id);
        let (asker, mut organizations, placed, others) = try_join4(
            asker.actor(journal),
            records::<Organization>(journal, each().map(|q| q.resource.organization_id.to_string())),
            records::<Placed>(journal, each().flat_map(|question| question.resource.places())),
            try_join_all(others.map(|id| other(journal, id))),
        )
        .await?;
        let others: BTreeMap<_, _> = others.into_iter().flatten().collect();
        let homes = others.values().map(|(other, _)| other.organization_id.to_string());
        let homes = homes.filter(|home| !organizations.contains_key(home)).collect::<Vec<_>>();
        organizations.extend(records(journal, homes).await?);
        Ok(Self { asker, organizations, placed, others })
    }

    fn answer(&self, asked: &Asked) -> Result<AnswerView, Problem> {
        let question = &asked.question;
        let about = &question.resource;
        let resource = self.visible(&about.organization_id);
        let resource = resource.ok_or_else(|| asked.unknown("/resource/organization_id", "organization"))?;
        self.must_be_there(asked, about)?;
        let resource = Resource { kind: about.request_kind, scope: about.scope, ..resource };
        let Some((other, actor)) = self.somebody_else(asked)? else {
            let answer = check(&self.asker, question.action, &resource);
            return Ok(AnswerView::about_oneself(answer, &self.asker, &resource));
        };
        let answer = check(actor, question.action, &resource);
        Ok(AnswerView::about_another(answer, other.state, &self.asker, &resource))
    }

    /// The group and the computer named in a question must belong to the organization. They do not change the answer:
    /// no permission is narrower than an organization.
    fn must_be_there(&self, asked: &Asked, about: &ResourceView) -> Result<(), Problem> {
        let found = |id: &str| {
            let placed = self.placed.get(id).filter(|placed| !placed.deleted);
            placed.filter(|placed| placed.organization_id == about.organization_id)
        };
        if about.group_id.as_ref().is_some_and(|group| found(group.as_str()).is_none()) {
            return Err(asked.unknown("/resource/group_id", "group in this organization"));
        }
        let Some(computer) = &about.computer_id else { return Ok(()) };
        let computer = found(computer.as_str());
        let computer = computer.filter(|found| about.group_id.is_none() || found.group_id == about.group_id);
        computer.map(drop).ok_or_else(|| asked.unknown("/resource/computer_id", "computer there"))
    }

    /// The administrator that the question is about, unless that is the caller.
    fn somebody_else(&self, asked: &Asked) -> Result<Option<&(Administrator, Actor)>, Problem> {
        let id = asked.question.administrator_id.as_ref();
        let Some(id) = id.filter(|id| **id != self.asker.administrator) else { return Ok(None) };
        let known = || {
            let other = self.others.get(id)?;
            Some((other, self.visible(&other.0.organization_id)?))
        };
        let (other, home) = known().ok_or_else(|| asked.unknown("/administrator_id", "administrator"))?;
        decide(&self.asker, Action::AdministratorsView, &home).map(|_| Some(other)).map_err(Problem::from)
    }

    fn visible(&self, organization: &OrganizationId) -> Option<Resource> {
        let organization = self.organizations.get(organization.as_str()).filter(|organization| {
            !organization.deleted && self.asker.sees(&organization.id, &organization.ancestors)
        });
        organization.map(Resource::at)
    }
}

/// The existing records, by id, read concurrently.
async fn records<T: Entity>(
    journal: &Journal,
    ids: impl IntoIterator<Item = String>,
) -> Result<BTreeMap<String, T>, StoreError> {
    let ids: BTreeSet<String> = ids.into_iter().collect();
    let found = journal.load_by_record_ids::<T>(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    Ok(found.into_iter().flatten().map(|stored| (stored.value.own_record_id(), stored.value)).collect())
}

/// Another administrator with everything they hold. A deleted administrator does not exist.
async fn other(
    journal: &Journal,
    id: AdministratorId,
) -> Result<Option<(AdministratorId, (Administrator, Actor))>, StoreError> {
    let found = journal.load::<Administrator>(&id).await?;
    let found = found.filter(|found| found.value.state != AdministratorState::Deleted);
    let Some(found) = found else { return Ok(None) };
    let actor = actor_of(journal, &found.value).await?;
    Ok(Some((id, (found.value, actor))))
}
