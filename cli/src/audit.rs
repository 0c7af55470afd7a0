//! The audits: verifying the sealed chain, exporting.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::error::{CliError, NO};
use crate::options::{Audit, AuditCommand, Common, Export, Format, Place};
use crate::output::{print, say, warn};
use crate::places;
use crate::session::{Query, Session, query};
use crate::wire::{ChainProblem, Verification};
use crate::words::number;

/// How long one part of an export may take: the server reads up to 20,000 entries for it.
const PART: Duration = Duration::from_secs(600);

/// Does what was asked with the audits.
pub async fn run(asked: &Audit) -> Result<ExitCode, CliError> {
    let session = Session::open(&asked.common)?;
    match &asked.command {
        AuditCommand::Verify { place, count, head } => {
            verify(&asked.common, &session, place, count.zip(head.as_deref())).await
        }
        AuditCommand::Export(export) => exported(&asked.common, &session, export).await,
    }
}

/// What all pages say together.
#[derive(Default)]
struct Verified {
    intact: bool,
    head: String,
    count: u64,
    sealed: u64,
    unsealed: u64,
    holes: u64,
    trimmed: u64,
    problems: Vec<ChainProblem>,
    noted: Option<String>,
}

impl Verified {
    fn first(page: &Verification) -> Self {
        Self { intact: true, head: page.head.clone(), count: page.count, ..Self::default() }
    }

    fn add(&mut self, page: Verification) {
        self.intact &= page.intact;
        self.sealed += page.sealed;
        self.unsealed += page.unsealed;
        self.holes += page.holes;
        self.trimmed += page.trimmed;
        self.problems.extend(page.problems);
        // Until its page is reached, a noted row is `further-down`.
        self.noted = page.noted.or(self.noted.take());
    }

    /// Whether everything is as it was written, and the noted row is where it was.
    fn holds(&self) -> bool {
        self.intact && self.problems.is_empty() && self.noted.as_ref().is_none_or(|noted| noted == "matches")
    }
}

async fn verify(
    common: &Common,
    session: &Session,
    place: &Place,
    noted: Option<(u64, &str)>,
) -> Result<ExitCode, CliError> {
    let asked = query([
        ("organization_id", places::resolve(session, place).await?),
        ("count", noted.map(|(count, _)| count.to_string())),
        ("head", noted.map(|(_, head)| head.to_owned())),
        ("limit", Some("200".to_owned())),
    ]);
    let mut whole: Option<Verified> = None;
    let mut cursor: Option<String> = None;
    loop {
        let mut page = asked.clone();
        page.extend(cursor.map(|cursor| ("cursor", cursor)));
        let page: Verification =
            session.get("verify-system-audit", &["audit", "system", "verify"], &page).await?;
        cursor = page.next_cursor.clone();
        whole.get_or_insert_with(|| Verified::first(&page)).add(page);
        if cursor.is_none() {
            break;
        }
    }
    let whole = whole.unwrap_or_default();
    if common.json {
        print(&as_json(&whole));
    } else {
        in_words(&whole).iter().for_each(|line| say(line));
    }
    Ok(if whole.holds() { ExitCode::SUCCESS } else { ExitCode::from(NO) })
}

fn as_json(whole: &Verified) -> Value {
    let problems: Vec<_> =
        whole.problems.iter().map(|one| json!({ "number": one.number, "what": one.what })).collect();
    json!({
        "intact": whole.intact, "head": whole.head, "count": whole.count, "sealed": whole.sealed,
        "unsealed": whole.unsealed, "holes": whole.holes, "trimmed": whole.trimmed, "problems": problems,
        "noted": whole.noted,
    })
}

fn in_words(whole: &Verified) -> Vec<String> {
    let verdict = if whole.holds() { "intact" } else { "NOT INTACT" };
    let mut lines = vec![
        format!(
            "The audit is {verdict}: {} verified",
            number(whole.sealed, "sealed entry").replace("entrys", "entries")
        ),
        format!(
            "not sealed yet: {}; trimmed: {}; unused numbers: {}",
            whole.unsealed, whole.trimmed, whole.holes
        ),
        format!("count: {}", whole.count),
        format!("head: {}", whole.head),
    ];
    lines.extend(whole.problems.iter().map(|problem| match problem.number {
        Some(at) => format!("problem at {at}: {}", problem.what),
        None => format!("problem: {}", problem.what),
    }));
    lines.extend(whole.noted.as_ref().map(|noted| format!("the noted row: {noted}")));
    lines
}

/// Where an export goes: standard output, or a file that appears when it is complete.
enum Sink {
    Stdout,
    File(NamedTempFile),
}

impl Sink {
    fn new(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path else { return Ok(Self::Stdout) };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Self::File(NamedTempFile::new_in(folder).map_err(|cause| unusable(path, &cause.to_string()))?))
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Stdout => std::io::stdout().lock().write_all(bytes),
            Self::File(file) => file.write_all(bytes),
        }
    }

    fn finish(self, path: Option<&Path>) -> Result<(), CliError> {
        match (self, path) {
            (Self::File(file), Some(path)) => {
                file.as_file().sync_all()?;
                file.persist(path).map(drop).map_err(|error| unusable(path, &error.error.to_string()))
            }
            _ => Ok(std::io::stdout().flush()?),
        }
    }
}

