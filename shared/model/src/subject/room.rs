//! The room of a subject in a request: what is too long all together is cut, the least important first.

use super::{Device, File, Subject};
use crate::reported::Reported;

/// What is kept of each text in any case, in bytes as JSON, where there are many and long ones.
const KEPT: usize = 256;
/// What is kept of the texts of a signer, of which there are up to eight.
const KEPT_OF_SIGNER: usize = 96;

/// A text of a subject, where it is in a submission, and how much of it is kept in any case.
struct Text<'a> {
    pointer: String,
    text: &'a mut Reported,
    kept: usize,
}

struct Texts<'a>(Vec<Text<'a>>);

impl<'a> Texts<'a> {
    fn add(&mut self, pointer: &str, text: Option<&'a mut Reported>, kept: usize) {
        self.0.extend(text.map(|text| Text { pointer: pointer.to_owned(), text, kept }));
    }
}

impl Subject {
    /// Whether one of its texts was too long to keep it whole.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        // Only an opened request asks, so the copy does no harm.
        self.clone().texts().iter().any(|text| text.text.is_cut())
    }

    /// Cuts its texts until it has at most [`Subject::MAX`] bytes as JSON, and returns where it has cut: pointers
    /// within the subject of a submission. Identifiers, digests and the path of a file are never cut by this.
    pub fn fit(&mut self) -> Vec<String> {
        let size = serde_json::to_vec(self).map_or(0, |json| json.len());
        let mut over = size.saturating_sub(Self::MAX);
        let mut cut = Vec::new();
        for Text { pointer, text, kept } in self.texts() {
            let whole = text.size();
            if over == 0 || whole <= kept {
                continue;
            }
            let shorter = text.clone().shortened(whole.saturating_sub(over).max(kept));
            over = over.saturating_sub(whole.saturating_sub(shorter.size()));
            *text = shorter;
            cut.push(pointer);
        }
        cut
    }

    /// All that only informs, the least important first.
    fn texts(&mut self) -> Vec<Text<'_>> {
        match self {
            Self::Application(file) | Self::Elevation(file) => of_file(file),
            Self::Storage(device) => of_device(device),
        }
    }
}

fn of_file(file: &mut File) -> Vec<Text<'_>> {
    let mut texts = Texts(Vec::new());
    texts.add("/command_line", file.command_line.as_mut(), KEPT);
    texts.add("/origin", file.origin.as_mut(), KEPT);
    texts.add("/calling_process", file.calling_process.as_mut(), KEPT);
    texts.add("/certificate", file.certificate.as_mut(), KEPT);
    texts.add("/product", file.product.as_mut(), KEPT_OF_SIGNER);
    texts.add("/version", file.version.as_mut(), KEPT_OF_SIGNER);
    texts.add("/publisher", file.publisher.as_mut(), KEPT_OF_SIGNER);
    // The first one is most likely the one whose name decides.
    for (number, signer) in file.signers.iter_mut().enumerate().rev() {
        texts.add(&format!("/signers/{number}/signing_id"), signer.signing_id.as_mut(), KEPT_OF_SIGNER);
        texts.add(&format!("/signers/{number}/team_id"), signer.team_id.as_mut(), KEPT_OF_SIGNER);
        texts.add(&format!("/signers/{number}/issuer"), signer.issuer.as_mut(), KEPT_OF_SIGNER);
        texts.add(&format!("/signers/{number}/subject"), signer.subject.as_mut(), KEPT_OF_SIGNER);
    }
    let account = file.elevation.as_mut().and_then(|elevation| elevation.account.as_mut());
    texts.add("/account", account, usize::MAX);
    texts.add("/path", file.path.as_mut(), usize::MAX);
    texts.0
}

fn of_device(device: &mut Device) -> Vec<Text<'_>> {
    let mut texts = Texts(Vec::new());
    texts.add("/calling_process", device.calling_process.as_mut(), KEPT);
    texts.add("/device/class", device.class.as_mut(), KEPT_OF_SIGNER);
    texts.add("/device/product", device.product.as_mut(), KEPT);
    texts.add("/device/vendor", device.vendor.as_mut(), KEPT);
    texts.add("/device/name", device.name.as_mut(), KEPT);
    texts.add("/path", device.path.as_mut(), usize::MAX);
    texts.0
}
