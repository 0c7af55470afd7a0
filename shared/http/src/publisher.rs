//! A publisher as it is shown and named.

use countersign_model::{Publisher, Reported, Thumbprint};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// A publisher, as an opened request shows it: a team of Apple's, or subject and issuer of a signing certificate.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Publisher, min_properties = 1)]
pub struct PublisherBody {
    /// The id of a team of Apple's; then nothing else is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4096, pattern = r"\S", example = "EQHXZ8M8AV")]
    team_id: Option<String>,
    /// The subject of the signing certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4096, pattern = r"\S", example = "CN=Example Software")]
    subject: Option<String>,
    /// The subject of the issuing certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4096, pattern = r"\S", example = "CN=Example Code Signing CA")]
    issuer: Option<String>,
    /// The digest of the issuing certificate, if the agent reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer_thumbprint: Option<Thumbprint>,
}

impl PublisherBody {
    /// The publisher, which is at `pointer` of the body.
    ///
    /// # Errors
    /// It is neither a team nor a subject with its issuer.
    pub fn checked(&self, pointer: String) -> Result<Publisher, Problem> {
        let whole = |text: &str| {
            let text = Reported::new(text, Reported::CERTIFICATE_MAX);
            (!text.is_blank() && !text.is_cut()).then_some(text)
        };
        let Self { team_id, subject, issuer, issuer_thumbprint } = self;
        let found = match (team_id, subject, issuer) {
            (Some(team_id), None, None) if issuer_thumbprint.is_none() => {
                whole(team_id).map(|team_id| Publisher::Team { team_id })
            }
            (None, Some(subject), Some(issuer)) => {
                whole(subject).zip(whole(issuer)).map(|(subject, issuer)| Publisher::Certificate {
                    subject,
                    issuer,
                    issuer_thumbprint: issuer_thumbprint.clone(),
                })
            }
            _ => None,
        };
        let message = "must be a `team_id`, or `subject` and `issuer`, each whole and not blank";
        found.ok_or_else(|| Problem::invalid_field(pointer, message))
    }
}

impl From<Publisher> for PublisherBody {
    fn from(publisher: Publisher) -> Self {
        match publisher {
            Publisher::Team { team_id } => Self {
                team_id: Some(team_id.to_string()),
                subject: None,
                issuer: None,
                issuer_thumbprint: None,
            },
            Publisher::Certificate { subject, issuer, issuer_thumbprint } => Self {
                team_id: None,
                subject: Some(subject.to_string()),
                issuer: Some(issuer.to_string()),
                issuer_thumbprint,
            },
        }
    }
}