fn unusable(path: &Path, reason: &str) -> CliError {
    CliError::File { path: path.display().to_string(), reason: reason.to_owned() }
}

async fn exported(common: &Common, session: &Session, asked: &Export) -> Result<ExitCode, CliError> {
    let filter = query([
        ("organization_id", places::resolve(session, &asked.place).await?),
        ("format", Some(asked.format.as_str().to_owned())),
        ("act", asked.act.clone()),
        ("actor", asked.actor.clone()),
        ("about", asked.about.clone()),
        ("after", asked.after.map(|after| after.to_string())),
        ("before", asked.before.map(|before| before.to_string())),
        ("q", asked.search.clone()),
    ]);
    let path = asked.output.as_deref();
    let mut sink = Sink::new(path)?;
    let (mut rows, mut cursor) = (0, None);
    loop {
        let mut query = filter.clone();
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let end = part(session, asked, &query, &mut sink).await?;
        rows += end.rows;
        cursor = end.next;
        if cursor.is_none() {
            break;
        }
    }
    sink.finish(path)?;
    if !common.json {
        warn(&format!("{} exported", number(rows, "entry").replace("entrys", "entries")));
    }
    Ok(ExitCode::SUCCESS)
}

/// The last line of each part.
#[derive(Debug, PartialEq, Eq)]
struct End {
    rows: u64,
    next: Option<String>,
}

/// Writes one part, without its last line, which says where the next begins.
async fn part(session: &Session, asked: &Export, query: &Query, sink: &mut Sink) -> Result<End, CliError> {
    let path = ["audit", asked.audit.as_str(), "export"];
    let response = session.stream(&path, query, |call| call.timeout(PART)).await?;
    let mut arriving = response.bytes_stream();
    let mut held = Vec::new();
    while let Some(bytes) = arriving.next().await {
        let bytes = bytes.map_err(|_| cut_off())?;
        held.extend_from_slice(&bytes);
        // All lines but the last: it may be the end.
        let ended = held.strip_suffix(b"\n").unwrap_or(&held);
        if let Some(at) = ended.iter().rposition(|byte| *byte == b'\n') {
            let last = held.split_off(at + 1);
            sink.write(&held)?;
            held = last;
        }
    }
    end(asked.format, &held).ok_or_else(cut_off)
}

fn cut_off() -> CliError {
    CliError::Incomplete("the export was cut off; start it again".into())
}

fn end(format: Format, line: &[u8]) -> Option<End> {
    let line = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?.trim_end();
    match format {
        Format::Jsonl => {
            let line: Value = serde_json::from_str(line).ok()?;
            let end = line.get("end")?;
            let next = end.get("next_cursor")?.as_str().map(str::to_owned);
            Some(End { rows: end.get("rows")?.as_u64()?, next })
        }
        Format::Csv => {
            let (rows, next) = line.strip_prefix("#end,")?.split_once(',')?;
            let next = Some(next.to_owned()).filter(|next| !next.is_empty());
            Some(End { rows: rows.parse().ok()?, next })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_says_where_to_go_on_and_a_part_without_it_was_cut_off() {
        let jsonl = br#"{"end":{"rows":2,"looked_at":9,"next_cursor":"abc"}}
"#;
        assert_eq!(end(Format::Jsonl, jsonl), Some(End { rows: 2, next: Some("abc".into()) }));
        assert_eq!(end(Format::Csv, b"#end,3,\r\n"), Some(End { rows: 3, next: None }));
        for cut in [
            &b""[..],
            b"{\"at\":\"2026\"}\n",
            b"{\"end\":{\"rows\":2,\"looked_at\":9,\"next_cursor\":\"abc\"}}",
        ] {
            assert_eq!(end(Format::Jsonl, cut), None);
        }
        assert_eq!(end(Format::Csv, b"#end,3,"), None, "it has no end of line");
    }

    #[test]
    fn one_page_that_is_not_intact_or_a_noted_row_that_differs_is_a_no() {
        let page = |intact: bool, noted: Option<&str>| -> Verification {
            serde_json::from_value(
                json!({"intact": intact, "sealed": 5, "holes": 0, "trimmed": 0, "unsealed": 0,
                "problems": [], "head": "h", "count": 9, "noted": noted}),
            )
            .unwrap()
        };
        let pages = |all: Vec<Verification>| {
            let mut whole = Verified::first(&all[0]);
            all.into_iter().for_each(|page| whole.add(page));
            whole
        };
        assert!(pages(vec![page(true, None), page(true, None)]).holds());
        assert!(!pages(vec![page(true, None), page(false, None)]).holds());
        assert!(pages(vec![page(true, Some("further-down")), page(true, Some("matches"))]).holds());
        assert!(!pages(vec![page(true, Some("differs")), page(true, None)]).holds());
        assert!(in_words(&pages(vec![page(false, None)]))[0].contains("NOT INTACT"));
    }
}
