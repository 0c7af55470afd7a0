//! Deciding: what will be decided is shown first, then asked, then done.

use std::process::ExitCode;

use countersign_client::{IdempotencyKey, Problem};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{headline, opened};
use crate::error::{CONFLICT, CliError, code_of_refusal};
use crate::options::{Approve, Common, Deciding, Deny, Until};
use crate::output::{confirm, print, say, warn};
use crate::session::{Query, Safely, Session};
use crate::wire::{BulkResult, BulkResults, Count, Decision, Preview, RequestView};
use crate::words;

/// What a decision says, besides what each has.
pub struct Made {
    verb: &'static str,
    fields: Map<String, Value>,
}

impl Made {
    /// An approval.
    pub fn approval(asked: &Approve) -> Self {
        let mut fields = Map::new();
        fields.insert("outcome".into(), "approved".into());
        set(&mut fields, "scope", asked.scope.map(|scope| scope.as_str().into()));
        set(&mut fields, "condition", asked.condition.map(|condition| condition.as_str().into()));
        set(
            &mut fields,
            "expires_at",
            asked.until.map(|until| match until {
                Until::At(moment) => moment.to_string().into(),
                Until::Never => Value::Null,
            }),
        );
        Self { verb: "Approve", fields }
    }

    /// A denial.
    pub fn denial(asked: &Deny) -> Self {
        let mut fields = Map::new();
        fields.insert("outcome".into(), "denied".into());
        set(&mut fields, "scope", asked.scope.map(|scope| scope.as_str().into()));
        set(&mut fields, "include_matching", asked.include_matching.then_some(Value::Bool(true)));
        Self { verb: "Deny", fields }
    }

    /// The decision of one request, as it was seen.
    fn body(&self, asked: &Deciding, request: &RequestView) -> Value {
        let mut body = self.fields.clone();
        body.insert("request_id".into(), request.id.clone().into());
        body.insert("seen_revision".into(), request.seen_revision.clone().into());
        set(&mut body, "message", asked.message.clone().map(Value::from));
        set(&mut body, "note", asked.note.clone().map(Value::from));
        let standing = request.decision.as_ref().filter(|_| asked.anew).and_then(|made| made.id.clone());
        set(&mut body, "replaces", standing.map(Value::from));
        Value::Object(body)
    }
}

fn set(fields: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        fields.insert(name.to_owned(), value);
    }
}

/// Decides the requests as far as they can be.
pub async fn run(
    common: &Common,
    session: &Session,
    asked: &Deciding,
    made: &Made,
) -> Result<ExitCode, CliError> {
    let mut requests: Vec<RequestView> = Vec::new();
    for id in &asked.ids {
        requests.push(opened(session, id).await?);
    }
    let decisions: Vec<_> = requests.iter().map(|request| made.body(asked, request)).collect();
    let body = json!({ "decisions": decisions });
    let path = ["requests", "decisions"];
    let dry_run = vec![("dry_run", "true".to_owned())];
    let previewed: BulkResults = session.ask("decide-requests", &path, &dry_run, &body).await?;
    let shown = requests.iter().zip(&previewed.results);
    shown.for_each(|(request, result)| tell_preview(request, result));
    if previewed.results.iter().all(|result| result.preview.is_none()) {
        return Ok(ExitCode::from(worst(&previewed.results)));
    }
    confirm(&format!("{} as shown?", made.verb), asked.confirmation.yes)?;
    let once = Safely::Once(IdempotencyKey::fresh()?);
    let answer = session.send(Method::POST, &path, &Query::new(), Some(&body), &once).await?;
    if common.json {
        let results: Value = answer.read("decide-requests")?;
        results.get("results").and_then(Value::as_array).into_iter().flatten().for_each(print);
    }
    let decided: BulkResults = answer.read("decide-requests")?;
    decided.results.iter().for_each(|result| tell_result(common, result));
    Ok(ExitCode::from(worst(&decided.results)))
}

/// What will happen goes to standard error: it is part of the question.
fn tell_preview(request: &RequestView, result: &BulkResult) {
    warn(&headline(request));
    for requester in &request.requesters {
        warn(&format!(
            "  {} says: {}",
            requester.username,
            requester.reason.as_deref().unwrap_or("no reason given")
        ));
    }
    match (&result.preview, &result.problem) {
        (Some(preview), _) => warn(&format!("  {}", preview_in_words(preview))),
        (None, Some(problem)) => warn(&format!("  {}", refusal_in_words(problem))),
        (None, None) => {}
    }
}

