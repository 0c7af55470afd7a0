//! Parts of the schemas of types that are written and read as text.

use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

/// Control characters, for a set in a pattern.
pub(crate) const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";

/// A text of a certain form.
pub(crate) fn text(pattern: Option<&str>, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).pattern(pattern).examples([example]).into()
}

/// One of these texts.
pub(crate) fn one_of(texts: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(texts)).into()
}

/// A schema with a description.
pub(crate) fn described(text: &str, mut schema: RefOr<Schema>) -> RefOr<Schema> {
    let description = Some(text.trim().to_owned());
    match &mut schema {
        RefOr::T(Schema::Object(object)) => object.description = description,
        RefOr::T(Schema::OneOf(one)) => one.description = description,
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
    schema
}

/// An email address of at most `max` characters.
pub(crate) fn email(max: usize, example: &str) -> RefOr<Schema> {
    email_object(max, example).into()
}

fn email_object(max: usize, example: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
        .max_length(Some(max))
        .examples([example])
}

/// A phone number, with something before it.
pub(crate) fn phone(before: &str, example: &str) -> RefOr<Schema> {
    text(Some(&format!("^{before}\\+[1-9][0-9]{{6,14}}$")), example)
}

/// An email address of at most `max` characters, `sms:` and a phone number, or a kind and the name of an integration.
pub(crate) fn address(max: usize, example: &str) -> RefOr<Schema> {
    let email = email_object(max, "desk@company.example");
    let name = format!("[^{CONTROL}]*[^{CONTROL}\\s][^{CONTROL}]*");
    let target = text(Some(&format!("^(slack|teams|webhook|pagerduty):{name}$")), "slack:Security desk");
    OneOfBuilder::new().item(email).item(phone("sms:", example)).item(target).into()
}

/// An IP address or a CIDR block.
pub(crate) fn network(example: &str) -> RefOr<Schema> {
    // A compressed IPv6 address has one `::`, which stands for at least one group.
    const BYTE: &str = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    const GROUP: &str = "[0-9A-Fa-f]{1,4}";
    let v4 = format!("({BYTE}\\.){{3}}{BYTE}(/(3[0-2]|[12]?[0-9]))?");
    let mut v6 = vec![format!("({GROUP}:){{7}}{GROUP}"), "::".to_owned()];
    for before in 0..=6 {
        for after in 0..=6 - before {
            let parts = |count: usize| vec![GROUP; count].join(":");
            if before + after > 0 {
                v6.push(format!("{}::{}", parts(before), parts(after)));
            }
        }
    }
    let v6 = format!("({})(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?", v6.join("|"));
    text(Some(&format!("^({v4}|{v6})$")), example)
}
