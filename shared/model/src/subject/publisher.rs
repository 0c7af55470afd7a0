//! Who published a file, in a form that can be compared: what a grant with the condition "publisher" is for.

use serde::{Deserialize, Serialize};

use super::signer::Signer;
use crate::reported::Reported;
use crate::text::Thumbprint;

/// A publisher: the identity of a signer that an agent verified. Two are the same exactly if they are equal.
///
/// It outlives a single certificate, which is renewed every few years: the signing certificate's own digest is no part of
/// it. It rests on who vouched for the name, because a name alone can be had from another authority.
/// - A team of Apple's: its id, which Apple assigns and puts into each of the team's certificates.
/// - Anybody else: the whole subject and the whole issuer of the signing certificate, and the digest of the issuing
///   certificate when the agent reports it. The names are compared as whole texts and never taken apart, so no
///   name can be made that reads as another one. A publisher that moves to another authority or address is another one: it
///   is asked about again, which is the safe side.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publisher {
    /// A team of Apple's.
    Team {
        /// Its id.
        team_id: Reported,
    },
    /// The subject of certificates from one authority.
    Certificate {
        /// The subject.
        subject: Reported,
        /// The subject of the issuing certificate.
        issuer: Reported,
        /// The digest of the issuing certificate. A publisher with it and one without it are different.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issuer_thumbprint: Option<Thumbprint>,
    },
}

impl Publisher {
    /// The identity of a signer; `None` unless the agent verified it, or if it is not known in full: a text that is
    /// blank or was cut could stand for several.
    ///
    /// A certificate that issued itself has none either: it only vouches for itself.
    #[must_use]
    pub fn of(signer: &Signer) -> Option<Self> {
        if !signer.verified {
            return None;
        }
        if let Some(team_id) = &signer.team_id {
            return whole(team_id).map(|team_id| Self::Team { team_id });
        }
        let subject = signer.subject.as_ref().and_then(whole)?;
        let issuer = signer.issuer.as_ref().and_then(whole)?;
        let issuer_thumbprint = signer.issuer_thumbprint.clone();
        (subject != issuer).then_some(Self::Certificate { subject, issuer, issuer_thumbprint })
    }

    /// The name for people: the team, or the subject of the certificate.
    #[must_use]
    pub const fn name(&self) -> &Reported {
        match self {
            Self::Team { team_id } => team_id,
            Self::Certificate { subject, .. } => subject,
        }
    }

    /// The text by which publishers are compared, for slots, sets and keys. Ends of lines stand between its parts:
    /// a [`Reported`] text has none, so different publishers have different texts.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Team { team_id } => format!("team\n{team_id}"),
            Self::Certificate { subject, issuer, issuer_thumbprint } => {
                let thumbprint = issuer_thumbprint.as_ref().map_or("", Thumbprint::as_str);
                format!("certificate\n{subject}\n{issuer}\n{thumbprint}")
            }
        }
    }
}

fn whole(text: &Reported) -> Option<Reported> {
    (!text.is_blank() && !text.is_cut()).then(|| text.clone())
}
