//! The host's memory while a large file goes up and comes down again: it is carried in chunks and never held as a whole.

use std::os::unix::fs::FileExt as _;

use anyhow::{Context, Result, ensure};
use countersign_agent::{
    Client, IdempotencyKey, Kind, MeasuredFile, RequestState, Requester, Subject, Submission,
};
use countersign_tests::{Deployment, Stage as _};

use crate::server::Server;
use crate::unless;

/// The largest file that is kept by default.
const SIZE: u64 = 512 * 1024 * 1024;
/// What the host may hold more than before, in MiB: a small part of the file.
const GROWTH_MAX: u64 = 64;

/// Prints the table of memory.
pub async fn measured(server: &Server, world: &Deployment) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.bin");
    std::fs::File::create(&path)?.write_all_at(b"end", SIZE - 3)?;
    let file = MeasuredFile::measure(&path).await?;
    let agent = Client::new(&server.at(""))?.with_token(world.computer_token.clone());
    let submission = Submission {
        kind: Kind::Application,
        policy_id: Some(world.policy.clone()),
        subject: Subject::file(&file),
        reason: None,
        requester: Requester { username: "ann".into(), email: None },
        attach: true,
    };
    let request = agent.submit(&submission, &IdempotencyKey::fresh()?).await?;
    ensure!(request.status == RequestState::Pending && request.attachment.upload, "no copy is wanted");
    println!("\n| {} MiB are carried | MiB before | at most meanwhile |\n|---|---|---|", SIZE / 1024 / 1024);
    let before = server.memory_from_here()?;
    agent.upload(&request.id, &file).await?;
    row("up", before, server)?;
    let before = server.memory_from_here()?;
    let link = server.at(&format!("/v1/requests/{}/attachment", request.id));
    let mut copy = reqwest::Client::new().get(link).bearer_auth(&world.clerk_token).send().await?;
    let mut arrived = 0;
    while let Some(chunk) = copy.chunk().await? {
        arrived += chunk.len() as u64;
    }
    ensure!(copy.status().is_success() && arrived == SIZE, "{}: {arrived} bytes", copy.status());
    row("down", before, server).context("the download")
}

fn row(way: &str, before: u64, server: &Server) -> Result<()> {
    let (_, most) = server.memory()?;
    let met = unless(most.saturating_sub(before) <= GROWTH_MAX);
    println!("| {way} | {before} | {most}{met} |");
    Ok(())
}
