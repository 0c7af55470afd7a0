//! The OpenAPI document of the whole product, merged from every component's part.

use countersign_http::openapi::Document;

/// The document as it is served at `/openapi.json`.
pub fn openapi() -> String {
    let parts = [
        approve_request::openapi(),
        authorize::openapi(),
        check_in::openapi(),
        deliver_notifications::openapi(),
        edit_admin_permissions::openapi(),
        enroll_computer::openapi(),
        list_notifications::openapi(),
        list_requests::openapi(),
        manage_computers::openapi(),
        manage_organizations::openapi(),
        manage_grants::openapi(),
        manage_policies::openapi(),
        manage_roles::openapi(),
        push_notification::openapi(),
        read_audit::openapi(),
        manage_rules::openapi(),
        manage_integrations::openapi(),
        report_health::openapi(),
        report_requests::openapi(),
        send_notification::openapi(),
        serve_attachment::openapi(),
        sign_in::openapi(),
        submit_request::openapi(),
        take_callbacks::openapi(),
        triage_request::openapi(),
    ];
    let whole = parts.into_iter().fold(Document::new(), Document::with).finish();
    let whole = whole.expect("every name means one schema");
    let mut text = whole.to_pretty_json().expect("a document is JSON");
    text.push('\n');
    text
}
