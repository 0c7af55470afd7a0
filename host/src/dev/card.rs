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
        if let Some(blocks) = body["blocks"].as_array() {
            return Some(Self::blocks(blocks));
        }
        let card = &body["attachments"][0]["content"];
        (card["type"] == "AdaptiveCard").then(|| Self::adaptive(card))
    }

    /// <https://docs.slack.dev/reference/block-kit/blocks>
    fn blocks(blocks: &[Value]) -> Self {
        let mut card = Self::default();
        for block in blocks {
            let text = text(&block["text"]["text"]);
            match block["type"].as_str() {
                Some("header") => card.heading = text,
                Some("actions") => {
                    card.buttons.extend(
                        each(&block["elements"])
                            .filter_map(|element| Button::new(&element["text"]["text"], &element["url"])),
                    );
                }
                _ => card.paragraphs.push(text),
            }
        }
        card
    }

    /// <https://adaptivecards.io/explorer/AdaptiveCard.html>
    fn adaptive(card: &Value) -> Self {
        let line = |element: &Value| match element["inlines"].as_array() {
            Some(runs) => runs.iter().map(|run| text(&run["text"])).collect(),
            None => text(&element["text"]),
        };
        let mut lines = each(&card["body"]).map(line);
        let heading = lines.next().unwrap_or_default();
        let buttons = each(&card["actions"]);
        let buttons = buttons.filter_map(|action| Button::new(&action["title"], &action["url"])).collect();
        Self { heading, paragraphs: lines.collect(), buttons }
    }
}

impl Button {
    fn new(text: &Value, url: &Value) -> Option<Self> {
        let url = url.as_str().filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
        Some(Self { text: text.as_str()?.to_owned(), url: url.to_owned() })
    }
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn expected() -> Card {
        Card {
            heading: "Ann asks".to_owned(),
            paragraphs: vec!["One".to_owned(), "Two".to_owned()],
            buttons: vec![Button { text: "Open".to_owned(), url: "https://x.example/1".to_owned() }],
        }
    }

    #[test]
    fn block_kit_and_adaptive_cards_show_the_same() {
        let plain = |text: &str| json!({ "type": "plain_text", "text": text });
        let slack = json!({ "text": "Ann asks", "blocks": [
            { "type": "header", "text": plain("Ann asks") },
            { "type": "section", "text": plain("One") },
            { "type": "section", "text": plain("Two") },
            { "type": "actions", "elements": [{ "type": "button", "text": plain("Open"), "url": "https://x.example/1" }] },
        ] });
        assert_eq!(Card::of(&slack), Some(expected()));
        let run =
            |text: &str| json!({ "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": text }] });
        let teams = json!({ "type": "message", "attachments": [{ "content": {
            "type": "AdaptiveCard",
            "body": [run("Ann asks"), { "type": "TextBlock", "text": "One" }, run("Two")],
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
