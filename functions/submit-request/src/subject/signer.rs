//! Who signed a file, as it is sent. Nothing about a signer stops a request; what is malformed is dropped.

use countersign_http::{Loose, Moment};
use countersign_model::{File, Reported, Signer, Thumbprint, openapi};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::warnings::Warnings;

/// Where the signers of a submission are.
const AT: &str = "/subject/signers";

/// Who signed a file. What is malformed in it is left out, with a warning.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FileSigner)]
pub struct SignerBody {
    /// The subject of the signing certificate, as RFC 4514 writes it, which may be empty; 2 KiB of it are kept. Always written
    /// in the same way: it is compared as a whole.
    #[schema(value_type = Option<openapi::Property>)]
    subject: Option<Loose>,
    /// The subject of the certificate that issued the signing certificate, in the same form; 2 KiB of it are kept.
    #[schema(value_type = Option<openapi::Property>)]
    issuer: Option<Loose>,
    /// The SHA-1 or SHA-256 of the signing certificate.
    #[schema(value_type = Option<Thumbprint>)]
    thumbprint: Option<Loose>,
    /// The SHA-1 or SHA-256 of the certificate that issued it. With it, a publisher is told from one of the same name from
    /// another authority of the same name.
    #[schema(value_type = Option<Thumbprint>)]
    issuer_thumbprint: Option<Loose>,
    /// From when on the signing certificate is valid.
    #[schema(value_type = Option<Moment>)]
    valid_from: Option<Loose>,
    /// Until when the signing certificate is valid.
    #[schema(value_type = Option<Moment>)]
    valid_until: Option<Loose>,
    /// Whether the agent verified the signature, of these very bytes, up to a certificate that the computer trusts for
    /// signing code; default: false.
    #[schema(value_type = Option<bool>)]
    verified: Option<Loose>,
    /// The team that Apple gave the certificate to; omitted on other platforms.
    #[schema(value_type = Option<openapi::Property>)]
    team_id: Option<Loose>,
    /// The identifier that the signer gave the program, where the platform has one.
    #[schema(value_type = Option<openapi::Property>)]
    signing_id: Option<Loose>,
}

/// The signers of a file, as many of them as are kept.
pub fn signers(sent: &Option<Loose>, warnings: &mut Warnings) -> Vec<Signer> {
    let Some(sent) = sent else { return Vec::new() };
    let Some(all) = sent.read::<Vec<Loose>>() else {
        warnings.left_out(AT, "must be an array of objects");
        return Vec::new();
    };
    if all.len() > File::SIGNERS_MAX {
        warnings.add(AT, format!("has more than {} items; the others were left out", File::SIGNERS_MAX));
    }
    let kept = all.iter().take(File::SIGNERS_MAX).enumerate();
    kept.filter_map(|(number, sent)| signer(&format!("{AT}/{number}"), sent, warnings)).collect()
}

fn signer(at: &str, sent: &Loose, warnings: &mut Warnings) -> Option<Signer> {
    let Ok((body, unknown)) = sent.read_at::<SignerBody>(at) else {
        warnings.left_out(at, "must be an object");
        return None;
    };
    warnings.unknown(&unknown);
    let place = |member: &str| format!("{at}/{member}");
    Some(Signer {
        subject: warnings.reported(&place("subject"), &body.subject, Reported::SIGNER_MAX),
        issuer: warnings.reported(&place("issuer"), &body.issuer, Reported::SIGNER_MAX),
        thumbprint: warnings.parsed(&place("thumbprint"), &body.thumbprint),
        issuer_thumbprint: warnings.parsed(&place("issuer_thumbprint"), &body.issuer_thumbprint),
        valid_from: warnings.moment(&place("valid_from"), &body.valid_from),
        valid_until: warnings.moment(&place("valid_until"), &body.valid_until),
        verified: warnings.yes(&place("verified"), &body.verified).unwrap_or(false),
        team_id: warnings.said(&place("team_id"), &body.team_id, Reported::WORD_MAX),
        signing_id: warnings.said(&place("signing_id"), &body.signing_id, Reported::WORD_MAX),
    })
}
