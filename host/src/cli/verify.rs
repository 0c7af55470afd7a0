//! `countersign verify`: checks everything in a store.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;
use clap::Args;
use serde::{Deserialize, Serialize};

use super::keep::{Deployment, LABEL, block_on};
use super::say;
use crate::app::Called;
use crate::kv::walk::Walk;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    deployment: Deployment,
}

#[derive(Deserialize)]
struct VerifiedKeys {
    kinds: BTreeMap<String, u64>,
    faults: Vec<Fault>,
    organizations: Vec<String>,
}

#[derive(Deserialize)]
struct Fault {
    key: String,
    what: String,
}

#[derive(Serialize)]
struct ToLook<'a> {
    organization_id: &'a str,
    #[serde(flatten)]
    part: Next,
}

#[derive(Deserialize)]
struct Looked {
    faults: Vec<Fault>,
    rows: u64,
    next: Option<Next>,
}

#[derive(Default, Serialize, Deserialize)]
struct Next {
    list: u8,
    cursor: Option<String>,
}

/// What was found.
#[derive(Default)]
struct Found {
    keys: u64,
    kinds: BTreeMap<String, u64>,
    organizations: BTreeSet<String>,
    rows: u64,
    faults: u64,
}

impl Found {
    fn say(&mut self, faults: &[Fault]) -> anyhow::Result<()> {
        self.faults += faults.len() as u64;
        for Fault { key, what } in faults {
            say(&format!("FAULT  {key} {what}"))?;
        }
        Ok(())
    }
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let place = options.deployment.find()?;
    let found = block_on(async {
        let component = options.deployment.component(&place, None).await?;
        let mut walk = Walk::through(place.store()?, LABEL).await?;
        let found = verify(&component, &mut walk).await;
        component.close().await;
        found
    })?;
    for (kind, many) in &found.kinds {
        say(&format!("{many:>9}  {kind}"))?;
    }
    say(&format!("{:>9}  rows of the audits of {} organizations", found.rows, found.organizations.len()))?;
    ensure!(found.faults == 0, "{} faults in {} keys", found.faults, found.keys);
    Ok(say(&format!("No fault in {} keys", found.keys))?)
}

async fn verify(component: &Called, walk: &mut Walk) -> anyhow::Result<Found> {
    let mut found = Found::default();
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            break;
        }
        let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        let verified: VerifiedKeys =
            component.post("/verify/keys", &serde_json::json!({ "keys": keys })).await?;
        found.keys += keys.len() as u64;
        for (kind, many) in verified.kinds {
            *found.kinds.entry(kind).or_default() += many;
        }
        found.organizations.extend(verified.organizations);
        found.say(&verified.faults)?;
    }
    for organization in found.organizations.clone() {
        let mut next = Some(Next::default());
        while let Some(part) = next {
            let asked = ToLook { organization_id: &organization, part };
            let looked: Looked = component.post("/verify/organization", &asked).await?;
            found.rows += looked.rows;
            found.say(&looked.faults)?;
            next = looked.next;
        }
    }
    Ok(found)
}
