//! The messages, as a phone and as the mailbox of the development host show them.

use anyhow::Context;
use countersign_host::dev::Message;
use countersign_tests::pictures::{MESSAGES, MessagePicture, Theme, file};
use countersign_tests::sizes::Size;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::camera::Camera;
use crate::firm::{self, Firm};
use crate::{Album, today};

/// Takes those that are wanted.
pub async fn take(camera: &Camera, album: &Album, now: Timestamp) -> anyhow::Result<()> {
    let wanted: Vec<_> = MESSAGES.iter().filter(|message| album.wants(message.name)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let firm = sent(now).await?;
    let messages = firm.host.mailbox().messages();
    for picture in wanted {
        let message = find(&messages, picture)?;
        for theme in Theme::ALL {
            let path = |size| album.path(&file(picture.name, size, theme), picture.has(size, theme));
            println!("{} ({})", picture.name, theme.name());
            camera.set(Size::Desktop, theme).await;
            camera.open(&firm.host.url("/_mailbox"), "Mailbox", &[], Size::Desktop).await;
            camera.take_element(&format!("#message-{}", message.number), &path(Size::Desktop)).await?;
            if !message.html.is_empty() {
                camera.set(Size::Phone, theme).await;
                camera.take_document(&message.html, &path(Size::Phone)).await?;
            }
        }
    }
    firm.host.stop().await;
    Ok(())
}

fn find<'a>(messages: &'a [Message], picture: &MessagePicture) -> anyhow::Result<&'a Message> {
    let fits = |message: &&Message| {
        let says = [&message.subject, &message.text].into_iter().any(|said| said.contains(picture.says));
        message.channel == picture.channel && message.to.contains(picture.to) && says
    };
    let all = || {
        messages.iter().map(|one| format!("{} {} {}", one.channel, one.to, one.subject)).collect::<Vec<_>>()
    };
    // The newest come first, and the first message is meant.
    messages.iter().rfind(fits).with_context(|| format!("{} in {:#?}", picture.name, all()))
}

/// A day of the firm, with everything in the mailbox.
async fn sent(now: Timestamp) -> anyhow::Result<Firm> {
    let computers = today::hostnames();
    let mut firm = Firm::begun(firm::host(true).await?, now, 24 * 60, Some(&computers)).await;
    firm.host.mailbox().clear();
    firm.at(110);
    today::twin(&mut firm).await;
    today::told(&mut firm).await;
    let path = format!("/v1/administrators/{}/password-reset", firm.id("tomasz"));
    firm.post("petra", &path, json!({})).await;
    today::requests(&mut firm).await?;
    let decide = async |key: &str, body| {
        firm.post("petra", &format!("/v1/requests/{}/decision", firm.id(key)), body).await;
    };
    decide("cam", json!({ "outcome": "approved", "scope": "group", "message": "Servicepack 2 ist geprüft. Bitte vor der Installation alle Zeichnungen schließen." })).await;
    decide("rechnung", json!({ "outcome": "denied", "message": "This is no invoice: its name is written backwards. Please do not open it, we will call you." })).await;
    firm.host.settle().await?;
    // The quiet hours end, and with them comes the digest.
    firm.host.clock.set(now + SignedDuration::from_hours(4));
    firm.host.settle().await?;
    Ok(firm)
}
