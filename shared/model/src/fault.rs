//! What is wrong with a value that came from outside: a kind for programs, its limits, and a sentence for people.

use std::fmt;

use crate::named::named;

named! {
    /// What is wrong with a value of the input. It is stable, so that programs can say it in their readers' language.
    pub enum FaultKind("kind of fault") {
        /// It must be given.
        Required = "required",
        /// Nothing is in it.
        Empty = "empty",
        /// Fewer than `least` characters.
        TooShort = "too-short",
        /// More than `most` characters.
        TooLong = "too-long",
        /// Not `least` to `most` characters.
        WrongLength = "wrong-length",
        /// More than `most` items.
        TooMany = "too-many",
        /// Not `least` to `most` items.
        WrongCount = "wrong-count",
        /// More than `most` bytes.
        TooLarge = "too-large",
        /// A number that is not `least` to `most`.
        OutOfRange = "out-of-range",
        /// A time that has passed.
        NotInFuture = "not-in-future",
        /// A time that has passed, or is more than `most` days away.
        NotSoon = "not-soon",
        /// It does not come after the value that it belongs to.
        WrongOrder = "wrong-order",
        /// It contains control characters.
        ControlCharacters = "control-characters",
        NotAnEmailAddress = "not-an-email-address",
        NotAPhoneNumber = "not-a-phone-number",
        NotATimeZone = "not-a-time-zone",
        NotASha256 = "not-a-sha256",
        NotAThumbprint = "not-a-thumbprint",
        /// Neither an IP address nor a CIDR block.
        NotANetwork = "not-a-network",
        NotADomain = "not-a-domain",
        /// Not an address of the kind that is needed there.
        NotAUrl = "not-a-url",
        NotAColour = "not-a-colour",
        /// Neither a PNG nor a JPEG image.
        NotAnImage = "not-an-image",
        NotATime = "not-a-time",
        NotATimeOfDay = "not-a-time-of-day",
        /// Not a regular expression that can be used.
        NotAPattern = "not-a-pattern",
        /// Not the six digits of a one-time code.
        NotACode = "not-a-code",
        /// Not the one-time code that counts now.
        WrongCode = "wrong-code",
        /// What it names does not exist, or cannot be named there.
        NotFound = "not-found",
        /// Not one of the known values.
        UnknownValue = "unknown-value",
        /// A member that is not known there.
        UnknownMember = "unknown-member",
        /// A value of another type.
        WrongType = "wrong-type",
        /// It must be left out, because of another value.
        NotUsable = "not-usable",
        /// It would cover everything.
        TooGeneral = "too-general",
        /// Another one has the same value.
        Repeated = "repeated",
        /// A password that many people use.
        CommonPassword = "common-password",
        /// A password that follows a pattern.
        SimplePassword = "simple-password",
        /// A password made from the email address.
        PasswordLikeEmail = "password-like-email",
        /// Whatever has no kind of its own; the message says what.
        Other = "other",
    }
}

/// What is wrong with a value. As a text it is a sentence without subject and full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind.
    pub kind: FaultKind,
    /// The least that is allowed.
    pub least: Option<u64>,
    /// The most that is allowed.
    pub most: Option<u64>,
    said: Option<String>,
}

