//! Configuration as code: a file says what there is to be, the plan says what differs, and carrying it out makes it so.

mod carry_out;
mod company;
mod found;
mod plan;

use std::process::ExitCode;

use serde_json::json;

use crate::error::{CliError, SOMETHING_TO_DO};
use crate::options::{Apply, Common};
use crate::output::{confirm, print, say, warn};
use crate::session::Session;
use company::Company;
use plan::{Act, Plan, Step};

/// Plans, asks, and does.
pub async fn run(asked: &Apply) -> Result<ExitCode, CliError> {
    let company = Company::read(&asked.file)?;
    let session = Session::open(&asked.common)?;
    let found = found::read(&session, &company, asked.deploy).await?;
    let plan = plan::plan(&company, &found, plan::Wishes { prune: asked.prune, deploy: asked.deploy });
    let plan = plan.map_err(|reason| CliError::File { path: asked.file.display().to_string(), reason })?;
    tell(&asked.common, &plan);
    if plan.steps.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if asked.plan {
        return Ok(ExitCode::from(SOMETHING_TO_DO));
    }
    confirm("Carry out this plan?", asked.confirmation.yes)?;
    let done = carry_out::carry_out(&session, &found, &plan, |step| tell_done(&asked.common, step)).await;
    if let Err(stopped) = &done {
        warn(&format!("error: {}", stopped.reason));
        return Ok(tell_stopped(&plan, stopped.done, &stopped.reason));
    }
    let drafts = plan.steps.iter().any(|step| step.kind == plan::Kind::Policy) && !asked.deploy;
    if drafts {
        warn(
            "The policies are drafts: deploy them with `countersign policies deploy`, or with --deploy here",
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(common: &Common, plan: &Plan) {
    if common.json {
        plan.steps.iter().for_each(|step| print(&as_json(step, "planned")));
        return;
    }
    plan.steps.iter().flat_map(lines).for_each(|line| say(&line));
    say(&plan.summary());
}

fn tell_done(common: &Common, step: &Step) {
    if common.json {
        print(&as_json(step, "done"));
    } else {
        say(&format!("done: {}", step.title()));
    }
}

/// What was done and what was not.
fn tell_stopped(plan: &Plan, done: usize, reason: &CliError) -> ExitCode {
    warn(&format!("stopped: {done} of {} steps were done; not done:", plan.steps.len()));
    plan.steps.iter().skip(done).for_each(|step| warn(&format!("  {}", step.title())));
    warn("correct it and run the same command again: what is done is left as it is");
    reason.exit_code()
}

fn lines(step: &Step) -> Vec<String> {
    let mut lines = vec![step.title()];
    if step.act != Act::Delete {
        lines.extend(step.changes.iter().map(|change| match &change.old {
            Some(old) => format!("          {}: {old} → {}", change.field, change.new),
            None => format!("          {}: {}", change.field, change.new),
        }));
    }
    lines
}

fn as_json(step: &Step, state: &str) -> serde_json::Value {
    let changes = step
        .changes
        .iter()
        .map(|change| json!({ "field": change.field, "old": change.old, "new": change.new }));
    json!({
        "state": state, "act": step.act.as_str(), "kind": step.kind.as_str(), "organization": step.path,
        "name": step.name, "changes": changes.collect::<Vec<_>>(),
    })
}
