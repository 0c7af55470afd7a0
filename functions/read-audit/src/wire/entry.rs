//! Entries of an audit.

use std::collections::BTreeMap;

use countersign_http::{ActorView, Cursor, ExportedRow, plain_cell};
use countersign_journal::Event;
use countersign_model::{Act, EventId, OrganizationId, SoughtText};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::names::Names;

/// A page of an audit. It may be short or even empty although `next_cursor` is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// The entries, the newest first.
    pub items: Vec<AuditEntry>,
    /// The cursor of the next page; null on the last page. It counts for this list with its filters and for this caller, and shows
    /// nothing of the list.
    pub next_cursor: Option<Cursor>,
    /// How many entries were looked at to find these; absent if the audit is not narrowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<usize>,
}

/// One entry of an audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// The id of the event.
    id: EventId,
    /// When it happened.
    at: Timestamp,
    /// The organization where it happened.
    organization_id: OrganizationId,
    /// Who did it, as far as you may see.
    actor: ActorView,
    /// The client's address; null if you may not see who acted.
    address: Option<String>,
    /// The ids that the entry is about, the most important one first.
    about: Vec<String>,
    /// The present names of the organizations, administrators, computers and groups that the entry mentions, by their ids, as far as
    /// you may see them.
    names: BTreeMap<String, String>,
    #[serde(flatten)]
    #[schema(value_type = countersign_model::act::ActFields)]
    act: Act,
}

impl AuditEntry {
    /// An entry as its reader may see it: without an actor that is not shown. Its act and what it is about are as the
    /// reader may see them. It has no names yet.
    pub fn seen(event: Event, about: Vec<String>, is_actor_shown: bool) -> Self {
        let actor = if is_actor_shown { event.who.into() } else { ActorView::ManagingOrganization };
        Self {
            id: event.id,
            at: event.at,
            organization_id: event.organization_id,
            actor,
            address: event.address.filter(|_| is_actor_shown),
            about,
            names: BTreeMap::new(),
            act: event.act,
        }
    }

    /// Takes the names of what it mentions.
    pub fn name(&mut self, known: &Names) {
        let named = |id: String| known.get(&id).map(|name| (id, name.clone()));
        self.names = self.texts().into_iter().filter_map(named).collect();
    }

    /// Whether a text is found in what it shows.
    pub fn contains(&self, text: &SoughtText) -> bool {
        let names = self.names.values();
        names.into_iter().any(|name| text.is_within(name))
            || self.texts().iter().any(|own| text.is_within(own))
    }

    /// Every text of it: the act, ids, who acted and from where, and those of the details.
    pub fn texts(&self) -> Vec<String> {
        let mut texts =
            vec![self.act.name().id().to_owned(), self.id.to_string(), self.organization_id.to_string()];
        texts.extend(self.about.iter().cloned());
        texts.extend(self.address.clone());
        let (_, id, name) = self.actor();
        texts.extend([id, name].into_iter().flatten().map(str::to_owned));
        add_texts(&self.detail(), &mut texts);
        texts
    }

    /// The details alone.
    fn detail(&self) -> Value {
        let mut act = serde_json::to_value(&self.act).unwrap_or_default();
        act.get_mut("detail").map(Value::take).unwrap_or_default()
    }

    /// The kind of the actor, with id and name.
    fn actor(&self) -> (&'static str, Option<&str>, Option<&str>) {
        match &self.actor {
            ActorView::Administrator { id, name, .. } => ("administrator", Some(id.as_str()), Some(name)),
            ActorView::Computer { id } => ("computer", Some(id.as_str()), self.name_of(id.as_str())),
            ActorView::SetUp => ("set-up", None, None),
            ActorView::Operator => ("operator", None, None),
            ActorView::ManagingOrganization => ("managing-organization", None, None),
            ActorView::Anonymous => ("anonymous", None, None),
            ActorView::System => ("system", None, None),
        }
    }

    fn name_of(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }
}

/// Adds the texts in a value, with numbers as they are written.
fn add_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Number(number) => texts.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| add_texts(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| add_texts(field, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

impl ExportedRow for AuditEntry {
    const COLUMNS: &'static [&'static str] = &[
        "at",
        "act",
        "actor_kind",
        "actor_id",
        "actor",
        "address",
        "organization_id",
        "organization",
        "about",
        "names",
        "detail",
        "id",
    ];

    fn columns(self) -> Vec<String> {
        let (kind, actor_id, actor) = self.actor();
        let names: Vec<&str> = self.about.iter().filter_map(|id| self.name_of(id)).collect();
        let cells = [
            &self.at.to_string(),
            self.act.name().id(),
            kind,
            actor_id.unwrap_or_default(),
            actor.unwrap_or_default(),
            self.address.as_deref().unwrap_or_default(),
            self.organization_id.as_str(),
            self.name_of(self.organization_id.as_str()).unwrap_or_default(),
            &self.about.join(" "),
            &names.join("; "),
            &self.detail().to_string(),
            self.id.as_str(),
        ];
        cells.map(plain_cell).into()
    }
}
