//! Passwords: which are accepted (NIST SP 800-63B), how they are stored (Argon2id), how they are compared.
use std::fmt;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use countersign_kv::Random;
use countersign_model::{EmailAddress, Fault, FaultKind, unicode};
use serde::Deserialize;

/// The fewest characters of a password. There are no rules about which characters, because length is what helps.
pub const SHORTEST: usize = 12;
/// The most characters of a password, so that the cost of hashing is bounded.
pub const LONGEST: usize = 128;
/// The passwords that attackers try first, one per line, in lower case.
const COMMON: &str = include_str!("common-passwords.txt");
/// A password of fewer distinct characters than this is a pattern.
const FEWEST_DISTINCT: usize = 5;

/// OWASP's second choice for Argon2id. It takes a component about a tenth of a second and 20 MiB.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;

// Prepared for comparison as RFC 8265 says for an OpaqueString, every kind of space as a space, but in normalization form KC instead
// of C: keyboards, input methods (full-width letters) and systems differ in all of these. It is never shown, not even by `Debug`.
/// A password: at most 128 characters. All kinds of spaces are one, and Unicode normalization (NFKC) does not matter.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(from = "String")]
#[schema(value_type = String, format = Password, max_length = 128, example = "seven quiet boats at noon")]
pub struct Password(Forms);

#[derive(Clone)]
struct Forms {
    text: String,
    /// In normalization form C, where that differs: earlier versions stored hashes of it.
    composed: Option<String>,
}

impl From<String> for Password {
    fn from(typed: String) -> Self {
        let is_other_space = |c: char| c.is_whitespace() && !c.is_control();
        let composed = unicode::nfc(&typed.replace(is_other_space, " ")).into_owned();
        let text = unicode::nfkc(&composed).into_owned();
        Self(Forms { composed: Some(composed).filter(|composed| *composed != text), text })
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a password is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    TooShort,
    TooLong,
    ControlCharacter,
    Common,
    Pattern,
    Email,
}

impl From<Weak> for Fault {
    fn from(weak: Weak) -> Self {
        match weak {
            Weak::TooShort => FaultKind::TooShort.below(SHORTEST),
            Weak::TooLong => FaultKind::TooLong.above(LONGEST),
            Weak::ControlCharacter => FaultKind::ControlCharacters.into(),
            Weak::Common => FaultKind::CommonPassword.into(),
            Weak::Pattern => FaultKind::SimplePassword.into(),
            Weak::Email => FaultKind::PasswordLikeEmail.into(),
        }
    }
}

impl Password {
    /// Refuses passwords that are easy to guess. There are no other requirements.
    pub fn accept(&self, email: &EmailAddress) -> Result<(), Weak> {
        let text = self.0.text.to_lowercase();
        match self.0.text.chars().count() {
            0..SHORTEST => return Err(Weak::TooShort),
            SHORTEST..=LONGEST => {}
            _ => return Err(Weak::TooLong),
        }
        if text.contains(char::is_control) {
            return Err(Weak::ControlCharacter);
        }
        if COMMON.lines().any(|common| common == text) {
            return Err(Weak::Common);
        }
        if is_pattern(&text) {
            return Err(Weak::Pattern);
        }
        if is_made_from(&text, &email.key()) {
            return Err(Weak::Email);
        }
        Ok(())
    }

    /// The text to store: Argon2id with its parameters and a fresh salt (PHC string). `None` if the platform has no
    /// memory for it.
    pub fn hash(&self, random: &dyn Random) -> Option<String> {
        let mut salt = [0; SALT_BYTES];
        random.bytes(&mut salt);
        let hash = hasher().hash_password_with_salt(self.0.text.as_bytes(), &salt).ok()?;
        Some(hash.to_string())
    }

    /// How often comparing it hashes: once for each of its forms.
    pub fn comparisons(&self) -> u64 {
        1 + u64::from(self.0.composed.is_some())
    }

