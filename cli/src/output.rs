//! What the commands print: tables and sentences for people, one JSON document per line for programs. Texts of others are
//! printed without characters that a terminal acts on.

use std::io::{BufRead, IsTerminal, Write};

use countersign_client::{json_line, shown};
use serde::Serialize;
use serde_json::Value;

use crate::error::CliError;

/// Prints a line to standard output. A closed pipe is no failure.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", shown(line)).and_then(|()| out.flush());
}

/// Prints a message, which may have several lines, to standard error.
pub fn warn(message: &str) {
    for line in message.lines() {
        let _ = writeln!(std::io::stderr(), "{}", shown(line));
    }
}

/// Prints a document as one line.
pub fn print(document: &impl Serialize) {
    match serde_json::to_string(document) {
        Ok(line) => say(&json_line(&line)),
        Err(cause) => warn(&format!("error: cannot print: {cause}")),
    }
}

/// Prints the documents, or, for people, the table of them.
pub fn print_list(json: bool, documents: &[Value], table: &Table) {
    if json {
        documents.iter().for_each(print);
    } else {
        table.lines().iter().for_each(|line| say(line));
    }
}

/// Asks whether to go on, unless that was said on the command line.
///
/// # Errors
/// When the answer is no, or nobody can be asked.
pub fn confirm(question: &str, yes: bool) -> Result<(), CliError> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(CliError::NeedsYes);
    }
    let mut err = std::io::stderr();
    write!(err, "{} [y/N] ", shown(question)).and_then(|()| err.flush())?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(CliError::NotConfirmed)
    }
}

/// A table whose columns are as wide as their widest cells.
#[derive(Debug)]
pub struct Table {
    empty: &'static str,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With these titles; without rows it is only a sentence.
    pub fn new(titles: &[&str], empty: &'static str) -> Self {
        Self { empty, rows: vec![titles.iter().map(|title| (*title).to_owned()).collect()] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| shown(&cell)).collect());
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        if self.rows.len() == 1 {
            return vec![self.empty.to_owned()];
        }
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<_> = (0..columns).map(width).collect();
        self.rows.iter().map(|row| line(row, &widths)).collect()
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_keep_texts_of_others_on_their_line() {
        let mut table = Table::new(&["NAME", "WHO"], "nothing");
        table.row(["set\nup\u{202e}.exe".to_owned(), "Ann".to_owned()]);
        table.row(["ü".to_owned(), "Bo".to_owned()]);
        assert_eq!(table.lines(), ["NAME         WHO", "set up .exe  Ann", "ü            Bo"]);
    }

    #[test]
    fn an_empty_table_is_a_sentence() {
        assert_eq!(Table::new(&["NAME"], "no requests").lines(), ["no requests"]);
    }
}
