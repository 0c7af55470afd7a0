//! Which component answers a path: exact routes, `:param` segments, a trailing `/...`, in Spin's order of precedence.

use anyhow::{bail, ensure};

use crate::manifest::Route;

/// The routes of an application, most specific first.
#[derive(Debug, Default)]
pub struct Router {
    routes: Vec<RouteEntry>,
}

#[derive(Debug)]
struct RouteEntry {
    component: String,
    /// As written in the manifest.
    raw: String,
    segments: Vec<Segment>,
}

// INVARIANT: `Rest` is only ever the last segment. The order is the precedence: exact text before a parameter
// before the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Exact(String),
    Parameter(String),
    Rest,
}

/// A path that a route answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteMatch {
    /// The component that answers.
    pub component: String,
    /// The route as the manifest has it.
    pub raw_route: String,
    /// The part of the path that matches the trailing `/...`, with its leading slash; empty without one.
    pub path_info: String,
    /// Values of the parameters, by name, in their order.
    pub parameters: Vec<(String, String)>,
}

impl Router {
    /// Routes of the triggers. Of two with the same pattern, the later one counts, as in Spin.
    pub fn new<'a>(triggers: impl IntoIterator<Item = (&'a str, &'a Route)>) -> anyhow::Result<Self> {
        let mut routes: Vec<RouteEntry> = Vec::new();
        for (component, route) in triggers {
            let Route::Public(raw) = route else { continue };
            let segments = parse(raw)?;
            let entry = RouteEntry { component: component.to_owned(), raw: raw.clone(), segments };
            match routes.iter_mut().find(|other| other.raw == entry.raw) {
                Some(other) => {
                    tracing::error!(
                        "the route `{raw}` of `{}` is never reached: `{component}` has it too",
                        other.component
                    );
                    *other = entry;
                }
                None => routes.push(entry),
            }
        }
        routes.sort_by(|a, b| precedence(&a.segments, &b.segments));
        Ok(Self { routes })
    }

    /// The route that answers a path, if any.
    pub fn find(&self, path: &str) -> Option<RouteMatch> {
        self.routes.iter().find_map(|route| route.matches(path))
    }

    /// Each route and its component, most specific first.
    pub fn routes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.routes.iter().map(|route| (route.raw.as_str(), route.component.as_str()))
    }
}

impl RouteMatch {
    /// A request that reaches a component by service chaining, as if it had the route `/...`.
    pub fn chained(component: &str, path: &str) -> Self {
        Self {
            component: component.to_owned(),
            raw_route: "/...".to_owned(),
            path_info: path.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// The route without its trailing `/...`.
    pub fn route_prefix(&self) -> &str {
        self.raw_route.strip_suffix("/...").unwrap_or(&self.raw_route)
    }

    /// The route without a trailing slash.
    pub fn matched_route(&self) -> &str {
        self.raw_route.strip_suffix('/').unwrap_or(&self.raw_route)
    }
}

impl RouteEntry {
    fn matches(&self, path: &str) -> Option<RouteMatch> {
        let mut rest = path.trim_matches('/');
        let mut parameters = Vec::new();
        let mut path_info = String::new();
        for (position, segment) in self.segments.iter().enumerate() {
            let (this, after) = rest.split_once('/').unwrap_or((rest, ""));
            match segment {
                Segment::Rest => {
                    path_info = rest_of(path, rest);
                    rest = "";
                    break;
                }
                _ if position > 0 && rest.is_empty() => return None,
                Segment::Exact(text) if text == this => {}
                Segment::Parameter(name) if !rest.is_empty() => {
                    parameters.push((name.clone(), this.to_owned()))
                }
                Segment::Exact(_) | Segment::Parameter(_) => return None,
            }
            rest = after;
        }
        rest.is_empty().then(|| RouteMatch {
            component: self.component.clone(),
            raw_route: self.raw.clone(),
            path_info,
            parameters,
        })
    }
}

/// The part of the path that matches `/...`, with the slash before it and a trailing slash.
fn rest_of(path: &str, rest: &str) -> String {
    let end = if path.ends_with('/') { "/" } else { "" };
    if rest.is_empty() { end.to_owned() } else { format!("/{rest}{end}") }
}

fn parse(raw: &str) -> anyhow::Result<Vec<Segment>> {
    let trimmed = raw.trim_matches('/');
    if trimmed.is_empty() {
        return Ok(vec![Segment::Exact(String::new())]);
    }
    let parts: Vec<&str> = trimmed.split('/').collect();
    let mut segments = Vec::with_capacity(parts.len());
    for (position, part) in parts.iter().enumerate() {
        let segment = match *part {
            "..." | "*" => {
                ensure!(
                    position + 1 == parts.len(),
                    "in the route `{raw}` only the last segment can be `...`"
                );
                Segment::Rest
            }
            "" => bail!("the route `{raw}` has an empty segment"),
            part if part.starts_with('*') => {
                bail!("in the route `{raw}` a wildcard has no name; write `...`")
            }
            part => match part.strip_prefix(':') {
                Some("") => bail!("the route `{raw}` has a parameter without a name"),
                Some(name) => {
                    let is_word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
                    ensure!(is_word, "in the route `{raw}` the parameter `{name}` must be a word");
                    Segment::Parameter(name.to_owned())
                }
                None => Segment::Exact(part.to_owned()),
            },
        };
        segments.push(segment);
    }
    Ok(segments)
}

/// The more specific segment first, from left to right; of equal prefixes the shorter route, which is exact at its end;
/// else the manifest's order.
fn precedence(a: &[Segment], b: &[Segment]) -> std::cmp::Ordering {
    let rank = |segment: &Segment| match segment {
        Segment::Exact(_) => 0,
        Segment::Parameter(_) => 1,
        Segment::Rest => 2,
    };
    let difference = a.iter().zip(b).map(|(a, b)| rank(a).cmp(&rank(b))).find(|order| order.is_ne());
    difference.unwrap_or_else(|| a.len().cmp(&b.len()))
}

#[cfg(test)]
mod tests;
