//! Paths and who answers them.

use super::{RouteMatch, Router};
use crate::manifest::Route;

fn router(patterns: &[&str]) -> Router {
    let routes: Vec<Route> = patterns.iter().map(|pattern| Route::Public((*pattern).to_owned())).collect();
    Router::new(patterns.iter().copied().zip(&routes)).unwrap()
}

fn answers(router: &Router, path: &str) -> Option<String> {
    router.find(path).map(|found| found.component)
}

#[test]
fn the_most_specific_route_answers_whatever_the_order() {
    let mut patterns =
        ["/...", "/v1/...", "/v1/requests/...", "/v1/:what", "/v1/requests", "/v1/:what/items", "/"];
    let cases = [
        // path, the route that answers
        ("/", "/"),
        ("/anything", "/..."),
        ("/v1", "/v1/..."),
        ("/v1/", "/v1/..."),
        ("/v1/roles", "/v1/:what"),
        ("/v1/roles/", "/v1/:what"),
        ("/v1/roles/items", "/v1/:what/items"),
        ("/v1/roles/other", "/v1/..."),
        ("/v1/requests", "/v1/requests"),
        ("/v1/requests/", "/v1/requests"),
        ("/v1/requests/req_1", "/v1/requests/..."),
        ("/v1/requestsX", "/v1/:what"),
        ("/V1/requests", "/..."),
    ];
    for _ in 0..2 {
        let router = router(&patterns);
        for (path, expected) in cases {
            assert_eq!(answers(&router, path).as_deref(), Some(expected), "{path}");
        }
        patterns.reverse();
    }
}

#[test]
fn no_route_means_no_answer() {
    let router = router(&["/v1/requests", "/agent/..."]);
    for path in ["/", "/v1", "/v1/requests/x", "/agents", "", "*", "//x//"] {
        assert_eq!(answers(&router, path), None, "{path}");
    }
}

#[test]
fn a_private_component_has_no_route() {
    let router = Router::new([("a", &Route::Private)]).unwrap();
    assert_eq!(router.find("/"), None);
    assert_eq!(router.find("/a"), None);
}

#[test]
fn the_rest_of_the_path_keeps_its_slashes() {
    let router = router(&["/test/..."]);
    let cases = [
        ("/test", ""),
        ("/test/", "/"),
        ("/test/hello", "/hello"),
        ("/test/hello/", "/hello/"),
        ("/test/a/b", "/a/b"),
    ];
    for (path, rest) in cases {
        assert_eq!(router.find(path).unwrap().path_info, rest, "{path}");
    }
}

#[test]
fn parameters_are_captured_in_order() {
    let found = router(&["/o/:org/groups/:group/..."]).find("/o/org_1/groups/grp_2/rest").unwrap();
    assert_eq!(found.parameters, [("org".into(), "org_1".into()), ("group".into(), "grp_2".into())]);
    assert_eq!(found.path_info, "/rest");
    assert_eq!(found.route_prefix(), "/o/:org/groups/:group");
}

#[test]
fn of_two_same_routes_the_later_counts() {
    let route = Route::Public("/a".to_owned());
    let router = Router::new([("first", &route), ("second", &route)]).unwrap();
    assert_eq!(answers(&router, "/a").as_deref(), Some("second"));
    assert_eq!(router.routes().count(), 1);
}

#[test]
fn malformed_routes_are_refused() {
    for pattern in ["/a//b", "/.../b", "/:", "/*name", "/:a b"] {
        let route = Route::Public(pattern.to_owned());
        assert!(Router::new([("c", &route)]).is_err(), "{pattern}");
    }
}

#[test]
fn a_chained_request_has_the_route_of_everything() {
    let found = RouteMatch::chained("send-notification", "/process");
    assert_eq!((found.matched_route(), found.route_prefix()), ("/...", ""));
    assert_eq!(found.path_info, "/process");
}
