//! What a chat shows of a message: Slack's Block Kit and Microsoft's Adaptive Cards, as far as cards are made of text and links.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message in a chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The first line, in bold.
    pub heading: String,
    /// The paragraphs below it.
    pub paragraphs: Vec<String>,
    /// The buttons below them.
    pub buttons: Vec<Button>,
}

/// A button that opens a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

impl Card {
    /// Reads the body of a call to an incoming webhook of Slack (`blocks`) or Teams (`attachments` with an Adaptive Card). `None` if it is
    /// neither.
    pub fn of(body: &Value) -> Option<Self> {
        if let Some(blocks) = body.get("blocks").and_then(Value::as_array) {
            return Some(Self::blocks(blocks));
        }
        let card = body.pointer("/attachments/0/content")?;
        (text(card, "/type") == "AdaptiveCard").then(|| Self::adaptive(card))
    }

    /// <https://docs.slack.dev/reference/block-kit/blocks>
    fn blocks(blocks: &[Value]) -> Self {
        let mut card = Self::default();
        for block in blocks {
            let text = text(block, "/text/text");
            match block.get("type").and_then(Value::as_str) {
                Some("header") => card.heading = text,
                Some("actions") => {
                    let elements = each(block, "/elements");
                    card.buttons.extend(elements.filter_map(|one| Button::of(one, "/text/text")));
                }
                _ => card.paragraphs.push(text),
            }
        }
        card
    }

    /// <https://adaptivecards.io/explorer/AdaptiveCard.html>
    fn adaptive(card: &Value) -> Self {
        let mut found = Self::default();
        for (nth, element) in each(card, "/body").enumerate() {
            let runs: String = each(element, "/inlines").map(|run| text(run, "/text")).collect();
            let line = text(element, "/text") + &runs;
            match found.paragraphs.last_mut() {
                _ if nth == 0 => found.heading = line,
                Some(paragraph) if text(element, "/spacing") == "None" => {
                    paragraph.push('\n');
                    paragraph.push_str(&line);
                }
                _ => found.paragraphs.push(line),
            }
        }
        found.buttons = each(card, "/actions").filter_map(|action| Button::of(action, "/title")).collect();
        found
    }
}

impl Button {
    /// The button of an element, with its text at a pointer; `None` if it leads to no web page.
    fn of(element: &Value, pointer: &str) -> Option<Self> {
        let url = text(element, "/url");
        let leads = url.starts_with("https://") || url.starts_with("http://");
        leads.then(|| Self { text: text(element, pointer), url })
    }
}

fn each<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn expected() -> Card {
        Card {
            heading: "Ann asks".to_owned(),
            paragraphs: vec!["One".to_owned(), "Two\nand more".to_owned()],
            buttons: vec![Button { text: "Open".to_owned(), url: "https://x.example/1".to_owned() }],
        }
    }

    #[test]
    fn block_kit_and_adaptive_cards_show_the_same() {
        let plain = |text: &str| json!({ "type": "plain_text", "text": text });
        let slack = json!({ "text": "Ann asks", "blocks": [
            { "type": "header", "text": plain("Ann asks") },
            { "type": "section", "text": plain("One") },
            { "type": "section", "text": plain("Two\nand more") },
            { "type": "actions", "elements": [{ "type": "button", "text": plain("Open"), "url": "https://x.example/1" }] },
        ] });
        assert_eq!(Card::of(&slack), Some(expected()));
        let run =
            |text: &str| json!({ "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": text }] });
        let teams = json!({ "type": "message", "attachments": [{ "content": {
            "type": "AdaptiveCard",
            "body": [run("Ann asks"), { "type": "TextBlock", "text": "One" }, run("Two"),
                { "type": "TextBlock", "text": "and more", "spacing": "None" }],
            "actions": [{ "type": "Action.OpenUrl", "title": "Open", "url": "https://x.example/1" }],
        } }] });
        assert_eq!(Card::of(&teams), Some(expected()));
    }

    #[test]
    fn whatever_else_is_no_card() {
        for body in
            [json!({}), json!([]), json!({ "text": "x" }), json!({ "attachments": [{ "content": {} }] })]
        {
            assert_eq!(Card::of(&body), None, "{body}");
        }
    }
}
