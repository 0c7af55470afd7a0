//! Schemas of texts that are validated by hand, with the bounds and forms that [`crate::text`] checks.
//!
//! A field that holds such a text as a `String` names its form: `#[schema(value_type = openapi::Name)]`.

use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::computer::check_ins::AGENT_VERSION_MAX;
use crate::reported::Reported;
use crate::schema::CONTROL;
use crate::text;

/// The most characters of a text that has no limit but that of the body it comes in: 512 KiB.
const LONGEST: usize = 512 * 1024;

/// Control characters that a text of several lines must not contain.
const CONTROL_BUT_LINES: &str = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f";
/// What [`crate::unicode::is_invisible`] says, for a set in a pattern.
const INVISIBLE: &str = concat!(
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164",
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8",
    "\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}"
);

/// At least one character that is seen, and no control characters.
fn visible() -> String {
    format!("^[^{CONTROL}]*[^{CONTROL}\\s{INVISIBLE}][^{CONTROL}]*$")
}

/// One line that is not blank.
fn line() -> String {
    format!("^[^{CONTROL}]*[^{CONTROL}\\s][^{CONTROL}]*$")
}

/// No control characters; spaces count.
fn plain() -> String {
    format!("^[^{CONTROL}]*$")
}

/// Lines of text.
fn lines() -> String {
    format!("^[^{CONTROL_BUT_LINES}]*$")
}

/// Lines of text that are not blank.
fn written_lines() -> String {
    format!("^[^{CONTROL_BUT_LINES}]*[^{CONTROL_BUT_LINES}\\s][^{CONTROL_BUT_LINES}]*$")
}

/// The bytes of a file.
#[derive(Debug)]
pub struct Bytes;

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(binary))
            .description(Some("The bytes of a file."))
            .into()
    }
}

impl ToSchema for Bytes {}

macro_rules! forms {
    ($( $(#[doc = $text:literal])+ $name:ident = $range:expr, $pattern:expr, $example:literal; )+) => { $(
        $(#[doc = $text])+
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let range = $range;
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($($text),+).trim()))
                    .min_length((*range.start() > 0).then_some(*range.start()))
                    .max_length(Some(*range.end()))
                    .pattern($pattern)
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $name {}
    )+ };
}

