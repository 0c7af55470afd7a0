//! The syntax of the manifest; unknown keys are refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;

use super::{Build, Component, HttpTrigger, Manifest, Route, VariableDeclaration};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ManifestText {
    #[serde(rename = "spin_manifest_version")]
    _manifest_version: u32,
    application: ApplicationText,
    #[serde(default)]
    variables: BTreeMap<String, VariableText>,
    trigger: TriggersText,
    #[serde(default)]
    component: BTreeMap<String, ComponentText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApplicationText {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default, rename = "authors")]
    _authors: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariableText {
    default: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    secret: bool,
    #[serde(default, rename = "description")]
    _description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TriggersText {
    #[serde(default)]
    http: Vec<HttpTriggerText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpTriggerText {
    #[serde(default, rename = "id")]
    _id: Option<String>,
    route: RouteText,
    component: String,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a route pattern or `{ private = true }`")]
enum RouteText {
    Pattern(String),
    Private(PrivateText),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrivateText {
    private: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComponentText {
    source: PathBuf,
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default)]
    allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    key_value_stores: Vec<String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    build: Option<BuildText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildText {
    command: CommandText,
    workdir: Option<PathBuf>,
    #[serde(default, rename = "watch")]
    _watch: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a command or a list of commands")]
enum CommandText {
    One(String),
    Many(Vec<String>),
}

impl ManifestText {
    pub(super) fn into_manifest(self, folder: &Path) -> anyhow::Result<Manifest> {
        let variables = self.variables.into_iter().map(|(name, text)| {
            let declaration = text.check().with_context(|| format!("in the variable `{name}`"))?;
            anyhow::Ok((name, declaration))
        });
        let triggers = self.trigger.http.into_iter().map(HttpTriggerText::check);
        Ok(Manifest {
            name: self.application.name,
            version: self.application.version,
            folder: folder.to_owned(),
            variables: variables.collect::<Result<_, _>>()?,
            triggers: triggers.collect::<Result<_, _>>()?,
            components: self.component.into_iter().map(|(id, text)| (id, text.into())).collect(),
        })
    }
}

impl VariableText {
    fn check(self) -> anyhow::Result<VariableDeclaration> {
        match (&self.default, self.required) {
            (None, false) => bail!("it needs a `default` or `required = true`"),
            (Some(_), true) => bail!("it has a `default`, so it cannot be required"),
            _ => Ok(VariableDeclaration { default: self.default, secret: self.secret }),
        }
    }
}

impl HttpTriggerText {
    fn check(self) -> anyhow::Result<HttpTrigger> {
        let route = match self.route {
            RouteText::Pattern(pattern) => Route::Public(pattern),
            RouteText::Private(PrivateText { private: true }) => Route::Private,
            RouteText::Private(_) => {
                bail!("the route of `{}` must be a pattern or `{{ private = true }}`", self.component)
            }
        };
        Ok(HttpTrigger { route, component: self.component })
    }
}

impl From<ComponentText> for Component {
    fn from(text: ComponentText) -> Self {
        let build = text.build.map(|build| Build {
            commands: match build.command {
                CommandText::One(command) => vec![command],
                CommandText::Many(commands) => commands,
            },
            workdir: build.workdir,
        });
        Self {
            source: text.source,
            carried: None,
            allowed_outbound_hosts: text.allowed_outbound_hosts,
            key_value_stores: text.key_value_stores,
            variables: text.variables,
            build,
        }
    }
}
