//! One-time codes (TOTP, RFC 6238), and recovery codes for people who lost their authenticator.
use std::fmt;

use countersign_authority::secrets::SecretKeys;
use countersign_kv::Random;
use countersign_model::{AdministratorId, Fault, FaultKind, unicode};
use countersign_store::keys;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// RFC 4226 requires 128 bits and recommends 160.
const SEED_BYTES: usize = 20;
const STEP_SECONDS: u64 = 30;
const DIGITS: u8 = 6;
/// Steps before and after the current one that are accepted, because clocks may differ.
const SKEW: u16 = 1;
const PURPOSE: &str = "totp";

/// The most characters of an organization's name that an authenticator shows: the QR code has limited space.
const ISSUER_MAX: usize = 40;

const RECOVERY_CODES: usize = 10;
/// Without letters and digits that look alike.
const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 80 bits: too many to guess, even with a copy of the store.
const RECOVERY_BYTES: usize = 16;
const GROUP: usize = 4;
/// The least width and height of the picture in pixels.
const PIXELS: u32 = 240;

/// The most bytes of a text that is read as a code.
const TOTP_TEXT_MAX: usize = 64;
/// The most characters of a text that is read as a recovery code.
const RECOVERY_TEXT_MAX: usize = 64;

/// Six digits. Spaces, hyphens and invisible characters among them do not count, and digits may be full-width: people
/// type and paste codes as they are shown. They are never shown, not even by `Debug`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct TotpCode(String);

impl fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpCode(…)")
    }
}

impl TotpCode {
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TotpCode {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // Longer texts are no codes, and need no normalization.
        let short = if text.len() <= TOTP_TEXT_MAX { text.as_str() } else { "" };
        let between = |c: char| {
            c.is_whitespace() || "-\u{2010}\u{2011}\u{2013}".contains(c) || unicode::is_invisible(c)
        };
        let code: String = unicode::nfkc(short).chars().filter(|c| !between(*c)).collect();
        let is_code = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(Self(code)) } else { Err(Fault::from(FaultKind::NotACode)) }
    }
}

/// The secret shared with an authenticator.
pub struct Seed([u8; SEED_BYTES]);

impl Seed {
    pub fn new(random: &dyn Random) -> Self {
        let mut seed = [0; SEED_BYTES];
        random.bytes(&mut seed);
        Self(seed)
    }

    /// Encrypted for its administrator. `None` without a `secret_key`.
    pub fn seal(&self, keys: &SecretKeys, owner: &AdministratorId, random: &dyn Random) -> Option<String> {
        keys.seal(PURPOSE, owner.as_str(), &self.0, random)
    }

    pub fn open(keys: &SecretKeys, owner: &AdministratorId, sealed: &str) -> Option<Self> {
        let bytes = keys.open(PURPOSE, owner.as_str(), sealed)?;
        bytes.try_into().ok().map(Self)
    }

    /// The form for typing into an authenticator.
    pub fn text(&self) -> String {
        Secret::from(self.0).to_base32()
    }

    /// The address that an authenticator reads.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let issuer: String = issuer.chars().take(ISSUER_MAX).collect();
        let (issuer, account, secret) = (encoded(&issuer), encoded(account), self.text());
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
        )
    }

    /// The step that a code belongs to; `None` if it is not valid at this time.
    pub fn step_of(&self, code: &TotpCode, now: Timestamp) -> Option<u64> {
        self.totp().check(code.digits(), u64::try_from(now.as_second()).ok()?)
    }

    fn totp(&self) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(SKEW)
            .with_step_duration(STEP_SECONDS)
            .with_secret(self.0)
            .build_noncompliant()
    }

    #[cfg(test)]
    pub fn from_text(text: &str) -> Self {
        Self(Secret::try_from_base32(text).unwrap().to_vec().try_into().unwrap())
    }

    /// The code that an authenticator shows.
    #[cfg(test)]
    pub fn code(&self, now: Timestamp) -> String {
        self.totp().generate(u64::try_from(now.as_second()).unwrap()).to_string()
    }
}

/// A QR code of a text, as SVG. `None` if the text is too long for one.
pub fn picture(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(PIXELS, PIXELS).build())
}

/// A recovery code as it was typed: groups of letters and digits. Case and separators are ignored.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, max_length = 64, example = "7H2K-M9QW-X4RT-0ZBC")]
pub struct RecoveryCode(String);

