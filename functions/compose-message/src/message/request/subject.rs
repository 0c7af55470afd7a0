//! What is asked for, in a message to those who may decide.

use countersign_model::{Device, File, Reported, Signer, Subject};

use super::{Facts, whole};
use crate::message::language::{Label, Phrase, Reader, Unit};
use crate::message::words::{Words, words};

/// How many signers a message names.
const SIGNERS: usize = 3;
/// The longest name of a signer in a text message, in characters.
const SHORT: usize = 40;

/// The facts about a subject, the most important first.
pub fn facts(reader: &Reader, subject: &Subject) -> Facts {
    match subject {
        Subject::Application(file) | Subject::Elevation(file) => of_file(reader, file),
        Subject::Storage(device) => of_device(reader, device),
    }
}

fn of_file(reader: &Reader, file: &File) -> Facts {
    let says = reader.texts();
    let path = file.path.as_ref().map_or_else(|| says.phrase(Phrase::NotKnown).into(), whole);
    let mut facts =
        vec![(says.label(Label::Path), path), (says.label(Label::Sha256), Words::plain(&file.sha256))];
    if let Some(elevation) = &file.elevation {
        facts.extend(elevation.account.as_ref().map(|account| (says.label(Label::RunAs), whole(account))));
        facts.extend(elevation.seconds.map(|seconds| (says.label(Label::For), duration(reader, seconds))));
    }
    if file.signers.is_empty() {
        facts.push((says.label(Label::Certificate), certificate(reader, file.certificate.as_ref())));
    }
    let signers = file.signers.iter().take(SIGNERS);
    facts.extend(signers.map(|signer| (says.label(Label::SignedBy), signer_line(reader, signer))));
    let more = file.signers.len().saturating_sub(SIGNERS);
    facts.extend((more > 0).then(|| (says.label(Label::AlsoSignedBy), says.more(more))));
    facts.extend(file.size.map(|size| (says.label(Label::Size), rounded(reader, size))));
    let texts = [
        (Label::Publisher, &file.publisher),
        (Label::Product, &file.product),
        (Label::Version, &file.version),
        (Label::CommandLine, &file.command_line),
        (Label::CalledBy, &file.calling_process),
        (Label::CameFrom, &file.origin),
    ];
    facts.extend(known(reader, texts));
    facts
}

fn of_device(reader: &Reader, device: &Device) -> Facts {
    let says = reader.texts();
    let mut facts = vec![
        (says.label(Label::Device), whole(&device.id)),
        (says.label(Label::Access), says.access(device.access).into()),
    ];
    let texts = [
        (Label::DeviceName, &device.name),
        (Label::DeviceClass, &device.class),
        (Label::Vendor, &device.vendor),
        (Label::Product, &device.product),
        (Label::Path, &device.path),
        (Label::UsedBy, &device.calling_process),
    ];
    facts.extend(known(reader, texts));
    let yes_or_no = |yes: bool| says.phrase(if yes { Phrase::Yes } else { Phrase::No }).into();
    facts.extend(device.encrypted.map(|encrypted| (says.label(Label::Encrypted), yes_or_no(encrypted))));
    facts
}

fn known<const N: usize>(reader: &Reader, texts: [(Label, &Option<Reported>); N]) -> Facts {
    let fact = |(label, text): (Label, &Option<Reported>)| {
        text.as_ref().map(|text| (reader.texts().label(label), whole(text)))
    };
    texts.into_iter().filter_map(fact).collect()
}

/// The signature in a text message; `None` if the file has none.
pub fn signed(reader: &Reader, file: &File) -> Option<Words> {
    let says = reader.texts();
    let name = |name: &Reported| Words::theirs(&name.shown(), SHORT);
    match (file.signers.first(), &file.certificate) {
        (Some(signer), _) => {
            let unknown = || says.phrase(Phrase::UnknownSigner).into();
            let by = signer.subject.as_ref().map_or_else(unknown, name);
            Some(says.signed_shortly(by, signer.verified))
        }
        (None, Some(certificate)) => Some(says.certificate_shortly(name(certificate))),
        (None, None) => None,
    }
}

fn signer_line(reader: &Reader, signer: &Signer) -> Words {
    let says = reader.texts();
    let mut line = certificate(reader, signer.subject.as_ref());
    if let Some(issuer) = &signer.issuer {
        line = says.issued_by(line, whole(issuer));
    }
    let verified = says.phrase(if signer.verified { Phrase::Verified } else { Phrase::NotVerified });
    words![line, "; ", verified]
}

fn certificate(reader: &Reader, subject: Option<&Reported>) -> Words {
    let says = reader.texts();
    match subject {
        None => says.phrase(Phrase::NoCertificate).into(),
        Some(subject) if subject.is_empty() => says.phrase(Phrase::EmptyCertificate).into(),
        Some(subject) => whole(subject),
    }
}

/// A duration in the largest unit that is exact.
fn duration(reader: &Reader, seconds: u32) -> Words {
    let units = [(86_400, Unit::Days), (3600, Unit::Hours), (60, Unit::Minutes)];
    let exact = units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length) && seconds > *length);
    let (length, unit) = exact.unwrap_or((1, Unit::Seconds));
    reader.texts().duration(seconds / length, unit)
}

/// A size in the largest unit of which there are ten: nobody reads `155189248 bytes`.
fn rounded(reader: &Reader, bytes: u64) -> Words {
    let mut shown = reader.texts().bytes(bytes);
    let mut left = bytes;
    for unit in [" KiB", " MiB", " GiB", " TiB"] {
        if left < 10 * 1024 {
            break;
        }
        left = left.saturating_add(512) / 1024;
        shown = Words::plain(&left).and(unit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_in_the_largest_unit_of_which_there_are_ten() {
        for (bytes, said) in [
            (0, "0 bytes"),
            (4711, "4711 bytes"),
            (48_536, "47 KiB"),
            (4_800_000, "4688 KiB"),
            (155_189_248, "148 MiB"),
            (u64::MAX, "16777216 TiB"),
        ] {
            assert_eq!(rounded(&Reader::default(), bytes).text(), said);
        }
    }

    #[test]
    fn a_duration_is_said_in_the_largest_unit_that_is_exact() {
        let cases = [(90, "90 seconds"), (120, "2 minutes"), (7200, "2 hours"), (172_800, "2 days")];
        for (seconds, said) in cases {
            assert_eq!(duration(&Reader::default(), seconds).text(), said);
        }
    }
}
