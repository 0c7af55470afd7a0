//! Signed messages (CMS, RFC 5652) as they are encoded. The `cms` crate sorts what is a set and refuses duplicates; signed
//! messages in use have both wrong, so sets are kept here as they came.

use cms::content_info::CmsVersion;
use cms::signed_data::{EncapsulatedContentInfo, SignerIdentifier};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{
    Any, Decode, DecodeValue, Encode, EncodeValue, FixedTag, Header, Length, Reader, Sequence, Tag, Writer,
};
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

/// The items of a set, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items(pub Vec<Any>);

impl Items {
    /// The values of an attribute that is there exactly once; `None` otherwise.
    pub fn attribute(&self, kind: ObjectIdentifier) -> Option<Vec<Any>> {
        let all = self.0.iter().filter_map(|item| item.decode_as::<Attribute>().ok());
        let mut found = all.filter(|attribute| attribute.oid == kind);
        match (found.next(), found.next()) {
            (Some(attribute), None) => Some(attribute.values.into_vec()),
            _ => None,
        }
    }
}

impl FixedTag for Items {
    const TAG: Tag = Tag::Set;
}

impl<'a> DecodeValue<'a> for Items {
    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        reader.read_nested(header.length, |reader| {
            let mut items = Vec::new();
            while !reader.is_finished() {
                items.push(Any::decode(reader)?);
            }
            Ok(Self(items))
        })
    }
}

impl EncodeValue for Items {
    fn value_len(&self) -> der::Result<Length> {
        self.0.iter().try_fold(Length::ZERO, |length, item| length + item.encoded_len()?)
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        self.0.iter().try_for_each(|item| item.encode(writer))
    }
}

/// `SignedData`.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct SignedData {
    pub version: CmsVersion,
    pub digest_algorithms: Items,
    pub content: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub certificates: Option<Items>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub crls: Option<Items>,
    pub signers: Items,
}

/// `SignerInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct SignerInfo {
    pub version: CmsVersion,
    pub sid: SignerIdentifier,
    pub digest_algorithm: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub signed_attributes: Option<Items>,
    pub signature_algorithm: AlgorithmIdentifierOwned,
    pub signature: OctetString,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub unsigned_attributes: Option<Items>,
}
