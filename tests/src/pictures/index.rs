//! The index of the pictures.

use std::fmt::Write;

use super::{MESSAGES, PICTURES, Theme, file};
use crate::sizes::Size;

const HEAD: &str = "# Pictures\n
The console and the messages as they are, with invented people, companies and computers. Made by\n
```console
$ cargo run -p countersign-tests --example screenshots
```\n
which needs Chromium with its driver and takes some minutes. It makes every page in both sizes and themes; those that are not here go to
`target/screenshots`. The clock of the host and of the browser is set, so that only ids and keys differ from one time to the next.\n
## The console\n
| page | phone, 390×844 | desktop, 1440×900 |\n|---|---|---|\n";

/// `docs/screenshots/README.md`.
pub fn index() -> String {
    let mut text = HEAD.to_owned();
    for picture in PICTURES {
        row(&mut text, picture.title, picture.name, |size, theme| picture.kept.has(size, theme));
    }
    text.push_str(
        "\n## Messages\n\n| message | on a phone | in the mailbox of `cargo run` |\n|---|---|---|\n",
    );
    for message in MESSAGES {
        row(&mut text, message.title, message.name, |size, theme| message.has(size, theme));
    }
    text
}

/// A row with links to the files that there are.
fn row(text: &mut String, title: &str, name: &str, has: impl Fn(Size, Theme) -> bool) {
    let cell = |size| {
        let kept = Theme::ALL.into_iter().filter(|theme| has(size, *theme));
        let links = kept.map(|theme| format!("[{}]({})", theme.name(), file(name, size, theme)));
        links.collect::<Vec<_>>().join(" · ")
    };
    let _ = writeln!(text, "| {title} | {} | {} |", cell(Size::Phone), cell(Size::Desktop));
}
