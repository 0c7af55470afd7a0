//! Values of variables that the deployment cannot work with. The components that read them are asked, because they alone know how; the
//! hosts that they may call are the host's own matter.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::keep::{Deployment, Place};
use super::finding::Finding;
use super::settings::Settings;

const CHECK: &str = "values";
/// The components with variables that can be wrong.
const ASKED: [&str; 3] = ["send-notification", "submit-request", "report-health"];
/// The body of a call that needs none.
const NOTHING: [(); 0] = [];

/// What a component finds wrong.
#[derive(Deserialize)]
struct Checked {
    wrong: Vec<Wrong>,
}

#[derive(Deserialize)]
struct Wrong {
    what: String,
    advice: String,
}

pub(super) async fn examine(deployment: &Deployment, place: &Place, settings: &Settings) -> Vec<Finding> {
    let variables = settings.values();
    let mut all = hosts(place.unreadable_hosts(&variables));
    for component in ASKED {
        match ask(deployment, place, component, variables.clone()).await {
            Ok(Checked { wrong }) => {
                all.extend(
                    wrong.into_iter().map(|Wrong { what, advice }| Finding::fault(CHECK, what, advice)),
                );
            }
            Err(error) => all.push(Finding::fault(
                CHECK,
                format!("`{component}` does not say what it makes of its variables: {error:#}"),
                "run this as the user that serves, after the first start",
            )),
        }
    }
    if all.is_empty() {
        all.push(Finding::ok(CHECK, "the components can use them"));
    }
    all
}

async fn ask(
    deployment: &Deployment,
    place: &Place,
    component: &'static str,
    variables: BTreeMap<String, String>,
) -> anyhow::Result<Checked> {
    let component = deployment.called_apart(place, component, variables).await?;
    let checked = component.post("/settings", &NOTHING).await;
    component.close().await;
    checked
}

/// What follows from lists of hosts that cannot be read. That a variable has no value is said elsewhere.
fn hosts(unreadable: anyhow::Result<BTreeMap<String, Vec<&str>>>) -> Vec<Finding> {
    let fault = |(why, components): (String, Vec<&str>)| {
        Finding::fault(
            CHECK,
            format!("`{}` may call no host at all: {why}", components.join("`, `")),
            "write the variable as SCHEME://HOST or SCHEME://HOST:PORT, without a path",
        )
    };
    unreadable.unwrap_or_default().into_iter().map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_list_of_hosts_that_cannot_be_read_is_a_fault_of_its_components() {
        let why = "after filling in `{{ webhook_hosts }}`: it has a path".to_owned();
        let found = hosts(Ok(BTreeMap::from([(why, vec!["send-notification", "manage-integrations"])])));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].state, State::Fault);
        assert!(
            found[0]
                .found
                .starts_with("`send-notification`, `manage-integrations` may call no host at all: after")
        );
        assert_eq!(hosts(Ok(BTreeMap::new())), []);
    }
}
