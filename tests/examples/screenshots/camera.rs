//! A browser whose window, theme, clock and zone are set, and what it takes pictures with.

use std::path::Path;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_tests::pictures::{Step, Theme};
use countersign_tests::sizes::Size;
use countersign_tests::{Browser, Cookie};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A page begins at the time of the pictures.
const BEFORE_EVERY_PAGE: &str = r"
    {
        const Real = Date;
        const ahead = BEGINS - Real.now();
        globalThis.Date = class extends Real {
            constructor(...parts) { if (parts.length) super(...parts); else super(Real.now() + ahead); }
            static now() { return Real.now() + ahead; }
        };
    }
";

/// Calls back once nothing has been read and no place was kept for something for a moment, and all pictures are there.
const SETTLED: &str = r#"
    const done = arguments[arguments.length - 1];
    let since = performance.now();
    const look = () => {
        const waits = window.callsUnderWay > 0 || document.querySelector(".skeleton, [aria-busy=true]")
            || [...document.images].some((image) => !image.complete);
        if (waits) since = performance.now();
        if (performance.now() - since > 350) done(true); else requestAnimationFrame(look);
    };
    look();
"#;

/// How good a picture is, of 100.
const QUALITY: u32 = 80;

/// The browser.
pub struct Camera {
    browser: Browser,
}

impl Camera {
    /// Starts it; `None` if no browser is installed, which the output says.
    pub async fn start(now: Timestamp) -> Option<Self> {
        let browser = Browser::start().await?;
        let source = BEFORE_EVERY_PAGE.replace("BEGINS", &now.as_millisecond().to_string());
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
        browser.command("Emulation.setTimezoneOverride", json!({ "timezoneId": "Europe/Berlin" })).await;
        browser.command("Emulation.setLocaleOverride", json!({ "locale": "en-GB" })).await;
        Some(Self { browser })
    }

    /// Sets the window and the theme. A phone is touched, and has two dots for one.
    pub async fn set(&self, size: Size, theme: Theme) {
        let phone = size == Size::Phone;
        let (width, height) = if phone { (390, 844) } else { (1440, 900) };
        self.resize(width, height, phone).await;
        self.browser.command("Emulation.setTouchEmulationEnabled", json!({ "enabled": phone })).await;
        self.browser.prefer(theme.name()).await;
    }

    async fn resize(&self, width: u32, height: u32, phone: bool) {
        let scale = if phone { 2 } else { 1 };
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone });
        self.browser.command("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Signs in with a session, or out.
    pub async fn becomes(&self, origin: &str, session: Option<&Cookie>) {
        self.browser.becomes(origin, session).await;
    }

    /// Opens an address, waits until it says something, and does what has to be done.
    pub async fn open(&self, url: &str, says: &str, steps: &[Step], size: Size) {
        // What differs only behind the `#` would not be loaded.
        self.browser.open("about:blank").await;
        self.browser.open(url).await;
        self.browser.says(says).await;
        for step in steps {
            self.settled().await;
            self.does(step, size).await;
        }
        self.settled().await;
    }

    async fn settled(&self) {
        self.browser.run_until_called(SETTLED).await;
    }

    async fn does(&self, step: &Step, size: Size) {
        match *step {
            Step::Press(name) => self.browser.press(name).await,
            Step::On(only, step) => {
                if size == only {
                    Box::pin(self.does(step, size)).await;
                }
            }
            Step::Choose(role, name) => self.browser.choose(role, name).await,
            Step::Fill(name, text) => self.browser.fill(name, text).await,
            Step::Says(text) => self.browser.says(text).await,
            Step::To(selector) => {
                let selector = Value::from(selector);
                let script =
                    format!("document.querySelector({selector}).scrollIntoView({{ block: 'start' }});");
                self.browser.run(&script).await;
            }
        }
    }

    /// Takes what the window shows.
    pub async fn take(&self, file: &Path) -> anyhow::Result<()> {
        self.shoot(file, json!({ "format": "webp", "quality": QUALITY })).await
    }

    /// Takes one element of a page in a desktop's window, with a rim. The window is made as high as it is: frames are drawn only where
    /// they are in sight.
    pub async fn take_element(&self, selector: &str, file: &Path) -> anyhow::Result<()> {
        let selector = Value::from(selector);
        let script = format!("return Math.ceil(document.querySelector({selector}).offsetHeight);");
        let height = self.browser.run(&script).await.as_u64().context("a height")?;
        self.resize(1440, (height + 24).max(900).try_into()?, false).await;
        let script = format!("document.querySelector({selector}).scrollIntoView({{ block: 'center' }});");
        self.browser.run(&script).await;
        self.settled().await;
        let script = format!(
            "const box = document.querySelector({selector}).getBoundingClientRect();
             return {{ x: Math.max(0, box.x + scrollX - 12), y: Math.max(0, box.y + scrollY - 12), width: box.width + 24, height: box.height + 24, scale: 1 }};"
        );
        let clip = self.browser.run(&script).await;
        let shot =
            json!({ "format": "webp", "quality": QUALITY, "captureBeyondViewport": true, "clip": clip });
        self.shoot(file, shot).await
    }

    /// Takes a document as a phone shows it, as high as it is.
    pub async fn take_document(&self, html: &str, file: &Path) -> anyhow::Result<()> {
        self.browser.open("about:blank").await;
        let tree = self.browser.command("Page.getFrameTree", json!({})).await;
        let frame = &tree["frameTree"]["frame"]["id"];
        self.browser.command("Page.setDocumentContent", json!({ "frameId": frame, "html": html })).await;
        self.resize(390, 844, true).await;
        let height = self.browser.run("return document.documentElement.scrollHeight;").await;
        self.resize(390, height.as_u64().context("a height")?.max(844).try_into()?, true).await;
        self.take(file).await
    }

    async fn shoot(&self, file: &Path, params: Value) -> anyhow::Result<()> {
        let shot = self.browser.command("Page.captureScreenshot", params).await;
        let bytes = STANDARD.decode(shot["data"].as_str().context("a picture")?)?;
        std::fs::write(file, bytes)?;
        Ok(())
    }
}