impl FaultKind {
    /// What it says unless something more precise is said, with `{least}` and `{most}` for the limits.
    const fn sentence(self) -> &'static str {
        match self {
            Self::Required => "is required",
            Self::Empty => "must not be empty",
            Self::TooShort => "must be at least {least} characters",
            Self::TooLong => "must not be longer than {most} characters",
            Self::WrongLength => "must be {least} to {most} characters",
            Self::TooMany => "must be at most {most} items",
            Self::WrongCount => "must be {least} to {most} items",
            Self::TooLarge => "must be at most {most} bytes as JSON",
            Self::OutOfRange => "must be {least} to {most}",
            Self::NotInFuture => "must be in the future",
            Self::NotSoon => "must be in the future, at most {most} days from now",
            Self::WrongOrder => "must be later",
            Self::ControlCharacters => "must not contain control characters",
            Self::NotAnEmailAddress => "must be an email address such as `name@company.example`",
            Self::NotAPhoneNumber => "must be a phone number in E.164 form such as `+15550100`",
            Self::NotATimeZone => "must be the name of a time zone such as `Europe/Berlin`",
            Self::NotASha256 => "must be a SHA-256 as 64 hexadecimal digits",
            Self::NotAThumbprint => {
                "must be the SHA-1 or SHA-256 of a certificate, as 40 or 64 hexadecimal digits"
            }
            Self::NotANetwork => "must be an IP address or a CIDR block, such as `192.0.2.0/24`",
            Self::NotADomain => "must be a domain name such as `updates.example` or `*.updates.example`",
            Self::NotAUrl => "must be an address",
            Self::NotAColour => "must be `#` and six hexadecimal digits",
            Self::NotAnImage => "must be a PNG or JPEG image",
            Self::NotATime => "must be a moment such as `2026-01-31T12:00:00Z`",
            Self::NotATimeOfDay => "must be a time of day from `00:00` to `23:59`",
            Self::NotAPattern => {
                "is no regular expression that can be used here (there are no look-around, back-references and Unicode \
                 classes), or is too large"
            }
            Self::NotACode => "must be six digits",
            Self::WrongCode => "is not the current code of this authenticator",
            Self::NotFound => "there is no such record",
            Self::UnknownValue => "must be another value",
            Self::UnknownMember => "is not known here",
            Self::WrongType => "must be a value of another type",
            Self::NotUsable => "must be left out here",
            Self::TooGeneral => "must say more",
            Self::Repeated => "must be given once",
            Self::CommonPassword => "is a common password that is easy to guess",
            Self::SimplePassword => "is a simple pattern; use several words, for example",
            Self::PasswordLikeEmail => "must not be derived from the email address",
            Self::Other => "is not accepted",
        }
    }

    /// With a more precise sentence than the usual one.
    #[must_use]
    pub fn saying(self, message: impl Into<String>) -> Fault {
        Fault { said: Some(message.into()), ..self.into() }
    }

    /// Below this least.
    #[must_use]
    pub fn below(self, least: impl TryInto<u64>) -> Fault {
        Fault { least: least.try_into().ok(), ..self.into() }
    }

    /// Above this most.
    #[must_use]
    pub fn above(self, most: impl TryInto<u64>) -> Fault {
        Fault { most: most.try_into().ok(), ..self.into() }
    }

    /// Outside of these bounds.
    #[must_use]
    pub fn outside(self, least: impl TryInto<u64>, most: impl TryInto<u64>) -> Fault {
        Fault { least: least.try_into().ok(), most: most.try_into().ok(), ..self.into() }
    }
}

impl Fault {
    /// With a more precise sentence than the usual one of its kind.
    #[must_use]
    pub fn saying(self, message: impl Into<String>) -> Self {
        Self { said: Some(message.into()), ..self }
    }

    /// The fault with this sentence. Parsers hand on what is wrong as a text only; the fixed sentences tell their kind.
    #[must_use]
    pub fn said(message: &str) -> Self {
        let kind = FaultKind::ALL.iter().find(|kind| kind.sentence() == message);
        kind.map_or_else(|| FaultKind::Other.saying(message), |kind| (*kind).into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(said) = &self.said {
            return f.write_str(said);
        }
        let mut parts = self.kind.sentence().split(['{', '}']);
        f.write_str(parts.next().unwrap_or_default())?;
        // Every second part is the name of a limit.
        while let (Some(limit), Some(words)) = (parts.next(), parts.next()) {
            let limit = if limit == "least" { self.least } else { self.most };
            write!(f, "{}{words}", limit.unwrap_or_default())?;
        }
        Ok(())
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind, least: None, most: None, said: None }
    }
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        FaultKind::Other.saying(message)
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        FaultKind::Other.saying(message)
    }
}