fn tell_result(common: &Common, result: &BulkResult) {
    match (&result.decision, &result.problem) {
        (_, Some(problem)) => warn(&format!("{}: {}", result.request_id, refusal_in_words(problem))),
        (Some(made), None) if !common.json => {
            say(&format!("{}: {}", result.request_id, words::decision(made)))
        }
        (Some(_) | None, None) => {}
    }
}

fn preview_in_words(preview: &Preview) -> String {
    let mut words = format!("will be {} for the {}", preview.outcome, preview.scope);
    if let Some(end) = &preview.expires_at {
        words.push_str(&format!(" until {end}"));
    }
    if preview.settles.count > 0 {
        words.push_str(&format!("; settles {} along", counted(&preview.settles, "other request")));
    }
    if let Some(covers) = preview.covers.as_ref().filter(|covers| covers.waiting.count > 0) {
        words.push_str(&format!("; covers the files of {}", counted(&covers.waiting, "waiting request")));
    }
    let told = &preview.told;
    let names = told.names.join(", ");
    let more = told.count.saturating_sub(told.names.len() as u64);
    words.push_str(&match (told.names.is_empty(), more) {
        (true, 0) => "; nobody is told".to_owned(),
        (true, more) => format!("; {} told", words::number(more, "address is")),
        (false, 0) => format!("; told: {names}"),
        (false, more) => format!("; told: {names} and {more} more"),
    });
    words
}

fn counted(count: &Count, what: &str) -> String {
    let at_least = if count.complete { "" } else { "at least " };
    format!("{at_least}{}", words::number(count.count, what))
}

/// A refusal; of a request that somebody else has decided, with who and when.
fn refusal_in_words(problem: &Problem) -> String {
    let earlier = problem.decision.clone().and_then(|made| serde_json::from_value::<Decision>(made).ok());
    match earlier {
        Some(made) => format!("already {}", words::decision(&made)),
        None => CliError::Call(countersign_client::CallError::Refused(Box::new(problem.clone()))).to_string(),
    }
}

/// The exit code of several results: a conflict counts more than another refusal.
fn worst(results: &[BulkResult]) -> u8 {
    let codes: Vec<_> =
        results.iter().filter_map(|result| result.problem.as_ref()).map(code_of_refusal).collect();
    if codes.contains(&CONFLICT) { CONFLICT } else { codes.into_iter().max().unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(settles: u64, told: &Value) -> Preview {
        serde_json::from_value(
            json!({"outcome": "approved", "scope": "group", "expires_at": "2027-01-01T00:00:00Z",
            "settles": {"count": settles, "complete": true, "request_ids": []}, "told": told}),
        )
        .unwrap()
    }

    #[test]
    fn what_will_happen_is_said_before() {
        assert_eq!(
            preview_in_words(&preview(2, &json!({"count": 3, "names": ["ann", "bo"]}))),
            "will be approved for the group until 2027-01-01T00:00:00Z; settles 2 other requests along; told: ann, bo and 1 more"
        );
        assert!(
            preview_in_words(&preview(0, &json!({"count": 0, "names": []}))).ends_with("; nobody is told")
        );
    }

    #[test]
    fn who_was_faster_is_said_with_the_time() {
        let problem = Problem::read(409, json!({"code": "already-decided", "detail": "it is decided",
            "decision": {"outcome": "denied", "scope": "computer", "administrator": {"id": "adm_1", "name": "Ann"},
                         "at": "2026-11-22T19:22:05Z"}}).to_string().as_bytes());
        let words = refusal_in_words(&problem);
        assert_eq!(words, "already denied by Ann at 2026-11-22T19:22:05Z for the computer");
    }

    #[test]
    fn of_several_refusals_the_conflict_gives_the_exit_code() {
        let result = |status: u16| BulkResult {
            request_id: "req_1".into(),
            decision: None,
            preview: None,
            problem: Some(Problem { status, ..Problem::default() }),
        };
        assert_eq!(worst(&[result(403), result(409)]), CONFLICT);
        assert_eq!(worst(&[result(403)]), 6);
        assert_eq!(worst(&[]), 0);
    }
}
