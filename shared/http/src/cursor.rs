//! Cursors of lists: sealed, so that they show nothing of what they name and cannot be made up.
use std::sync::{Arc, OnceLock};

use countersign_authority::{CursorKey, SealingKey};
use countersign_kv::log;
use countersign_model::AdministratorId;
use countersign_store::{Store, StoreError, keys};
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::problem::{InputError, Problem};

/// The most characters of a cursor. Every one fits into an address.
pub(crate) const CURSOR_MAX: usize = 1000;

/// The most bytes that are sealed in a cursor: with a nonce and a tag, and in base64, they stay below [`CURSOR_MAX`].
const PLAIN_MAX: usize = 700;

/// The `cursor` of a query, or the `next_cursor` of a page. Only [`Paging`] makes one and opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Cursor(String);

impl utoipa::PartialSchema for Cursor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "The `next_cursor` of a page, which counts for its list and filters and for its caller.",
            ))
            .min_length(Some(1))
            .max_length(Some(CURSOR_MAX))
            .into()
    }
}

impl utoipa::ToSchema for Cursor {}

impl TryFrom<String> for Cursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() > CURSOR_MAX { Err(NOT_OURS) } else { Ok(Self(text)) }
    }
}

impl From<Cursor> for String {
    /// The text, for an answer that is not JSON.
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

const NOT_OURS: &str = "must be the `next_cursor` of the previous page of this list, asked for by the same \
    administrator with the same parameters";

/// This instance's key for cursors. It never changes, so it is read once.
#[derive(Clone, Default)]
pub struct Cursors(Arc<OnceLock<SealingKey>>);

impl Cursors {
    /// The key, read at the first call.
    ///
    /// # Errors
    /// 503 if it cannot be read.
    pub(crate) async fn key(&self, store: &Store) -> Result<SealingKey, Problem> {
        if let Some(key) = self.0.get() {
            return Ok(key.clone());
        }
        match CursorKey::load(store).await {
            Ok(key) => Ok(self.0.get_or_init(|| key).clone()),
            Err(StoreError::Kv(error)) => Err(error.into()),
            Err(error) => {
                log::line("the key for cursors cannot be read", &[("error", &error)]);
                Err(Problem::store_unavailable())
            }
        }
    }
}

/// The pages of one list for one reader. A cursor holds for the path, the parameters except `cursor` and `limit`, and
/// the administrator who was given it.
pub struct Paging {
    key: SealingKey,
    about: String,
    store: Store,
}

impl Paging {
    pub(crate) fn new(key: SealingKey, reader: &AdministratorId, uri: &Uri, store: &Store) -> Self {
        Self { key, about: about(reader, uri), store: store.clone() }
    }

    /// Where the page begins, as given to [`Paging::seal`]; `None` for the first page.
    ///
    /// # Errors
    /// 422 if the cursor was altered, made up, or given for another list or to another administrator.
    pub fn open(&self, cursor: Option<&Cursor>) -> Result<Option<String>, Problem> {
        let Some(Cursor(sealed)) = cursor else { return Ok(None) };
        let plain = self.key.open(&self.about, sealed).and_then(|plain| String::from_utf8(plain).ok());
        let not_ours = || Problem::invalid_query(vec![InputError::new("/cursor", NOT_OURS)]);
        plain.map(Some).ok_or_else(not_ours)
    }

    /// The cursor of the next page, which begins there.
    ///
    /// # Errors
    /// 500 if that is too long, which no list makes.
    pub fn seal(&self, next: Option<String>) -> Result<Option<Cursor>, Problem> {
        let Some(plain) = next else { return Ok(None) };
        let sealed = match plain.len() {
            ..=PLAIN_MAX => self.key.seal(&self.about, plain.as_bytes(), self.store.random()),
            _ => None,
        };
        sealed.map(Cursor).map(Some).ok_or_else(Problem::internal)
    }
}

/// What a cursor holds for: the reader and the list with its filters, in any order.
fn about(reader: &AdministratorId, uri: &Uri) -> String {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut filters = Vec::new();
    for filter in query.filter(|(name, _)| name != "cursor" && name != "limit") {
        let place = filters.partition_point(|other| *other <= filter);
        filters.insert(place, filter);
    }
    let mut parts = vec![reader.as_str(), uri.path()];
    parts.extend(filters.iter().flat_map(|(name, value)| [name.as_ref(), value.as_ref()]));
    keys::digest(&parts)
}
