//! The mailbox as a page: latest first, each message as its medium shows it. The HTML of an email is in a frame of its own, which
//! runs no scripts and cannot reach the page.

use std::fmt::Write as _;

use super::Message;
use super::card::{Button, Card};
use super::mailbox::Segments;

const HEAD: &str = "<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content=\"width=device-width\">
<title>Mailbox - Countersign</title>
<style>
:root { color-scheme: light dark; --page: light-dark(#f4f6f5, #0e1413); --surface: light-dark(#fff, #161d1b); --sunken: light-dark(#f8faf9, #121917); --line: light-dark(#dde4e1, #2a3532); --text: light-dark(#14201d, #e7eeeb); --quiet: light-dark(#51605b, #a2b2ac); --accent: light-dark(#14595f, #74c7bb); --on-accent: light-dark(#fff, #06211d); --bubble: light-dark(#e1efed, #16322e) }
body { font: 15px/1.5 -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", system-ui, sans-serif; max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; background: var(--page); color: var(--text) }
h1 { font-size: 1.375rem; margin: 0 }
h2 { font-size: 1.0625rem; line-height: 1.4; margin: 0; overflow-wrap: anywhere }
a { color: var(--accent) }
article { border: 1px solid var(--line); border-radius: 12px; padding: 1rem; margin: 1rem 0; background: var(--surface) }
small { color: var(--quiet); overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .75rem 0 0 }
pre.call { font: 13px/1.55 ui-monospace, \"SF Mono\", Consolas, \"DejaVu Sans Mono\", monospace; padding: .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--sunken) }
.card { max-width: 34rem; padding: .75rem 1rem 1rem; margin: .75rem 0 0; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 8px; background: var(--sunken); overflow-wrap: anywhere }
.card p { margin: .5rem 0 0; white-space: pre-wrap }
.card a { display: inline-block; margin: .75rem 0 0; padding: .45rem 1rem; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none }
pre.sms { width: fit-content; max-width: 22rem; padding: .6rem .9rem; margin-bottom: .35rem; border-radius: 1.1rem 1.1rem 1.1rem .3rem; background: var(--bubble) }
iframe { display: block; width: 100%; height: 44rem; margin: .75rem 0 0; border: 1px solid var(--line); border-radius: 8px; background: #fff; resize: vertical }
summary { cursor: pointer; margin: .5rem 0 0; color: var(--quiet) }
@media (max-width: 30rem) { body { margin: 1rem auto; padding: 0 .5rem } article { padding: .75rem } }
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
        let from = if message.from.is_empty() { String::new() } else { format!(" from {}", message.from) };
        let _ = writeln!(
            page,
            "<article id=message-{}>\n<h2>{}</h2>\n<small>{} {} to {}{}</small>",
            message.number,
            escape(title),
            message.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            escape(&message.channel),
            escape(&message.to),
            escape(&from),
        );
        body(&mut page, message);
        page.push_str("</article>\n");
    }
    page
}

/// What the recipient sees, and folded what mail programs read or show instead.
fn body(page: &mut String, message: &Message) {
    let text = linked(&message.text);
    if let Some(card) = &message.card {
        chat(page, card);
        let _ =
            writeln!(page, "<details><summary>What was sent</summary><pre class=call>{text}</pre></details>");
        return;
    }
    if message.html.is_empty() {
        let kind = match message.channel.as_str() {
            "sms" => " class=sms",
            "webhook" => " class=call",
            _ => "",
        };
        let _ = writeln!(page, "<pre{kind}>{text}</pre>");
        if let Some(Segments { count, encoding }) = &message.segments {
            let units = if *count == 1 { "segment" } else { "segments" };
            let _ = writeln!(page, "<small>{count} {units}, {encoding}</small>");
        }
        return;
    }
    let html = format!("<base target=_blank>{}", message.html);
    let _ = writeln!(
        page,
        "<iframe title=\"The message\" sandbox=\"allow-popups allow-popups-to-escape-sandbox\" srcdoc=\"{}\"></iframe>\n\
         <details><summary>Plain text</summary><pre>{text}</pre></details>",
        escape(&html)
    );
    let headers: Vec<_> = message.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    if !headers.is_empty() {
        let _ = writeln!(
            page,
            "<details><summary>Headers</summary><pre>{}</pre></details>",
            escape(&headers.join("\n"))
        );
    }
}

/// A card as chats draw it.
fn chat(page: &mut String, card: &Card) {
    let _ = write!(page, "<div class=card><strong>{}</strong>", escape(&card.heading));
    for paragraph in &card.paragraphs {
        let _ = write!(page, "<p>{}</p>", escape(paragraph));
    }
    for Button { text, url } in &card.buttons {
        let _ = write!(page, "<a href=\"{}\" target=_blank rel=noreferrer>{}</a>", escape(url), escape(text));
    }
    page.push_str("</div>\n");
}

/// Text with its web addresses as links.
fn linked(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some(start) = ["http://", "https://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, tail) = rest.split_at(start);
        let end = tail.find(|c: char| c.is_whitespace() || "<>\"'\\".contains(c)).unwrap_or(tail.len());
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
    fn an_email_is_in_a_frame_that_its_html_cannot_leave() {
        let body = r#"{"to":"a@x.example","text":"plain <i>","html":"<p title=\"\">'\"></iframe><script>","headers":{"List-Id":"<a>"}}"#;
        let email = Message::parse("/email", body.as_bytes(), jiff::Timestamp::UNIX_EPOCH).unwrap();
        let page = mailbox(&[email]);
        assert_eq!(page.matches("<iframe").count(), 1);
        assert_eq!(page.matches("</iframe>").count(), 1, "{page}");
        assert!(
            !page.contains("<script")
                && page.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\"")
        );
        assert!(page.contains("plain &lt;i&gt;") && page.contains("List-Id: &lt;a&gt;"), "{page}");
    }

    #[test]
    fn a_card_is_drawn_and_its_texts_are_escaped() {
        let body = r#"{"blocks":[{"type":"header","text":{"text":"<Ann>"}},{"type":"section","text":{"text":"<i>why"}},
            {"type":"actions","elements":[{"text":{"text":"Open"},"url":"https://x.example/\"onclick=1"}]}]}"#;
        let call = Message::parse("/slack/it", body.as_bytes(), jiff::Timestamp::UNIX_EPOCH).unwrap();
        let page = mailbox(&[call]);
        assert!(page.contains("<strong>&lt;Ann&gt;</strong><p>&lt;i&gt;why</p>"), "{page}");
        assert!(page.contains("href=\"https://x.example/&quot;onclick=1\""), "{page}");
    }

    #[test]
    fn an_address_cannot_leave_its_attribute() {
        let shown = linked("http://x\"onclick=alert(1)> javascript:alert(1)");
        assert!(!shown.contains("x\"onclick"), "{shown}");
        assert_eq!(shown.matches("<a ").count(), 1);
    }
}
