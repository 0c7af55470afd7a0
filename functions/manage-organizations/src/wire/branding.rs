//! Request and response types of branding.

use countersign_http::{InputError, Problem};
use countersign_model::{
    Branding, EmailAddress, FaultKind, Language, LogoFormat, Organization, openapi, text,
};
use countersign_store::Stored;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The branding of an organization but for its logo. It replaces the previous one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceBranding {
    /// The name in messages, also as the sender's: 1 to 200 characters; null: as at the organization above.
    #[schema(value_type = Option<openapi::NameOfOrganization>)]
    display_name: Option<String>,
    /// The colour of the strip above emails, as `#rrggbb`; null: as at the organization above.
    #[schema(value_type = Option<openapi::Colour>)]
    colour: Option<String>,
    /// The address that answers to messages go to; null: as at the organization above.
    #[schema(value_type = Option<EmailAddress>)]
    reply_to: Option<String>,
    /// The language of messages to recipients who have chosen none; null: as at the organization above.
    #[serde(default)]
    language: Option<Language>,
}

impl ReplaceBranding {
    /// The validated branding, without a logo.
    pub fn checked(&self) -> Result<Branding, Problem> {
        let mut errors = Vec::new();
        let display_name = self.display_name.as_deref().map(text::name).transpose();
        let display_name = display_name.unwrap_or_else(|why| {
            errors.push(InputError::new("/display_name", why));
            None
        });
        let colour = self.colour.as_deref().map(|text| Branding::colour(text).ok_or(()));
        let colour = colour.transpose().unwrap_or_else(|()| {
            errors.push(InputError::new("/colour", FaultKind::NotAColour));
            None
        });
        let reply_to = self.reply_to.as_deref().map(str::parse::<EmailAddress>).transpose();
        let reply_to = reply_to.unwrap_or_else(|why| {
            errors.push(InputError::new("/reply_to", why));
            None
        });
        if !errors.is_empty() {
            return Err(Problem::invalid_body(errors));
        }
        Ok(Branding { display_name, colour, reply_to, language: self.language, logo: None })
    }
}

/// The branding of an organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationBranding)]
pub struct BrandingView {
    /// The name in messages; null: as at the organization above.
    display_name: Option<String>,
    /// The colour of the strip above emails; null: as at the organization above.
    colour: Option<String>,
    /// The address that answers to messages go to; null: as at the organization above.
    reply_to: Option<String>,
    /// The language of messages; null: as at the organization above.
    language: Option<Language>,
    /// Its logo; null: as at the organization above.
    logo: Option<LogoView>,
    /// What is in force, with what comes from the organizations above.
    effective: EffectiveBranding,
    /// The revision of the organization, for `If-Match`. It increases with every change.
    revision: u64,
}

/// The branding in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectiveBranding {
    /// The name in messages: the organization's name if nothing is set.
    display_name: String,
    /// The colour of the strip above emails; null if nothing is set.
    colour: Option<String>,
    /// The address that answers to messages go to; null if nothing is set.
    reply_to: Option<String>,
    /// The language of messages to recipients who have chosen none.
    language: Language,
    /// The logo; null if nothing is set.
    logo: Option<LogoView>,
}

/// A logo.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogoView {
    /// The media type.
    format: LogoFormat,
    /// How many bytes it has.
    size: usize,
}

fn logo(branding: &Branding) -> Option<LogoView> {
    branding.logo.as_ref().map(|logo| LogoView { format: logo.format, size: logo.size })
}

impl BrandingView {
    /// The view of an organization with the branding in force.
    pub fn of(stored: &Stored<Organization>, effective: &Branding) -> Self {
        let (organization, own) = (&stored.value, &stored.value.branding);
        let address = |branding: &Branding| branding.reply_to.as_ref().map(ToString::to_string);
        Self {
            display_name: own.display_name.clone(),
            colour: own.colour.clone(),
            reply_to: address(own),
            language: own.language,
            logo: logo(own),
            effective: EffectiveBranding {
                display_name: effective.display_name.clone().unwrap_or_else(|| organization.name.clone()),
                colour: effective.colour.clone(),
                reply_to: address(effective),
                language: effective.language.unwrap_or(Language::English),
                logo: logo(effective),
            },
            revision: stored.revision,
        }
    }
}
