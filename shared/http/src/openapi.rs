//! The OpenAPI 3.1 document: the part of each function, and all parts merged.
use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{HttpMethod, Info, OpenApi, Paths, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::identify::SESSION_COOKIE;
use crate::problem::ProblemDetails;

mod bounds;
mod complete;
mod example;
mod fields;
mod headers;
mod or_preview;
mod problems;
mod said;
#[cfg(any(test, feature = "testing"))]
mod truth;
mod words;

pub(crate) use headers::text;
pub use or_preview::OrPreview;
#[cfg(test)]
pub(crate) use truth::Documented;
#[cfg(any(test, feature = "testing"))]
pub(crate) use truth::only_documented_answers;

/// `security(("administrator" = []))`: an administrator, with a session or an API token.
pub const ADMINISTRATOR: &str = "administrator";
/// `security(("person" = []))`: an administrator with a session, for their own account.
pub const PERSON: &str = "person";
/// An administrator's session token as bearer.
const SESSION: &str = "session";
/// The same token in the console's cookie.
const COOKIE: &str = "session_cookie";
/// An API token as bearer.
const API_TOKEN: &str = "api_token";
/// `security(("computer" = []))`: a computer's token as bearer.
pub const COMPUTER: &str = "computer";
/// `security(("scheduler" = []))`: the deployment's `scheduler_token` as bearer.
pub const SCHEDULER: &str = "scheduler";
/// `security(("monitor" = []))`: the deployment's `metrics_token` as bearer.
pub const MONITOR: &str = "monitor";

/// What is said of an operation that [`Routes`](crate::Routes) let answer `HEAD`.
const ANSWERS_HEAD: &str =
    "`HEAD` is answered with the headers alone. It is not recorded, because nothing of the content leaves.";

/// A document, or a function's part of one, under construction. Functions use [`operations!`](crate::operations).
#[derive(Default)]
pub struct Document {
    paths: Paths,
    schemas: BTreeMap<String, RefOr<Schema>>,
    clashes: BTreeSet<String>,
}

/// Names that different schemas have. Only one of them would be in the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("different schemas have the same name: {0:?}")]
pub struct Clash(pub BTreeSet<String>);

impl Document {
    /// A document without operations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an operation, its schemas and its tags, as given by its `#[utoipa::path]`.
    #[must_use]
    pub fn operation<P>(mut self) -> Self
    where
        P: utoipa::Path + for<'t> utoipa::__dev::Tags<'t> + utoipa::__dev::SchemaReferences,
    {
        let mut operation = P::operation();
        let tags = P::tags();
        if !tags.is_empty() {
            let all = operation.tags.get_or_insert_default();
            all.extend(tags.iter().map(ToString::to_string));
        }
        let mut schemas = Vec::new();
        P::schemas(&mut schemas);
        self.add(schemas);
        let (head, methods): (Vec<_>, Vec<_>) =
            P::methods().into_iter().partition(|method| *method == HttpMethod::Head);
        if !head.is_empty() {
            // Said at the reading operation: the same one under a second method would need another id.
            let about = operation.description.get_or_insert_default();
            let paragraph = if about.is_empty() { "" } else { "\n\n" };
            *about = format!("{about}{paragraph}{ANSWERS_HEAD}");
        }
        self.paths.add_path_operation(P::path(), methods, operation);
        self
    }

    fn add(&mut self, schemas: impl IntoIterator<Item = (String, RefOr<Schema>)>) {
        for (name, schema) in schemas {
            if self.schemas.get(&name).is_some_and(|known| *known != schema) {
                self.clashes.insert(name.clone());
            }
            self.schemas.insert(name, schema);
        }
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, part: Self) -> Self {
        self.paths.merge(part.paths);
        self.add(part.schemas);
        self.clashes.extend(part.clashes);
        self
    }

    /// The finished document: sorted, with problems and the security schemes, and with what [`complete`] and [`words`] add. The same
    /// parts always give the same bytes.
    ///
    /// # Errors
    /// Different schemas have the same name.
    pub fn finish(mut self) -> Result<OpenApi, Clash> {
        let mut problem = vec![schema::<ProblemDetails>()];
        ProblemDetails::schemas(&mut problem);
        self.add(problem);
        if !self.clashes.is_empty() {
            return Err(Clash(self.clashes));
        }
        let mut info = Info::new("Countersign", env!("CARGO_PKG_VERSION"));
        let said =
            "The Approval Center and permission service. Integers are sent without a fraction: 30, not 30.0.";
        info.description = Some(said.to_owned());
        let mut document = OpenApi::new(info, self.paths);
        let components = document.components.get_or_insert_default();
        components.schemas = self.schemas;
        components.security_schemes = schemes().map(|(name, scheme)| (name.to_owned(), scheme.into())).into();
        complete::complete(&mut document);
        words::finish(&mut document);
        Ok(document)
    }
}

fn schema<T: ToSchema + PartialSchema>() -> (String, RefOr<Schema>) {
    (T::name().into_owned(), T::schema())
}

fn schemes() -> [(&'static str, SecurityScheme); 6] {
    let bearer = |what: &str| {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description = Some(what.to_owned());
        SecurityScheme::Http(http)
    };
    let cookie = ApiKeyValue::with_description(
        SESSION_COOKIE,
        "The session token in a cookie, for the console. With it, `Origin` is checked.",
    );
    [
        (SESSION, bearer("The token of an administrator's session, as bearer.")),
        (COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
        (API_TOKEN, bearer("An API token, as bearer. It acts for its maker, within its permissions.")),
        (COMPUTER, bearer("The token of a computer, as bearer.")),
        (SCHEDULER, bearer("The `scheduler_token` of the deployment, as bearer.")),
        (MONITOR, bearer("The `metrics_token` of the deployment, as bearer.")),
    ]
}
