//! The process that tried to use what was blocked: its path, as a text, or its path and digest, as an object.

use countersign_http::Loose;
use countersign_model::{Reported, Sha256, openapi};
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{OneOfBuilder, Ref, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::warnings::Warnings;

/// The process that tried to use it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CallingProcess)]
pub struct ProcessBody {
    /// The path of the process; 4 KiB of it are kept.
    #[schema(value_type = Option<openapi::FilePath>)]
    path: Option<Loose>,
    /// The SHA-256 of the process; omitted if it is not known.
    #[schema(value_type = Option<Sha256>)]
    sha256: Option<Loose>,
}

/// The schema of a process in either form.
#[derive(Debug)]
pub struct ProcessNamed;

impl PartialSchema for ProcessNamed {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .description(Some("The process that tried to use it, or its path alone."))
            .item(openapi::FilePath::schema())
            .item(Ref::from_schema_name(ProcessBody::name()))
            .into()
    }
}

impl ToSchema for ProcessNamed {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ProcessBody::name().into_owned(), ProcessBody::schema()));
        ProcessBody::schemas(schemas);
    }
}

/// The path and the digest of a process, as far as they are known.
pub fn process(
    pointer: &str,
    value: &Option<Loose>,
    warnings: &mut Warnings,
) -> (Option<Reported>, Option<Sha256>) {
    let Some(loose) = value else { return (None, None) };
    if loose.wtf8().is_some() {
        return (warnings.said(pointer, value, Reported::PROCESS_MAX), None);
    }
    let Ok((body, unknown)) = loose.read_at::<ProcessBody>(pointer) else {
        warnings.left_out(pointer, "must be an object with `path` and `sha256`, or a path");
        return (None, None);
    };
    warnings.unknown(&unknown);
    let path = warnings.said(&format!("{pointer}/path"), &body.path, Reported::PROCESS_MAX);
    (path, warnings.parsed(&format!("{pointer}/sha256"), &body.sha256))
}
