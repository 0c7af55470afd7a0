//! The file name of a download.

use countersign_model::Reported;
use http::HeaderValue;

/// The most characters of a file's name.
const NAME_MAX: usize = 150;

/// `Content-Disposition` with the file's name (RFC 6266): in ASCII for old programs, and percent-encoded in full.
pub fn disposition(path: Option<&Reported>) -> HeaderValue {
    let name = path.map(|path| path.file_name().as_sent()).unwrap_or_default();
    let name: String = name.chars().take(NAME_MAX).map(harmless).collect();
    let name = match name.trim_matches(['.', ' ', '_']) {
        "" => "attachment".to_owned(),
        _ => name,
    };
    let plain: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => value.push(byte.into()),
            _ => value.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}

/// Letters and digits of any script, and the usual punctuation of names. No quotes, separators or characters that
/// change the text direction.
fn harmless(c: char) -> char {
    if c.is_alphanumeric() || "-_.+()[] ".contains(c) { c } else { '_' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_download_is_the_files_and_nothing_more() {
        let cases = [
            ("/opt/tool", "tool", "tool", "the last part of a path"),
            ("C:\\Program Files\\Tool 2\\set up.exe", "set up.exe", "set%20up.exe", "of a Windows path, too"),
            ("/home/kim/Übung.exe", "_bung.exe", "%C3%9Cbung.exe", "other letters stay in the second"),
            ("/x/a\"; b=\"c.exe", "a__ b__c.exe", "a__%20b__c.exe", "quotes end nothing"),
            ("/x/exe.\u{202e}fdp", "exe._fdp", "exe._fdp", "nothing turns the reading direction"),
            ("/x/..", "attachment", "attachment", "no name at all"),
            ("/", "attachment", "attachment", "no name at all"),
            ("/x/a\u{1}b\n.exe", "a_b_.exe", "a_b_.exe", "no control characters"),
        ];
        for (path, plain, encoded, why) in cases {
            let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
            assert_eq!(disposition(Some(&path.into())).to_str().unwrap(), expected, "{why}");
        }
        let unnamed = "attachment; filename=\"attachment\"; filename*=UTF-8''attachment";
        assert_eq!(disposition(None).to_str().unwrap(), unnamed, "the agent did not report a path");
    }
}