forms! {
    /// A name as it is shown. White space at its ends is removed, and runs of it become one space.
    Name = 1..=text::NAME_MAX, Some(visible()), "Workstations";
    /// The name of a person. White space at its ends is removed, and runs of it become one space.
    NameOfPerson = 1..=text::NAME_MAX, Some(visible()), "Kim Winter";
    /// The name of an organization. White space at its ends is removed, and runs of it become one space.
    NameOfOrganization = 1..=text::NAME_MAX, Some(visible()), "Company A";
    /// The name of a role. White space at its ends is removed, and runs of it become one space.
    NameOfRole = 1..=text::NAME_MAX, Some(visible()), "Help desk";
    /// The name of a policy. White space at its ends is removed, and runs of it become one space.
    NameOfPolicy = 1..=text::NAME_MAX, Some(visible()), "Standard rules";
    /// The name of a rule. White space at its ends is removed, and runs of it become one space.
    NameOfRule = 1..=text::NAME_MAX, Some(visible()), "Signed tools";
    /// The name of a credential. White space at its ends is removed, and runs of it become one space.
    NameOfKey = 1..=text::NAME_MAX, Some(visible()), "Weekly report";
    /// The name of a computer for people. White space at its ends is removed, and runs of it become one space.
    NameOfComputer = 1..=text::NAME_MAX, Some(visible()), "Reception";
    /// The name of a user account on a computer.
    UserName = 1..=text::USERNAME_MAX, Some(line()), "ann";
    /// The name of a user account as a computer reports it: any text in which something can be seen.
    ReportedUserName = 1..=LONGEST, None::<String>, "ann";
    /// The path of a file, as the computer writes it: any text. Of a longer one the middle is left out when it is kept.
    FilePath = 0..=LONGEST, None::<String>, r"C:\Users\ann\Downloads\setup.exe";
    /// The name of a computer as it reports it: any text that is more than white space and dots.
    ReportedHostName = 1..=LONGEST, Some(r"[^\s.]"), "pc-7";
    /// The version of an agent.
    AgentVersion = 1..=AGENT_VERSION_MAX, Some("^[A-Za-z0-9.+_~-]+$"), "1.4.0";
    /// An operating system and its version as a computer reports them: any text.
    OperatingSystem = 0..=LONGEST, None::<String>, "Windows 11 24H2";
    /// A property of a certificate or a device: any text. Of a longer one the middle is left out when it is kept.
    Property = 0..=LONGEST, None::<String>, "CN=Example Software";
    /// The identifier of a device: any text that is not blank.
    DeviceId = 1..=Reported::DEVICE_ID_MAX, None::<String>, "4C530001230715109395";
    /// A requester's reason: any text of several lines, of which the first 2000 characters are kept.
    RequestReason = 0..=LONGEST, None::<String>, "I need it for the quarterly report";
    /// An email address. A malformed one is dropped.
    RequesterEmail = 0..=LONGEST, None::<String>, "ann@company.example";
    /// The id of a policy. One that is not known is only noted.
    PolicyNamed = 0..=LONGEST, None::<String>, "pol_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    /// A message to a requester: text of several lines.
    Message = 0..=text::MESSAGE_MAX, Some(lines()), "You may use it until Friday.";
    /// A note for administrators: text of several lines.
    Note = 0..=text::NOTE_MAX, Some(lines()), "Checked with the vendor.";
    /// A note at a request: text of several lines.
    NoteText = 1..=text::NOTE_MAX, Some(written_lines()), "Asked the vendor.";
    /// A description of a role: text of several lines.
    Description = 0..=text::DESCRIPTION_MAX, Some(lines()), "Answers requests from the sales offices";
    /// The name of a tag. White space at its ends is removed, and runs of it become one space.
    TagName = 1..=crate::policy::Tag::NAME_MAX, Some(visible()), "Update servers";
    /// A colour: `#` and six hexadecimal digits.
    Colour = 7..=7, Some("^#[0-9A-Fa-f]{6}$"), "#0a7b3c";
    /// The version of an agent, or the name of a channel of updates.
    AgentLabel = 1..=crate::organization::AgentSettings::TEXT_MAX, Some("^[A-Za-z0-9._+-]+$"), "2.4.1";
    /// A value by which a policy recognizes something.
    PolicyValue = 1..=crate::policy::Match::VALUE_MAX, Some(line()), r"C:\Program Files\Example\**";
    /// The six digits that an authenticator shows. White space and hyphens in them do not count.
    OneTimeCode = 6..=6, Some("^[0-9]{6}$"), "123456";
    /// A password that somebody chooses. All kinds of spaces are one, and Unicode normalization does not matter (RFC
    /// 8265, OpaqueString).
    ChosenPassword = 12..=128, Some(plain()), "seven quiet boats at noon";
    /// A program that wants to be signed in, as it calls itself. Characters that hide or reorder others become escapes.
    ProgramName = 1..=crate::device_login::DeviceLogin::DESCRIPTION_MAX, Some(line()), "countersign on pc-7";
    /// The secret of a program that waits to be signed in.
    DeviceCode = 0..=4096, None::<String>, "csd_01ARZ3NDEKTSV4RRFFQ69G5FAV_…";
    /// A token from a link.
    LinkToken = 0..=4096, None::<String>, "csi_01ARZ3NDEKTSV4RRFFQ69G5FAV_…";
    /// A key with which computers enroll.
    EnrollmentKeyText = 0..=4096, None::<String>, "cse_01ARZ3NDEKTSV4RRFFQ69G5FAV_…";
    /// The secret that the variable `setup_token` of the deployment has.
    SetUpToken = 0..=4096, None::<String>, "as-in-the-variable-setup_token";
    /// The cursor of the next page, as the last page returned it.
    Cursor = 1..=512, None::<String>, "AbCd";
    /// A text that is looked up.
    Wanted = 0..=254, None::<String>, "ann";
}
