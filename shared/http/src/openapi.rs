//! The OpenAPI 3.1 document: the part of each function, and all parts merged.
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi, Paths, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::identify::SESSION_COOKIE;
use crate::problem::{InputError, ProblemDetails};

/// `security(("session" = []))`: an administrator's session token as bearer.
pub const SESSION: &str = "session";
/// `security(("session_cookie" = []))`: the same token in the console's cookie.
pub const COOKIE: &str = "session_cookie";
/// `security(("computer" = []))`: a computer's token as bearer.
pub const COMPUTER: &str = "computer";
/// `security(("scheduler" = []))`: the deployment's `scheduler_token` as bearer.
pub const SCHEDULER: &str = "scheduler";

/// A function's part under construction. Functions use [`operations!`](crate::operations).
#[derive(Default)]
pub struct Document {
    paths: Paths,
    components: Components,
}

impl Document {
    /// A part without operations.
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
        let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
        P::schemas(&mut schemas);
        self.components.schemas.extend(schemas);
        self.paths.add_path_operation(P::path(), P::methods(), operation);
        self
    }

    /// The finished part, with everything that operations may refer to.
    pub fn finish(mut self) -> OpenApi {
        self.components.schemas.extend([schema::<ProblemDetails>(), schema::<InputError>()]);
        let mut document = empty();
        document.paths = self.paths;
        document.components = Some(self.components);
        document
    }
}

fn schema<T: ToSchema + PartialSchema>() -> (String, RefOr<Schema>) {
    (T::name().into_owned(), T::schema())
}

fn empty() -> OpenApi {
    let mut info = Info::new("Countersign", env!("CARGO_PKG_VERSION"));
    info.description = Some("The Approval Center and permission service.".to_owned());
    OpenApi::new(info, Paths::new())
}

/// All parts as one document, sorted, with the security schemes. The same parts always give the same bytes.
pub fn merge(parts: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut whole = empty();
    for part in parts {
        whole.merge(part);
    }
    let components = whole.components.get_or_insert_default();
    components.security_schemes.extend(schemes().map(|(name, scheme)| (name.to_owned(), scheme.into())));
    whole
}

fn schemes() -> [(&'static str, SecurityScheme); 4] {
    let bearer = |what: &str| {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description = Some(what.to_owned());
        SecurityScheme::Http(http)
    };
    let cookie =
        ApiKeyValue::with_description(SESSION_COOKIE, "the console's session, checked against `Origin`");
    [
        (SESSION, bearer("an administrator's session token")),
        (COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
        (COMPUTER, bearer("a computer's token")),
        (SCHEDULER, bearer("the deployment's `scheduler_token`")),
    ]
}