    /// Whether this is the password behind `kept`. Without `kept` (an unknown email address, an invitation not yet
    /// accepted), the answer is no, after the same work.
    pub fn is_behind(&self, kept: Option<&str>) -> bool {
        let against = kept.unwrap_or(NOBODYS);
        let is_behind = |text: &String| {
            // Longer passwords are never accepted, so hashing them would only cost time.
            let fits = text.chars().count() <= LONGEST;
            fits && PasswordVerifier::<str>::verify_password(&hasher(), text.as_bytes(), against).is_ok()
        };
        let equal = is_behind(&self.0.text) || self.0.composed.as_ref().is_some_and(is_behind);
        equal && kept.is_some()
    }
}

/// The hash to compare with when there is no account. It is computed in advance, because hashing it here would show in
/// the time taken.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyBhIHNhbHQ$bcYB1WNq/qXzx5ZMycTgeHPrQZI3nxDlEpU59gJUzUQ";

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Few distinct characters, or only neighbours in the alphabet (`abcdefghijkl`, `987654321098`).
fn is_pattern(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let mut distinct = characters.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < FEWEST_DISTINCT {
        return true;
    }
    let step = |pair: &[char]| match pair {
        [a, b] => i64::from(u32::from(*b)) - i64::from(u32::from(*a)),
        _ => 0,
    };
    let steps: Vec<i64> = characters.windows(2).map(step).collect();
    let in_line = |by: i64| steps.iter().filter(|step| **step == by || **step == -9 * by).count();
    in_line(1) == steps.len() || in_line(-1) == steps.len()
}

/// The address itself, either part of it, or either part with a few more characters.
fn is_made_from(text: &str, email: &str) -> bool {
    const A_FEW: usize = 4;
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let characters = |text: &str| text.chars().count();
    [email, local, domain].iter().any(|part| {
        characters(part) > A_FEW && text.contains(part) && characters(text) - characters(part) <= A_FEW
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_kv::memory::TestRandom;

    fn typed(password: &str) -> Password {
        password.to_owned().into()
    }

    fn judged(password: &str) -> Result<(), Weak> {
        typed(password).accept(&"ada.lovelace@company.example".parse().unwrap())
    }

    #[test]
    fn length_helps_and_nothing_else_is_asked() {
        let cases = [
            ("correct horse battery", Ok(()), "words without a digit"),
            ("пароль не простой", Ok(()), "any script"),
            ("short pass", Err(Weak::TooShort), "ten characters"),
            ("éééééééééééé", Err(Weak::Pattern), "twelve characters, one of them"),
            ("Password1234", Err(Weak::Common), "the list is read whatever the case"),
            ("abcdefghijklmn", Err(Weak::Pattern), "the alphabet"),
            ("098765432109", Err(Weak::Pattern), "digits downwards"),
            ("abcabcabcabcabc", Err(Weak::Pattern), "three letters again and again"),
            ("ada.lovelace@company.example", Err(Weak::Email), "the address"),
            ("ada.lovelace1!", Err(Weak::Email), "its first part and a few characters"),
            ("ada.lovelace has a hound", Ok(()), "its first part and much more"),
            ("correct horse\u{7f}", Err(Weak::ControlCharacter), "a key that types nothing"),
            ("correct\thorse battery", Err(Weak::ControlCharacter), "a tab"),
            ("", Err(Weak::TooShort), "nothing"),
            (
                "e\u{301}o\u{301}a\u{301}u\u{301}i\u{301}n\u{303}",
                Err(Weak::TooShort),
                "six characters when composed",
            ),
        ];
        for (password, expected, why) in cases {
            assert_eq!(judged(password), expected, "{why}");
        }
        assert_eq!(judged(&"long words ".repeat(12)), Err(Weak::TooLong));
    }

    #[test]
    fn every_common_password_is_one_that_would_pass_otherwise() {
        for common in COMMON.lines() {
            assert_eq!(common, common.to_lowercase(), "must be lower case: `{common}`");
            assert!(common.chars().count() >= SHORTEST && !is_pattern(common), "needs no entry: `{common}`");
        }
    }

    #[test]
    fn only_the_password_itself_is_behind_its_hash() {
        let password = typed("correct horse battery");
        let kept = password.hash(&TestRandom::new(1)).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(password.is_behind(Some(&kept)));
        assert!(!typed("correct horse batterY").is_behind(Some(&kept)));
        assert!(!password.is_behind(None));
        let nobodys = typed("nobody has this password");
        assert!(nobodys.is_behind(Some(NOBODYS)), "so comparing with it is the same work");
        assert!(!nobodys.is_behind(None));
        assert!(!password.is_behind(Some("no hash at all")));
    }

    #[test]
    fn a_password_is_the_same_from_every_keyboard() {
        let password = typed("gr\u{fc}ne  pferde \u{212b}sen");
        let kept = password.hash(&TestRandom::new(1)).unwrap();
        let same = [
            ("gru\u{308}ne  pferde \u{212b}sen", "accents of their own, as macOS writes file names"),
            ("gr\u{fc}ne\u{a0} pferde\u{3000}\u{c5}sen", "other spaces, and the letter instead of the unit"),
            ("gr\u{fc}ne  \u{ff50}ferde \u{212b}sen", "a full-width letter, as input methods write it"),
        ];
        for (again, why) in same {
            assert!(typed(again).is_behind(Some(&kept)), "{why}");
        }
        let others = [
            ("gr\u{fc}ne pferde \u{212b}sen", "spaces are not collapsed"),
            ("Gr\u{fc}ne  pferde \u{212b}sen", "case counts"),
            (" gr\u{fc}ne  pferde \u{212b}sen", "nothing is trimmed"),
        ];
        for (other, why) in others {
            assert!(!typed(other).is_behind(Some(&kept)), "{why}");
        }
        let longest = "a\u{308}".repeat(LONGEST);
        let kept = typed(&longest).hash(&TestRandom::new(1)).unwrap();
        assert!(typed(&longest).is_behind(Some(&kept)), "the length counts after the preparation");
    }

    #[test]
    fn what_an_earlier_version_stored_of_a_password_still_counts() {
        let password = typed("gr\u{fc}ne \u{ff50}ferde im tal");
        let composed = Password(Forms { text: password.0.composed.clone().unwrap(), composed: None });
        let kept = composed.hash(&TestRandom::new(1)).unwrap();
        assert!(password.is_behind(Some(&kept)) && !typed("gr\u{fc}ne pferde im tal").is_behind(Some(&kept)));
    }

    #[test]
    fn a_password_is_shown_nowhere() {
        assert!(!format!("{:?}", typed("correct horse battery")).contains("horse"));
    }
}
