//! Which entries to read or to export.

use countersign_http::{Cursor, ExportFormat, Limit, Moment};
use countersign_model::act::AuditExported;
use countersign_model::{Acts, Audit, AuditActor, AuditFilter, OrganizationId, SoughtText};
use serde::Deserialize;
use utoipa::IntoParams;

/// Defines a query with the filters that reading and exporting share: serde cannot refuse unknown fields of a flattened type.
macro_rules! audit_query {
    ($(#[doc = $doc:literal])+ $name:ident { $($rest:tt)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            /// The organization whose audit is read, with those below it; default: your own.
            #[param(inline)]
            pub organization_id: Option<OrganizationId>,
            /// The acts to which the entries are narrowed: names such as `request.decided`, separated by commas; the part before the
            /// dot stands for all acts whose names begin with it; default: all acts.
            #[param(inline, example = "request.decided,role")]
            act: Option<Acts>,
            /// Who acted in the entries to which the audit is narrowed: the id of an administrator or a computer, `set-up`,
            /// `anonymous` or `system`; default: anybody.
            #[param(inline)]
            actor: Option<AuditActor>,
            /// The id of a request, an administrator, a computer or another record, to which the entries are narrowed;
            /// default: all entries.
            #[param(max_length = 64, example = "req_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
            about: Option<String>,
            /// Only entries of before this moment are read; default: any time. An entry of an organization below that arrived more
            /// than an hour late may be missing.
            #[param(inline)]
            before: Option<Moment>,
            /// Only entries of this moment or later are read; default: any time. An entry of an organization below that arrived
            /// more than an hour late may be missing.
            #[param(inline)]
            after: Option<Moment>,
            /// A text to find, in upper or lower case, in what an entry shows you: who acted and from where, the act, the ids and
            /// names, and the details. Default: every entry.
            #[param(max_length = 254, example = "setup.exe")]
            q: Option<String>,
            $($rest)*
        }

        impl $name {
            /// Which entries are wanted.
            pub fn filter(&self) -> AuditFilter {
                AuditFilter {
                    acts: self.act.clone(),
                    actor: self.actor.clone(),
                    about: self.about.clone(),
                    before: self.before.map(Into::into),
                    after: self.after.map(Into::into),
                    text: self.q.as_deref().and_then(SoughtText::new),
                }
            }
        }
    };
}

audit_query! {
    /// Which entries to read.
    AuditQuery {
        /// The `next_cursor` of the previous page; default: the first page.
        #[param(inline)]
        pub cursor: Option<Cursor>,
        /// The most items on the page: 1 to 200; default: 50.
        #[serde(default)]
        #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
        pub limit: Limit,
    }
}

audit_query! {
    /// Which entries to export.
    AuditExportQuery {
        /// `csv` or `jsonl`: comma-separated values or JSON lines; default: `jsonl`.
        #[param(inline)]
        pub format: Option<ExportFormat>,
        /// Whether the entries are only counted, before they are exported: the answer is the last line alone, and nothing is recorded;
        /// default: false.
        #[serde(default)]
        #[param(required = false)]
        pub count: bool,
        /// The `next_cursor` at the end of the previous part; default: the beginning.
        #[param(inline)]
        pub cursor: Option<Cursor>,
    }
}

impl AuditExportQuery {
    /// What the audit says about the export.
    pub fn act(
        &self,
        at: &OrganizationId,
        audit: Audit,
        filter: &AuditFilter,
        format: ExportFormat,
    ) -> AuditExported {
        AuditExported::of(at, audit, filter, self.q.as_deref(), format.id())
    }
}
