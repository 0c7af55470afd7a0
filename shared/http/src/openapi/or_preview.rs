//! Answers of two shapes in the document: the usual one, and that of a dry run.

use std::borrow::Cow;
use std::marker::PhantomData;

use utoipa::openapi::schema::{AnyOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The usual answer, or what a `dry_run` answers: `body = inline(OrPreview<RequestView, DecisionPreview>)`. The usual one may have all
/// fields of the other, too.
#[derive(Debug)]
pub struct OrPreview<A, P>(PhantomData<(A, P)>);

impl<A: ToSchema, P: ToSchema> PartialSchema for OrPreview<A, P> {
    fn schema() -> RefOr<Schema> {
        let shapes = [A::name(), P::name()].into_iter().map(Ref::from_schema_name);
        shapes.fold(AnyOfBuilder::new(), AnyOfBuilder::item).into()
    }
}

impl<A: ToSchema, P: ToSchema> ToSchema for OrPreview<A, P> {
    fn name() -> Cow<'static, str> {
        format!("{}Or{}", A::name(), P::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((A::name().into_owned(), A::schema()));
        A::schemas(schemas);
        schemas.push((P::name().into_owned(), P::schema()));
        P::schemas(schemas);
    }
}
