//! Verifying a store: that everything in it can be read as what it is, that lists and records agree, and that the audits are intact.
//! The host names the keys and adds up; what is removed meanwhile is no fault.

mod chain;
mod lists;
mod readable;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use countersign_http::{JsonBody, Problem, Services};
use countersign_journal::Journal;
use countersign_kv::under_way::try_all;
use countersign_model::{OperatorOnly, Permit};

use crate::wire::{Looked, ToLook, ToTell, VerifiedKeys};
use readable::{Facts, Read};

/// Checks what is under some keys: whether it can be read as what it is, whether a record is in the lists that should have it, and
/// whether a counter is above what it has counted.
pub async fn keys(
    State(services): State<Services>,
    body: JsonBody<ToTell>,
) -> Result<Json<VerifiedKeys>, Problem> {
    let journal = &services.journal;
    let looks = body.value.keys.iter().map(|key| look(journal, key));
    let mut verified = VerifiedKeys { kinds: BTreeMap::new(), faults: Vec::new(), organizations: Vec::new() };
    for (key, (kind, faults, organization)) in body.value.keys.iter().zip(try_all(looks).await?) {
        *verified.kinds.entry(kind).or_default() += 1;
        verified.faults.extend(faults.into_iter().map(|what| crate::wire::Fault { key: key.clone(), what }));
        verified.organizations.extend(organization);
    }
    Ok(Json(verified))
}

/// What is under a key, the faults of it, and the organization that it is, if it is one.
async fn look(journal: &Journal, key: &str) -> Result<(&'static str, Vec<String>, Option<String>), Problem> {
    let bytes = journal.kv().get(key).await.map_err(countersign_store::StoreError::from)?;
    let Some(bytes) = bytes else { return Ok(("removed meanwhile", Vec::new(), None)) };
    let Read { kind, fault, facts } = readable::read(key, &bytes);
    let mut faults: Vec<String> = fault.into_iter().collect();
    faults.extend(lists::uncounted(journal, key).await?);
    let Some(facts) = facts else { return Ok((kind, faults, None)) };
    for (organization, list) in lists::should_have(&facts) {
        let permit = Permit::operator(&organization, OperatorOnly);
        if !lists::has(journal, &permit, list, &facts.id).await? {
            faults.push(format!("is not in the list `{}` of {organization}", list.name()));
        }
    }
    let organization = Some(facts).filter(Facts::is_organization).map(|facts| facts.id);
    Ok((kind, faults, organization))
}

/// Checks a part of an organization: its lists one after the other, then its audit.
pub async fn organization(
    State(services): State<Services>,
    body: JsonBody<ToLook>,
) -> Result<Json<Looked>, Problem> {
    let ToLook { organization_id: organization, list, cursor } = body.value;
    let permit = Permit::operator(&organization, OperatorOnly);
    let place = usize::from(list);
    Ok(Json(match lists::WITH_RECORDS.get(place) {
        Some(list) => lists::page(&services.journal, &permit, *list, place, cursor.as_deref()).await?,
        None => chain::page(&services, &permit, place, cursor.as_deref()).await?,
    }))
}
