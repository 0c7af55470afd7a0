//! The OpenAPI document of the whole product, merged from every component's part.

use countersign_http::openapi::Document;

/// The document as it is served at `/openapi.json`.
pub fn openapi() -> String {
    let parts = [
        approve_request::openapi(),
        authorize::openapi(),
        check_in::openapi(),
        edit_admin_permissions::openapi(),
        list_requests::openapi(),
        manage_computers::openapi(),
        manage_organizations::openapi(),
        manage_grants::openapi(),
        manage_roles::openapi(),
        read_audit::openapi(),
        manage_rules::openapi(),
        process_events::openapi(),
        report_requests::openapi(),
        send_notification::openapi(),
        serve_attachment::openapi(),
        sign_in::openapi(),
        submit_request::openapi(),
    ];
    let whole = parts.into_iter().fold(Document::new(), Document::with).finish();
    let whole = whole.expect("every name means one schema");
    let mut text = whole.to_pretty_json().expect("a document is JSON");
    text.push('\n');
    text
}
