//! A file as it is sent.

use countersign_http::{Problem, field};
use countersign_model::{Elevation, File, Reported, RequestKind, Signer};

use super::process::process;
use super::signer::signers;
use super::{SubjectBody, required};
use crate::warnings::Warnings;

/// The largest size of a file, in bytes: a number that every JSON reader keeps exactly (RFC 8259, section 6).
const SIZE_MAX: u64 = (1 << 53) - 1;

impl SubjectBody {
    /// The file that a request of this kind is about.
    pub(super) fn file(&self, kind: RequestKind, warnings: &mut Warnings) -> Result<File, Problem> {
        let sha256 = required("/subject/sha256", &self.sha256)?.read::<String>().unwrap_or_default();
        let sha256 = field("/subject/sha256", sha256.parse())?;
        let about = "is only for storage requests";
        warnings.out_of_place("/subject/device", &self.device, about);
        warnings.out_of_place("/subject/access", &self.access, about);
        let path = warnings.said("/subject/path", &self.path, Reported::PATH_MAX);
        let signers = signers(&self.signers, warnings);
        let (calling_process, calling_process_sha256) =
            process("/subject/calling_process", &self.calling_process, warnings);
        let property = Reported::PROPERTY_MAX;
        Ok(File {
            path,
            authenticode_sha256: warnings.parsed("/subject/authenticode_sha256", &self.authenticode_sha256),
            certificate: self.certificate(&signers, warnings),
            size: self.size(warnings),
            signers,
            calling_process,
            calling_process_sha256,
            publisher: warnings.said("/subject/publisher", &self.publisher, property),
            product: warnings.said("/subject/product", &self.product, property),
            version: warnings.said("/subject/version", &self.version, Reported::WORD_MAX),
            command_line: warnings.said(
                "/subject/command_line",
                &self.command_line,
                Reported::COMMAND_LINE_MAX,
            ),
            origin: warnings.said("/subject/origin", &self.origin, Reported::ORIGIN_MAX),
            elevation: self.elevation(kind, warnings),
            ..File::new(sha256)
        })
    }

    /// The subject of the certificate, from an agent that does not know of signers. One that sends both for servers of
    /// earlier versions says the same twice.
    fn certificate(&self, signers: &[Signer], warnings: &mut Warnings) -> Option<Reported> {
        const AT: &str = "/subject/certificate";
        let certificate = warnings.reported(AT, &self.certificate, Reported::CERTIFICATE_MAX)?;
        if signers.is_empty() {
            return Some(certificate);
        }
        if !signers.iter().any(|signer| signer.subject.as_ref() == Some(&certificate)) {
            warnings.left_out(AT, "must be the subject of one of the signers");
        }
        None
    }

    fn size(&self, warnings: &mut Warnings) -> Option<u64> {
        let size = self.size.as_ref()?.read::<u64>().filter(|size| *size <= SIZE_MAX);
        if size.is_none() {
            warnings
                .left_out("/subject/size", format!("must be a whole number of bytes from 0 to {SIZE_MAX}"));
        }
        size
    }

    /// The higher rights that are asked for; `None` if nothing is said about them.
    fn elevation(&self, kind: RequestKind, warnings: &mut Warnings) -> Option<Elevation> {
        const DURATION: &str = "/subject/duration_seconds";
        if kind != RequestKind::Elevation {
            let about = "is only for elevation requests";
            warnings.out_of_place("/subject/account", &self.account, about);
            warnings.out_of_place(DURATION, &self.duration_seconds, about);
            return None;
        }
        let account = warnings.said("/subject/account", &self.account, Reported::WORD_MAX);
        let most = Elevation::SECONDS_MAX;
        let seconds = self.duration_seconds.as_ref().and_then(|sent| {
            let seconds = sent.read::<u32>().filter(|seconds| (1..=most).contains(seconds));
            if seconds.is_none() {
                warnings.left_out(DURATION, format!("must be a whole number of seconds from 1 to {most}"));
            }
            seconds
        });
        (account.is_some() || seconds.is_some()).then_some(Elevation { account, seconds })
    }
}
