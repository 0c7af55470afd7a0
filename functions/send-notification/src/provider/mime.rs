//! An email as MIME (RFC 5322, 2045 to 2047): text and HTML of the same message. The bodies are in base64, so the boundary cannot
//! occur in them and no line is too long.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Order;
use super::sender::{Sender, encoded};

/// Base64 has no underscore.
const BOUNDARY: &str = "=_countersign";
/// The characters of one line of base64.
const LINE: usize = 76;
/// Between the words of a header that is folded.
const FOLD: &str = "\r\n ";

/// The whole message. `Message-ID` and `Date` are left to the server, unless the headers have them.
pub fn message(order: &Order<'_>, sender: &Sender) -> String {
    let message = order.message();
    let mut mime = String::new();
    header(&mut mime, "From", &sender.header(FOLD));
    header(&mut mime, "To", order.to());
    header(&mut mime, "Subject", &encoded(&message.subject, FOLD));
    if let Some(address) = order.reply_to() {
        header(&mut mime, "Reply-To", address);
    }
    for (name, value) in order.headers() {
        header(&mut mime, name, value);
    }
    header(&mut mime, "MIME-Version", "1.0");
    header(&mut mime, "Content-Type", &format!("multipart/alternative; boundary=\"{BOUNDARY}\""));
    for (kind, text) in [("plain", &message.text), ("html", &message.html)] {
        let _ = write!(mime, "\r\n--{BOUNDARY}\r\n");
        header(&mut mime, "Content-Type", &format!("text/{kind}; charset=utf-8"));
        header(&mut mime, "Content-Transfer-Encoding", "base64");
        mime.push_str("\r\n");
        let text = STANDARD.encode(text.replace("\r\n", "\n").replace('\n', "\r\n"));
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
            let _ = write!(mime, "{line}\r\n");
            rest = after;
        }
    }
    let _ = write!(mime, "--{BOUNDARY}--\r\n");
    mime
}

fn header(mime: &mut String, name: &str, value: &str) {
    let _ = write!(mime, "{name}: {value}\r\n");
}
