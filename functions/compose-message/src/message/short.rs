//! The text message: the same content in at most two segments, with the link whole.

use super::gsm;
use super::words::Words;

/// The most segments.
const SEGMENTS: usize = 2;
/// The most characters that a text from outside has in any case.
const LONGEST: usize = 60;
/// So many it keeps until everything that may be left out was.
const NAME: usize = 24;
/// And at least so many.
const SHORTEST: usize = 8;

/// The parts of a text message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Short {
    /// What it says in any case.
    says: Words,
    /// More, the most important first. Of these, the last are left out first.
    more: Vec<Words>,
    /// The link at the end.
    link: Option<String>,
    /// Stands where something was left out of a text.
    ellipsis: &'static str,
}

impl Short {
    pub fn new(says: Words, more: Vec<Words>, link: Option<String>) -> Self {
        Self { says, more, link, ellipsis: "…" }
    }

    /// With more that is more important than what there is.
    pub fn before_others(mut self, more: Words) -> Self {
        self.more.insert(0, more);
        self
    }

    /// The text: long names lose their middle, then the least important parts lose theirs and are left out one after the other, then
    /// names lose more.
    pub fn finish(mut self) -> String {
        self.clamp(LONGEST);
        let mut plain = self.clone();
        plain.each(Words::transliterate);
        // With one character more than the alphabet has, nothing is gained by the others.
        plain.ellipsis = "...";
        let mut fitting = if gsm::has(&plain.whole()) { plain } else { self };
        for least in [NAME, SHORTEST, 1] {
            while gsm::segments(&fitting.whole()) > SEGMENTS {
                if !fitting.shorten(least) && (least != NAME || fitting.more.pop().is_none()) {
                    break;
                }
            }
        }
        fitting.cut()
    }

    fn each(&mut self, change: impl Fn(&mut Words)) {
        std::iter::once(&mut self.says).chain(&mut self.more).for_each(change);
    }

    fn clamp(&mut self, most: usize) {
        self.each(|words| words.clamp(most));
    }

    fn shorten(&mut self, least: usize) -> bool {
        self.says.shorten(least) || self.more.last_mut().is_some_and(|last| last.shorten(least))
    }

    fn whole(&self) -> String {
        let says = std::iter::once(&self.says).chain(&self.more);
        let says = says.map(|words| words.text().replace('…', self.ellipsis));
        says.chain(self.link.clone()).collect::<Vec<_>>().join(" ")
    }

    /// What is still too long loses the end of what it says, never of the link.
    fn cut(self) -> String {
        let whole = self.whole();
        if gsm::segments(&whole) <= SEGMENTS {
            return whole;
        }
        let Some(link) = self.link else { return whole };
        let mut says = whole.strip_suffix(link.as_str()).unwrap_or_default().trim_end().to_owned();
        while says.pop().is_some() {
            let shorter = format!("{} {link}", says.trim_end());
            if gsm::segments(&shorter) <= SEGMENTS {
                return shorter.trim_start().to_owned();
            }
        }
        link
    }
}

#[cfg(test)]
mod tests {
    use countersign_model::Sha256;

    use super::*;
    use crate::message::words::words;

    const LINK: &str = "https://approvals.example/requests/req_01HZXA5G008VDK1G0R40M30E20";

    fn short(company: &str, computer: &str, file: &str, link: &str) -> Short {
        let [company, computer, file] = [company, computer, file].map(|text| Words::theirs(text, 200));
        let hash = words!["SHA-256 ", Words::plain(&"0f".repeat(32).parse::<Sha256>().unwrap()), "."];
        let says = words![company, ": ", computer, " asks for ", file, "."];
        Short::new(says, vec!["Signed by Example Software, verified.".into(), hash], Some(link.to_owned()))
    }

    #[test]
    fn a_message_takes_two_segments_and_has_its_link_whole() {
        let names = [
            "Example & Sons",
            &"Company of the longest name … ".repeat(7),
            &"شرکت نمونه ".repeat(18),
            "株式会社テスト",
            &"{.}".repeat(60),
            "",
        ];
        for company in names {
            for file in names {
                for link in [LINK, &LINK.replace("example", &"long.".repeat(20))] {
                    let text = short(company, file, company, link).finish();
                    assert!(gsm::segments(&text) <= 2, "{text}");
                    assert!(text.ends_with(link), "{text}");
                }
            }
        }
    }

    #[test]
    fn what_matters_least_goes_first() {
        let all = short("Example & Sons", "pc-1", "setup.exe", LINK).finish();
        assert!(all.contains("Signed by") && all.contains(&"0f".repeat(32)), "{all}");
        let long = short(&"Example ".repeat(20), &"computer".repeat(20), &"setup".repeat(30), LINK).finish();
        assert!(
            long.contains("Signed by") && long.contains(&"0f".repeat(32)),
            "long names lose their middle: {long}"
        );
        let persian = short("شرکت نمونه", "pc-1", "setup.exe", LINK).finish();
        assert!(persian.contains("شرکت نمونه") && persian.contains("setup.exe"), "{persian}");
        assert!(!persian.contains("SHA-256"), "the hash is left out first: {persian}");
    }

    #[test]
    fn a_link_that_alone_is_too_long_is_sent_alone() {
        let link = format!("https://{}.example/x", "a".repeat(400));
        assert_eq!(short("A", "b", "c", &link).finish(), link);
    }
}
