//! What is asked for, in a message to those who may decide.

use countersign_model::{Device, File, Reported, Signer, Subject};

use super::whole;
use crate::message::defanged;

/// How many signers a message names.
const SIGNERS: usize = 3;
/// The longest name of a signer in a text message, in characters.
const SHORT: usize = 40;

type Facts = Vec<(&'static str, String)>;

/// The facts about a subject, the most important first.
pub fn facts(subject: &Subject) -> Facts {
    match subject {
        Subject::Application(file) | Subject::Elevation(file) => of_file(file),
        Subject::Storage(device) => of_device(device),
    }
}

fn of_file(file: &File) -> Facts {
    let path = file.path.as_ref().map_or_else(|| "not known".to_owned(), whole);
    let mut facts = vec![("Path", path), ("SHA-256", file.sha256.to_string())];
    if let Some(elevation) = &file.elevation {
        facts.extend(elevation.account.as_ref().map(|account| ("Run as", whole(account))));
        facts.extend(elevation.seconds.map(|seconds| ("For", duration(seconds))));
    }
    if file.signers.is_empty() {
        facts.push(("Certificate", certificate(file.certificate.as_ref())));
    }
    facts.extend(file.signers.iter().take(SIGNERS).map(|signer| ("Signed by", signer_line(signer))));
    let more = file.signers.len().saturating_sub(SIGNERS);
    facts.extend((more > 0).then(|| ("Also signed by", format!("{more} more"))));
    facts.extend(file.size.map(|size| ("Size", format!("{size} bytes"))));
    let texts = [
        ("Publisher, as the file says", &file.publisher),
        ("Product", &file.product),
        ("Version", &file.version),
        ("Command line", &file.command_line),
        ("Called by", &file.calling_process),
        ("Came from", &file.origin),
    ];
    facts.extend(known(texts));
    facts
}

fn of_device(device: &Device) -> Facts {
    let mut facts = vec![("Device", whole(&device.id)), ("Access", device.access.to_string())];
    let texts = [
        ("Device name", &device.name),
        ("Device class", &device.class),
        ("Vendor", &device.vendor),
        ("Product", &device.product),
        ("Path", &device.path),
        ("Used by", &device.calling_process),
    ];
    facts.extend(known(texts));
    let yes_or_no = |yes: bool| if yes { "yes" } else { "no" };
    facts.extend(device.encrypted.map(|encrypted| ("Encrypted", yes_or_no(encrypted).to_owned())));
    facts
}

fn known<'a, const N: usize>(
    texts: [(&'static str, &'a Option<Reported>); N],
) -> impl Iterator<Item = (&'static str, String)> + use<'a, N> {
    texts.into_iter().filter_map(|(label, text)| text.as_ref().map(|text| (label, whole(text))))
}

/// The signature in a text message; `None` if the file has none.
pub fn signed(file: &File) -> Option<String> {
    let name = |name: &Reported| defanged(name.as_str(), SHORT);
    match (file.signers.first(), &file.certificate) {
        (Some(signer), _) => {
            let by = signer.subject.as_ref().map_or_else(|| "an unknown signer".to_owned(), name);
            let verified = if signer.verified { "verified" } else { "NOT verified" };
            Some(format!(" Signed by {by}, {verified}."))
        }
        (None, Some(certificate)) => Some(format!(" Certificate {}.", name(certificate))),
        (None, None) => None,
    }
}

fn signer_line(signer: &Signer) -> String {
    let mut line = certificate(signer.subject.as_ref());
    if let Some(issuer) = &signer.issuer {
        line.push_str(&format!(", issued by {}", whole(issuer)));
    }
    line.push_str(if signer.verified { "; verified by the agent" } else { "; NOT verified by the agent" });
    line
}

fn certificate(subject: Option<&Reported>) -> String {
    match subject {
        None => "none".to_owned(),
        Some(subject) if subject.is_empty() => "with an empty subject".to_owned(),
        Some(subject) => whole(subject),
    }
}

/// A duration in the largest unit that is exact.
fn duration(seconds: u32) -> String {
    let units = [(86_400, "days"), (3600, "hours"), (60, "minutes")];
    let exact = units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length) && seconds > *length);
    match exact {
        Some((length, unit)) => format!("{} {unit}", seconds / length),
        None => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_duration_is_said_in_the_largest_unit_that_is_exact() {
        let cases = [(90, "90 seconds"), (120, "2 minutes"), (7200, "2 hours"), (172_800, "2 days")];
        for (seconds, said) in cases {
            assert_eq!(duration(seconds), said);
        }
    }
}
