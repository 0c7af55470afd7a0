//! A page of an organization's audit.

use countersign_authority::AuditSeals;
use countersign_http::{Problem, Services};
use countersign_journal::Sealer;
use countersign_journal::readable::is_damage;
use countersign_model::Permit;
use countersign_store::keys;

use crate::wire::{Fault, Looked, Next};

/// Rows of one page.
const PAGE: usize = 200;

/// Verifies a page of the chain.
pub async fn page(
    services: &Services,
    permit: &Permit,
    place: usize,
    cursor: Option<&str>,
) -> Result<Looked, Problem> {
    let seals = AuditSeals::new(&services.secret_keys().await?);
    let sealer = seals.as_ref().map(|seals| seals as &dyn Sealer);
    let organization = permit.organization();
    let page = match services.journal.verify_chain(permit, sealer, None, cursor, PAGE).await {
        Ok(page) => page,
        Err(error) if is_damage(&error) => {
            let what = format!("cannot be verified: {error}");
            let fault = Fault { key: format!("the audit of {organization}"), what };
            return Ok(Looked { faults: vec![fault], rows: 0, next: None });
        }
        Err(error) => return Err(error.into()),
    };
    let faults = page.flaws.into_iter().map(|flaw| Fault {
        key: flaw.number.map_or_else(
            || format!("the audit of {organization}"),
            |number| keys::entry(organization, number),
        ),
        what: flaw.fault.to_string(),
    });
    Ok(Looked {
        faults: faults.collect(),
        rows: page.sealed + page.unsealed + page.holes,
        next: page.next.map(|cursor| Next { list: place_of(place), cursor: Some(cursor) }),
    })
}

/// The number of a list, as a caller gives it back.
pub fn place_of(place: usize) -> u8 {
    u8::try_from(place).unwrap_or(u8::MAX)
}
