//! The mailbox as a page: latest first, links clickable, everything else shown unchanged.

use std::fmt::Write as _;

use super::Message;

const HEAD: &str = "<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content=\"width=device-width\">
<title>Mailbox - Countersign</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
article { border: 1px solid #d0d7de; border-radius: 8px; padding: 1rem; margin: 1rem 0 }
h2 { font-size: 1.05rem; margin: 0 }
small { color: #57606a }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .75rem 0 0 }
</style>
<h1>Mailbox</h1>
<p>What the <code>dev</code> provider sent. Nothing here left this machine; a restart empties it.</p>
";

/// The whole page.
pub(super) fn mailbox(messages: &[Message]) -> String {
    let mut page = HEAD.to_owned();
    if messages.is_empty() {
        page.push_str("<p>Nothing yet.</p>\n");
    }
    for message in messages {
        let title = if message.subject.is_empty() { "Text message" } else { &message.subject };
        let _ = writeln!(
            page,
            "<article>\n<h2>{}</h2>\n<small>{} {} to {} from {}</small>\n<pre>{}</pre>\n</article>",
            escape(title),
            message.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            escape(&message.channel),
            escape(&message.to),
            escape(&message.from),
            linked(&message.text),
        );
    }
    page
}

/// Text with its web addresses as links.
fn linked(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some(start) = ["http://", "https://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, tail) = rest.split_at(start);
        let end = tail.find(|c: char| c.is_whitespace() || "<>\"'".contains(c)).unwrap_or(tail.len());
        let (mut address, _) = tail.split_at(end);
        address = address.trim_end_matches(['.', ',', ';', ')']);
        let shown = escape(address);
        let _ = write!(out, "{}<a href=\"{shown}\">{shown}</a>", escape(before));
        rest = tail.get(address.len()..).unwrap_or_default();
    }
    out + &escape(rest)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_clickable_and_the_rest_is_escaped() {
        let text = "<b>Open</b> http://127.0.0.1:3000/requests/req_1?a&b, or https://x.example/#t.";
        assert_eq!(
            linked(text),
            "&lt;b&gt;Open&lt;/b&gt; <a href=\"http://127.0.0.1:3000/requests/req_1?a&amp;b\">\
             http://127.0.0.1:3000/requests/req_1?a&amp;b</a>, or <a href=\"https://x.example/#t\">https://x.example/#t</a>."
        );
    }

    #[test]
    fn an_address_cannot_leave_its_attribute() {
        let shown = linked("http://x\"onclick=alert(1)> javascript:alert(1)");
        assert!(!shown.contains("x\"onclick"), "{shown}");
        assert_eq!(shown.matches("<a ").count(), 1);
    }
}
