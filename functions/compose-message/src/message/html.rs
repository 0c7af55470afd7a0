//! An email as HTML: a strip in the organization's colour, what happened, why, the button, and then the facts, for people who
//! have one thumb and the first screen.
//!
//! Programs for mail take away style sheets (Gmail) or draw with Word (Outlook), so that every element has its own style, the
//! columns are tables, and the one style sheet is only for those that show dark mail.

use std::fmt::Write;

use super::inert::escaped;
use super::words::Words;
use super::{Content, Facts};

/// The strip of an organization that has no colour: the accent of the console.
const ACCENT: &str = "#14595f";
const FONT: &str = "-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif";
/// The colours of the console in the dark, for programs that ask for them.
const DARK: &str = "@media (prefers-color-scheme: dark) { \
    .page { background-color: #0e1413 !important } \
    .sheet { background-color: #161d1b !important; border-color: #2a3532 !important } \
    .text { color: #e7eeeb !important; border-color: #2a3532 !important } \
    .quiet { color: #a2b2ac !important; border-color: #2a3532 !important } \
    .warn { color: #efc474 !important; background-color: #302611 !important } \
    .said { color: #e7eeeb !important; border-color: #74c7bb !important } \
    .act { background-color: #74c7bb !important } \
    .act a { color: #06211d !important } }";
/// Outlook knows no greatest width.
const OUTLOOK: [&str; 2] = [
    "<!--[if mso]><table role=\"presentation\" width=\"600\" align=\"center\"><tr><td><![endif]-->\n",
    "<!--[if mso]></td></tr></table><![endif]-->\n",
];

/// The whole document.
pub fn document(content: &Content) -> String {
    let mut html = String::new();
    head(&mut html, content.language);
    let colour = escaped(content.colour.as_deref().unwrap_or(ACCENT));
    let _ = writeln!(
        html,
        "<tr><td bgcolor=\"{colour}\" height=\"4\" style=\"height:4px;line-height:4px;font-size:1px;\
         background-color:{colour}\">&nbsp;</td></tr>"
    );
    if let Some(name) = &content.heading {
        row(&mut html, "16px 20px 0", "quiet", "color:#51605b;font-size:13px;font-weight:600", &name.html());
    }
    opening(&mut html, content);
    if let Some((heading, lines)) = &content.quote {
        quote(&mut html, heading, lines);
    }
    if let Some((what, link)) = &content.link {
        button(&mut html, what, link);
    }
    facts(&mut html, &content.facts);
    foot(&mut html, content);
    let _ = write!(html, "</table>\n{}</td></tr></table>\n</body></html>\n", OUTLOOK[1]);
    html
}

/// Phones look for numbers and addresses in what is shown; mail programs of Apple can be asked not to.
fn head(html: &mut String, language: &str) {
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\">\
         <style>{DARK}</style></head>\n\
         <body class=\"page\" style=\"margin:0;padding:0;background:#f4f6f5\">\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>\
         <td class=\"page\" align=\"center\" bgcolor=\"#f4f6f5\" style=\"padding:16px 8px;background-color:#f4f6f5\">\n{}\
         <table class=\"sheet\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         bgcolor=\"#ffffff\" style=\"max-width:600px;table-layout:fixed;border-collapse:collapse;border:1px solid #dde4e1;\
         background-color:#ffffff\">\n",
        OUTLOOK[0]
    );
}

/// One row of the sheet.
fn row(html: &mut String, padding: &str, class: &str, style: &str, contents: &str) {
    let _ = writeln!(
        html,
        "<tr><td class=\"{class}\" align=\"left\" style=\"padding:{padding};font-family:{FONT};line-height:1.45;\
         word-break:break-word;overflow-wrap:anywhere;{style}\">{contents}</td></tr>"
    );
}

fn opening(html: &mut String, content: &Content) {
    let large = "color:#14201d;font-size:17px;font-weight:600";
    row(html, "16px 20px 0", "text", large, &content.opening.html());
    if let Some(instead) = &content.instead {
        row(html, "8px 20px 0", "quiet", "color:#51605b;font-size:14px", &instead.html());
    }
    if let Some(warning) = content.warning {
        html.push_str("<tr><td style=\"padding:12px 20px 0\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\n");
        let strong = "color:#774a00;background-color:#fcf1da;font-size:14px;font-weight:600";
        row(html, "10px 12px", "warn", strong, &escaped(warning));
        html.push_str("</table></td></tr>\n");
    }
}

/// Somebody's own words, which cannot pass for the message's own.
fn quote(html: &mut String, heading: &str, lines: &[Words]) {
    let lines: Vec<_> = lines.iter().map(Words::html).collect();
    let (heading, lines) = (escaped(heading), lines.join("<br>"));
    row(html, "16px 20px 0", "quiet", "color:#51605b;font-size:13px", &heading);
    let said = format!(
        "<blockquote class=\"said\" dir=\"auto\" style=\"margin:0;padding:2px 12px;border-left:3px solid {ACCENT};font-family:{FONT};\
         font-size:16px;line-height:1.45;color:#14201d\">{lines}</blockquote>"
    );
    row(html, "4px 20px 0", "text", "color:#14201d", &said);
}

/// Outlook draws no padding of a link; it takes that of the cell.
fn button(html: &mut String, what: &str, link: &str) {
    let (what, link) = (escaped(what), escaped(link));
    let _ = writeln!(
        html,
        "<tr><td align=\"left\" style=\"padding:20px 20px 4px\"><table role=\"presentation\" cellpadding=\"0\" \
         cellspacing=\"0\" border=\"0\"><tr><td class=\"act\" align=\"center\" bgcolor=\"{ACCENT}\" style=\"border-radius:8px;\
         background-color:{ACCENT};mso-padding-alt:13px 24px\"><a href=\"{link}\" style=\"display:inline-block;\
         padding:13px 24px;font-family:{FONT};font-size:16px;line-height:20px;font-weight:600;color:#ffffff;\
         text-decoration:none\">{what}</a></td></tr></table></td></tr>"
    );
}

fn facts(html: &mut String, facts: &Facts) {
    if facts.is_empty() {
        return;
    }
    html.push_str(
        "<tr><td style=\"padding:16px 20px 0\"><table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"table-layout:fixed;border-collapse:collapse\">\n",
    );
    let cell = format!(
        "align=\"left\" valign=\"top\" style=\"padding:7px 0;border-top:1px solid #dde4e1;font-family:{FONT};\
         line-height:1.4;word-break:break-word;overflow-wrap:anywhere;"
    );
    for (label, value) in facts {
        let (label, value) = (escaped(label), value.html());
        let _ = writeln!(
            html,
            "<tr><th class=\"quiet\" width=\"30%\" {cell}padding-right:12px;font-weight:400;font-size:13px;\
             color:#51605b\">{label}</th><td class=\"text\" {cell}font-size:14px;color:#14201d\">{value}</td></tr>"
        );
    }
    html.push_str("</table></td></tr>\n");
}

/// The link once more as it is, to copy, and why the recipient gets the message.
fn foot(html: &mut String, content: &Content) {
    let small = "color:#51605b;font-size:13px";
    if let Some((_, link)) = &content.link {
        row(html, "16px 20px 0", "quiet", small, &escaped(link));
    }
    row(html, "8px 20px 20px", "quiet", small, &escaped(content.closing));
}
