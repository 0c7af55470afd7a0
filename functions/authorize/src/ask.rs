//! Asking whether somebody may do something.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_http::rights::actor_of;
use countersign_http::{AsAdministrator, Asker, JsonBody, Problem, Services};
use countersign_model::{
    Action, Actor, Administrator, AdministratorId, Organization, OrganizationId, Resource, check, decide,
};
use countersign_store::{Store, StoreError};
use futures::future::{try_join, try_join_all};

use crate::wire::{AnswerView, Answers, Body, Question};

/// Answers questions about permissions. About oneself freely; about others with the right to view administrators where
/// they belong. A question about what the asker may not see is answered as about what does not exist: 404.
#[utoipa::path(post, path = "/v1/authorize", tag = "authorize", security(("session" = [])), request_body = Body,
    responses((status = 200, body = AnswerView, description = "an `Answer`; for several questions `{answers: […]}`")))]
pub async fn authorize(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    body: JsonBody<Body>,
) -> Result<Response, Problem> {
    let (questions, single) = body.value.questions()?;
    let world = World::load(&services.store, &administrator, &questions).await?;
    let answers = questions.iter().map(|question| world.answer(question)).collect::<Result<Vec<_>, _>>()?;
    Ok(match (single, answers) {
        (true, mut answers) => Json(answers.pop()).into_response(),
        (false, answers) => Json(Answers { answers }).into_response(),
    })
}

/// What the questions are about, read in one round (two when they are about others).
struct World {
    asker: Actor,
    organizations: BTreeMap<OrganizationId, Organization>,
    others: BTreeMap<AdministratorId, (Administrator, Actor)>,
}

impl World {
    async fn load(store: &Store, asker: &Asker, questions: &[Question]) -> Result<Self, Problem> {
        let others = questions.iter().filter_map(|question| question.administrator_id.clone());
        let others: BTreeMap<_, ()> = others.filter(|id| *id != asker.value.id).map(|id| (id, ())).collect();
        let named = questions.iter().map(|question| question.resource.organization_id.clone());
        let actor = asker.actor(store);
        let rest = try_join(
            organizations(store, named),
            try_join_all(others.into_keys().map(|id| other(store, id))),
        );
        let (asker, (mut organizations_by_id, others)) = try_join(actor, rest).await?;
        let others: BTreeMap<_, _> = others.into_iter().flatten().collect();
        let homes = others.values().map(|(other, _)| other.organization_id.clone());
        let homes = homes.filter(|home| !organizations_by_id.contains_key(home)).collect::<Vec<_>>();
        organizations_by_id.extend(organizations(store, homes).await?);
        Ok(Self { asker, organizations: organizations_by_id, others })
    }

    fn answer(&self, question: &Question) -> Result<AnswerView, Problem> {
        let about = &question.resource;
        let resource = self.visible(&about.organization_id)?;
        let resource = Resource { kind: about.request_kind, scope: about.scope, ..resource };
        Ok(check(self.actor(question)?, question.action, &resource).into())
    }

    /// Whom the question is about.
    fn actor(&self, question: &Question) -> Result<&Actor, Problem> {
        let Some(id) = question.administrator_id.as_ref().filter(|id| **id != self.asker.administrator)
        else {
            return Ok(&self.asker);
        };
        let (other, actor) = self.others.get(id).ok_or_else(Problem::not_found)?;
        let home = self.visible(&other.organization_id)?;
        let _permit = decide(&self.asker, Action::AdministratorsView, &home)?;
        Ok(actor)
    }

    fn visible(&self, organization: &OrganizationId) -> Result<Resource, Problem> {
        let organization = self.organizations.get(organization).filter(|organization| {
            !organization.deleted && self.asker.sees(&organization.id, &organization.ancestors)
        });
        organization.map(Resource::at).ok_or_else(Problem::not_found)
    }
}

async fn organizations(
    store: &Store,
    ids: impl IntoIterator<Item = OrganizationId>,
) -> Result<BTreeMap<OrganizationId, Organization>, StoreError> {
    let ids: BTreeMap<OrganizationId, ()> = ids.into_iter().map(|id| (id, ())).collect();
    let keys: Vec<&str> = ids.keys().map(OrganizationId::as_str).collect();
    let found = store.load_many::<Organization>(&keys).await?;
    Ok(found.into_iter().flatten().map(|stored| (stored.value.id.clone(), stored.value)).collect())
}

async fn other(
    store: &Store,
    id: AdministratorId,
) -> Result<Option<(AdministratorId, (Administrator, Actor))>, StoreError> {
    let Some(found) = store.load::<Administrator>(id.as_str()).await? else { return Ok(None) };
    let actor = actor_of(store, &found.value).await?;
    Ok(Some((id, (found.value, actor))))
}
