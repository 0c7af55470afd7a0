//! The OpenAPI document of the whole product, merged from every component's part.

/// The document as it is served at `/openapi.json`.
pub fn openapi() -> String {
    let whole = countersign_http::openapi::merge([
        approve_request::openapi(),
        authorize::openapi(),
        check_in::openapi(),
        edit_admin_permissions::openapi(),
        manage_organizations::openapi(),
        manage_roles::openapi(),
        read_audit::openapi(),
        send_notification::openapi(),
        sign_in::openapi(),
        submit_request::openapi(),
    ]);
    let mut text = whole.to_pretty_json().expect("a document is JSON");
    text.push('\n');
    text
}
