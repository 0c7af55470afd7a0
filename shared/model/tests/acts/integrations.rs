//! An integration, and what happens to it.

use countersign_model::act::IntegrationChanged;
use countersign_model::{Act, Integration, IntegrationKind};

use crate::samples::{company, id, now};

pub fn integrations() -> Vec<(&'static str, Act)> {
    let there = Integration {
        id: id!(IntegrationId, 1),
        organization_id: company().id,
        name: "Security desk".to_owned(),
        kind: IntegrationKind::Slack,
        sealed: "sealed".to_owned(),
        created_at: now(),
        last_success_at: None,
        last_failure_at: None,
        last_failure: None,
        failures: 0,
        open_until: None,
        deleted: false,
    };
    let gone = Integration { deleted: true, ..there.clone() };
    vec![
        ("integration.changed: created", IntegrationChanged::of(None, &there).into()),
        ("integration.changed: replaced", IntegrationChanged::of(Some(&there), &there).into()),
        ("integration.changed: deleted", IntegrationChanged::of(Some(&there), &gone).into()),
    ]
}