impl TryFrom<String> for RecoveryCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.chars().count() {
            0..=RECOVERY_TEXT_MAX => Ok(Self(text)),
            _ => Err(format!("must not be longer than {RECOVERY_TEXT_MAX} characters")),
        }
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    /// A new set of codes for an administrator: shown once, stored as digests.
    pub fn new_set(random: &dyn Random) -> Vec<Self> {
        (0..RECOVERY_CODES).map(|_| Self::new(random)).collect()
    }

    fn new(random: &dyn Random) -> Self {
        let mut bytes = [0; RECOVERY_BYTES];
        random.bytes(&mut bytes);
        let letter =
            |byte: &u8| ALPHABET.get(usize::from(byte % 32)).map_or('0', |letter| char::from(*letter));
        let groups: Vec<String> =
            bytes.chunks(GROUP).map(|group| group.iter().map(letter).collect()).collect();
        Self(groups.join("-"))
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// Its stored form.
    pub fn digest(&self, owner: &AdministratorId) -> String {
        let bare: String = unicode::nfkc(&self.0).chars().filter(char::is_ascii_alphanumeric).collect();
        keys::digest(&["recovery code", owner.as_str(), &bare.to_ascii_uppercase()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_kv::memory::TestRandom;

    /// RFC 6238, appendix B, the SHA-1 rows cut to six digits.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let seed = Seed(*b"12345678901234567890");
        let cases = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (second, code) in cases {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(seed.code(now), code);
            let code = TotpCode::try_from(code.to_owned()).unwrap();
            let step = u64::try_from(second).unwrap() / 30;
            assert_eq!(seed.step_of(&code, now), Some(step));
            for (offset, expected) in [(29, Some(step)), (-30, Some(step)), (91, None), (-61, None)] {
                let then = Timestamp::from_second(second + offset).unwrap();
                assert_eq!(seed.step_of(&code, then), expected, "{second} {offset:+}");
            }
        }
    }

    fn full_width(c: char) -> char {
        char::from_u32(u32::from(c) + 0xfee0).unwrap()
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let wide: String = "123456".chars().map(full_width).collect();
        let codes = [
            "123456",
            "123 456",
            " 12 34 56 ",
            "123456\n",
            "123456\r\n",
            "123\u{a0}456",
            "123\u{202f}456",
            "123-456",
            "123\u{2011}456",
            "\u{feff}123456",
            "123\u{200b}456",
            "\u{202a}123456\u{202c}",
            "\t123456",
            &wide,
        ];
        for code in codes {
            assert_eq!(TotpCode::try_from(code.to_owned()).unwrap().digits(), "123456", "{code:?}");
        }
        let padded = format!("123456{}", " ".repeat(100));
        for other in ["", " ", "12345", "1234567", "12345a", "+12345", "12.456", "123,456", "١٢٣٤٥٦", &padded]
        {
            assert_eq!(
                TotpCode::try_from(other.to_owned()).err(),
                Some(FaultKind::NotACode.into()),
                "{other:?}"
            );
        }
    }

    #[test]
    fn a_seed_opens_for_its_administrator_only_and_its_address_holds_it() {
        let seed = Seed(*b"12345678901234567890");
        assert_eq!(
            seed.uri("Company A & B", "ada@company.example"),
            "otpauth://totp/Company%20A%20%26%20B:ada%40company%2Eexample?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Company%20A%20%26%20B&algorithm=SHA1&digits=6&period=30"
        );
        let longest = format!("{}@{}.example", "a".repeat(64), "b".repeat(180));
        assert!(picture(&seed.uri(&"\u{1f3e2}".repeat(200), &longest)).unwrap().contains("<svg"));
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let owner = AdministratorId::from_ulid(ulid::Ulid::nil());
        let code = RecoveryCode::new(&TestRandom::new(1));
        assert_eq!(code.text().len(), 19);
        let typed = RecoveryCode(code.text().to_lowercase().replace('-', " "));
        assert_eq!(typed.digest(&owner), code.digest(&owner));
        let wide: String =
            code.text().chars().map(|c| if c == '-' { '\u{a0}' } else { full_width(c) }).collect();
        assert_eq!(RecoveryCode(wide + "\n").digest(&owner), code.digest(&owner));
        assert_ne!(RecoveryCode("0000".to_owned()).digest(&owner), code.digest(&owner));
    }
}
