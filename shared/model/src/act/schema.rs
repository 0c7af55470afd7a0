//! The schema of an act, in a form that generators of clients understand: its name and its detail, side by side.

use std::borrow::Cow;

use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Act, ActName};

/// `act` and `detail`, as [`Act`] is written.
#[derive(Debug)]
pub struct ActFields;

impl PartialSchema for ActFields {
    fn schema() -> RefOr<Schema> {
        let details = details().into_iter().fold(AnyOfBuilder::new(), AnyOfBuilder::item);
        let details = details.description(Some(
            "What was done. Each act has a schema of its own, which has the act's name: `request.decided` has \
             `RequestDecided`.",
        ));
        ObjectBuilder::new()
            .description(Some("What was done."))
            .property("act", Ref::from_schema_name(ActName::name()))
            .required("act")
            .property("detail", details)
            .required("detail")
            .into()
    }
}

/// The details of every act, as the derived schema of [`Act`] has them.
fn details() -> Vec<RefOr<Schema>> {
    let RefOr::T(Schema::OneOf(acts)) = Act::schema() else { return Vec::new() };
    let detail = |act: RefOr<Schema>| match act {
        RefOr::T(Schema::Object(mut act)) => act.properties.swap_remove("detail"),
        RefOr::T(_) | RefOr::Ref(_) => None,
    };
    let named = |detail| match detail {
        // A description beside the name would make it another schema.
        RefOr::Ref(named) => RefOr::Ref(Ref::new(named.ref_location)),
        RefOr::T(schema) => RefOr::T(schema),
    };
    acts.items.into_iter().filter_map(detail).map(named).collect()
}

impl ToSchema for ActFields {
    fn name() -> Cow<'static, str> {
        "Act".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ActName::name().into_owned(), ActName::schema()));
        Act::schemas(schemas);
    }
}
