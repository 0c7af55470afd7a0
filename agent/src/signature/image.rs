//! What Authenticode signs of an executable, and where its signatures are.

use authenticode::{
    AttributeCertificateIterator, PeTrait, SpcIndirectDataContent, WIN_CERT_TYPE_PKCS_SIGNED_DATA,
    authenticode_digest,
};
use der::{Decode, Encode, SliceReader, Tag, asn1::AnyRef};
use object::FileKind;
use object::read::pe::{PeFile32, PeFile64};

use super::SignatureState;
use super::message::{Algorithm, Hasher};

/// A Windows executable.
pub struct Image<'a> {
    pe: Box<dyn PeTrait + 'a>,
    /// Its signatures, encoded.
    pub messages: Vec<Vec<u8>>,
    /// Whether there are signatures that could not be found.
    pub has_unreadable_messages: bool,
    /// Whether everything in it but the signatures is signed, in any reading of the format.
    pub is_regular: bool,
}

impl<'a> Image<'a> {
    /// `None` if these bytes are not a Windows executable.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "all other kinds of files are no executables of Windows"
        )]
        let pe: Box<dyn PeTrait + 'a> = match FileKind::parse(bytes).ok()? {
            FileKind::Pe32 => Box::new(PeFile32::parse(bytes).ok()?),
            FileKind::Pe64 => Box::new(PeFile64::parse(bytes).ok()?),
            _ => return None,
        };
        let is_regular = is_regular(pe.as_ref()).unwrap_or(false);
        let found = messages(pe.as_ref());
        let has_unreadable_messages = found.is_none();
        Some(Self { pe, messages: found.unwrap_or_default(), has_unreadable_messages, is_regular })
    }

    /// The SHA-256 of what is signed.
    pub fn sha256(&self) -> Option<Vec<u8>> {
        self.digest(Algorithm::Sha256)
    }

    /// The digest of what is signed; `None` if the file is damaged.
    pub fn digest(&self, algorithm: Algorithm) -> Option<Vec<u8>> {
        let mut hasher = Hasher::new(algorithm);
        authenticode_digest(self.pe.as_ref(), &mut hasher).ok()?;
        Some(hasher.finish())
    }
}

/// The digest that a signature announces.
pub fn announced(content: &[u8]) -> Result<(Algorithm, Vec<u8>), SignatureState> {
    // The content of the message is without its tag, which `decode` expects.
    let sequence = AnyRef::new(Tag::Sequence, content).and_then(|content| content.to_der());
    let content = sequence.and_then(|encoded| SpcIndirectDataContent::from_der(&encoded));
    let announced = content.map_err(|_| SignatureState::Unreadable)?.message_digest;
    let algorithm = Algorithm::of(announced.digest_algorithm.oid).ok_or(SignatureState::Unsupported)?;
    Ok((algorithm, announced.digest.as_bytes().to_vec()))
}

/// The signatures; `None` if the table of them is damaged or has none that is known.
fn messages(pe: &dyn PeTrait) -> Option<Vec<Vec<u8>>> {
    let Some(range) = pe.certificate_table_range().ok()? else { return Some(Vec::new()) };
    if range.is_empty() {
        return Some(Vec::new());
    }
    let entries = AttributeCertificateIterator::new(pe).ok()??;
    let mut messages = Vec::new();
    for entry in entries {
        let entry = entry.ok()?;
        if entry.certificate_type == WIN_CERT_TYPE_PKCS_SIGNED_DATA {
            messages.push(without_padding(entry.data)?);
        }
    }
    (!messages.is_empty()).then_some(messages)
}

/// The message without the zeros that fill its entry.
fn without_padding(entry: &[u8]) -> Option<Vec<u8>> {
    let mut reader = SliceReader::new(entry).ok()?;
    AnyRef::decode(&mut reader).and_then(|message| message.to_der()).ok()
}

/// Whether the headers, the sections one after another, what follows them, and the signatures at the very end make up the
/// whole file. The format allows gaps and overlaps, where one program would hash what another one does not.
fn is_regular(pe: &dyn PeTrait) -> Option<bool> {
    let mut sections = Vec::new();
    for number in 1..=pe.num_sections() {
        sections.push(pe.section_data_range(number).ok()?);
    }
    sections.retain(|section| !section.is_empty());
    sections.sort_by_key(|section| section.start);
    let mut end = pe.offsets().ok()?.after_header;
    for section in sections {
        if section.start != end {
            return Some(false);
        }
        end = section.end;
    }
    let all = pe.data().len();
    Some(match pe.certificate_table_range().ok()?.filter(|table| !table.is_empty()) {
        Some(table) => end <= table.start && table.end == all,
        None => end <= all,
    })
}
