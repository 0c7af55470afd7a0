//! Takes the pictures of the console and of messages: `cargo run -p countersign-tests --example screenshots`, all of them or those
//! whose names begin with an argument. What the repository has of them goes to `docs/screenshots`, with its index, the rest to
//! `target/screenshots`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a program of the tests, which may panic"
)]

mod camera;
mod firm;
mod history;
mod mail;
mod people;
mod policies;
mod today;
mod waiting;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use countersign_host::harness::TestHost;
use countersign_tests::pictures::{PICTURES, Picture, Place, Theme, Who, index};
use countersign_tests::sizes::Size;
use countersign_tests::{Cookie, root};
use jiff::Timestamp;

use crate::camera::Camera;
use crate::firm::Firm;

/// When the pictures are: a Thursday, 14:03 in Berlin.
pub const NOW: &str = "2026-11-26T13:03:00Z";

/// Where the files go.
pub struct Album {
    kept: PathBuf,
    rest: PathBuf,
    /// What the names of the wanted pictures begin with; empty: all.
    wanted: Vec<String>,
}

impl Album {
    fn new() -> anyhow::Result<Self> {
        let (kept, rest) = (root().join("docs/screenshots"), root().join("target/screenshots"));
        std::fs::create_dir_all(&kept)?;
        std::fs::create_dir_all(&rest)?;
        Ok(Self { kept, rest, wanted: std::env::args().skip(1).collect() })
    }

    /// Whether a picture is to be taken.
    pub fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|start| name.starts_with(start.as_str()))
    }

    /// The path of a file.
    pub fn path(&self, file: &str, is_kept: bool) -> PathBuf {
        if is_kept { &self.kept } else { &self.rest }.join(file)
    }
}

/// A deployment, who has signed in there, and what the names in addresses stand for.
struct Stage {
    host: TestHost,
    cookies: BTreeMap<&'static str, Cookie>,
    ids: BTreeMap<String, String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let album = Album::new()?;
    let now: Timestamp = NOW.parse()?;
    let camera = Camera::start(now).await.context("no browser")?;
    for place in [Place::Empty, Place::New, Place::Firm] {
        let pictures: Vec<_> =
            PICTURES.iter().filter(|each| each.place == place && album.wants(each.name)).collect();
        if pictures.is_empty() {
            continue;
        }
        let stage = stage(place, now).await?;
        for picture in pictures {
            take(&camera, &album, &stage, picture, now).await?;
        }
        stage.host.stop().await;
    }
    mail::take(&camera, &album, now).await?;
    std::fs::write(album.path("README.md", true), index())?;
    Ok(())
}

async fn stage(place: Place, now: Timestamp) -> anyhow::Result<Stage> {
    let host = firm::host(false).await?;
    host.clock.set(now);
    let nothing = |host| Stage { host, cookies: BTreeMap::new(), ids: BTreeMap::new() };
    Ok(match place {
        Place::Empty => nothing(host),
        Place::New => {
            let cookie = people::set_up_alone(&host).await;
            Stage { cookies: [("petra", cookie)].into(), ..nothing(host) }
        }
        Place::Firm => {
            let firm = Firm::on(host, now).await?;
            Stage { host: firm.host, cookies: firm.cookies, ids: firm.ids }
        }
    })
}

async fn take(
    camera: &Camera,
    album: &Album,
    stage: &Stage,
    picture: &Picture,
    now: Timestamp,
) -> anyhow::Result<()> {
    let cookie = match picture.by {
        Who::Nobody => None,
        Who::Dispatcher => Some("lena"),
        Who::Head => Some("petra"),
    };
    let cookie = cookie.map(|who| stage.cookies.get(who).with_context(|| format!("{who} is signed in")));
    camera.becomes(&stage.host.url(""), cookie.transpose()?).await;
    let path = stage
        .ids
        .iter()
        .fold(picture.at.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
    for size in [Size::Phone, Size::Desktop] {
        for theme in Theme::ALL {
            stage.host.clock.set(now);
            let file = album.path(&picture.file(size, theme), picture.kept.has(size, theme));
            println!("{}", file.strip_prefix(root()).unwrap_or(&file).display());
            camera.set(size, theme).await;
            camera.open(&stage.host.url(&path), picture.says, picture.steps, size).await;
            camera.take(Path::new(&file)).await?;
        }
    }
    Ok(())
}
