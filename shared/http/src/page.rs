//! Pages of lists: `?cursor&limit` in, `{items, next_cursor}` out.
use std::borrow::Cow;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use crate::cursor::{Cursor, Paging};
use crate::problem::Problem;

/// The most items of a page.
pub const LARGEST_PAGE: usize = 200;
/// Items per page if the caller does not say.
pub const USUAL_PAGE: usize = 50;

/// One page of a list. It may be short or even empty although `next_cursor` is set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last page. It says nothing to a reader, and belongs to the list with its
    /// filters and to the caller.
    pub next_cursor: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with converted items, for example in their wire form.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(make).collect(), next_cursor: self.next_cursor }
    }
}

/// By hand, because the derived schema would repeat the item's schema in each list.
impl<T: ToSchema> utoipa::__dev::ComposeSchema for Page<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(T::name()))
            .description(Some("The items, in the order of the list."));
        let next_cursor = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("The cursor of the next page; null on the last page. It counts for this list with its filters and for this caller, and shows nothing of the list."));
        ObjectBuilder::new()
            .description(Some(
                "One page of a list. It may be short or even empty although `next_cursor` is set.",
            ))
            .property("items", items)
            .required("items")
            .property("next_cursor", next_cursor)
            .required("next_cursor")
            .into()
    }
}

impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        // The derive macro of the operation adds the item's name.
        "Page".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

impl Paging {
    /// A page, and where the next one begins.
    ///
    /// # Errors
    /// 500 if that is too long, which no list makes.
    pub fn page<T>(&self, items: Vec<T>, next: Option<String>) -> Result<Page<T>, Problem> {
        Ok(Page { items, next_cursor: self.seal(next)? })
    }
}

/// The two parameters of every list. A list with filters has them as fields of its own query type, because serde cannot
/// refuse unknown fields of a flattened type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// The number of items per page: 1 to 200, by default 50.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct Limit(usize);

impl Limit {
    /// As a number.
    pub fn get(self) -> usize {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL_PAGE)
    }
}

impl TryFrom<u64> for Limit {
    type Error = String;

    fn try_from(limit: u64) -> Result<Self, String> {
        match usize::try_from(limit) {
            Ok(limit @ 1..=LARGEST_PAGE) => Ok(Self(limit)),
            _ => Err(format!("must be from 1 to {LARGEST_PAGE}")),
        }
    }
}
