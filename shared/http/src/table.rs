//! Tables for spreadsheets: comma-separated values (RFC 4180).

use axum::response::{IntoResponse, Response};
use csv::{Terminator, Writer, WriterBuilder};
use http::header::CONTENT_TYPE;

use crate::cursor::Cursor;
use crate::problem::Problem;

/// The type of the content.
pub(crate) const TABLE_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// A table that is being written.
pub struct Table(Writer<Vec<u8>>);

impl Default for Table {
    /// An empty table.
    fn default() -> Self {
        let writer = WriterBuilder::new().flexible(true).terminator(Terminator::CRLF).from_writer(Vec::new());
        Self(writer)
    }
}

impl Table {
    /// Adds a row.
    ///
    /// # Errors
    /// 500, which does not happen.
    pub fn row<T: AsRef<[u8]>>(&mut self, fields: impl IntoIterator<Item = T>) -> Result<(), Problem> {
        self.0.write_record(fields).map_err(|_| Problem::internal())
    }

    /// The table as an answer, with the cursor of the next page in a header.
    ///
    /// # Errors
    /// 500, which does not happen.
    pub fn answer(self, next: Option<Cursor>) -> Result<Response, Problem> {
        let mut response = ([(CONTENT_TYPE, TABLE_TYPE)], self.bytes()?).into_response();
        if let Some(next) = next {
            let value = String::from(next).try_into().map_err(|_| Problem::internal())?;
            response.headers_mut().insert("next-cursor", value);
        }
        Ok(response)
    }

    /// The bytes of the table.
    ///
    /// # Errors
    /// 500, which does not happen.
    pub fn bytes(self) -> Result<Vec<u8>, Problem> {
        self.0.into_inner().map_err(|_| Problem::internal())
    }
}

/// A text that a spreadsheet does not take for a formula. Programs would otherwise run what a computer reported as the name of a
/// file when somebody opens the table.
#[must_use]
pub fn plain_cell(text: &str) -> String {
    let begins = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if begins { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_taken_for_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(plain_cell(text), format!("'{text}"));
        }
        for text in ["", "setup.exe", "a=1", "'=1", "C:\\x"] {
            assert_eq!(plain_cell(text), text);
        }
    }

    #[test]
    fn fields_with_commas_quotes_and_ends_of_lines_stay_one_field() {
        let mut table = Table::default();
        table.row(["a,b", "say \"x\"", "two\nlines", ""]).unwrap();
        table.row(["shorter"]).unwrap();
        let text = String::from_utf8(table.bytes().unwrap()).unwrap();
        assert_eq!(text, "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\r\nshorter\r\n");
    }
}
