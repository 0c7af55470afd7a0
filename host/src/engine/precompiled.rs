//! Compiling components for this machine. A component is compiled once: by the first request for it, or before any request.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::OnceCell;
use wasmtime_wasi_http::handler::ProxyPre;

use super::Engine;
use super::state::InstanceState;

/// Preparing a component takes longer than this only if it is compiled.
const WORTH_A_LINE: Duration = Duration::from_millis(500);
const UNREADABLE: &str = "cannot read it; has it been built?";

/// How many components are ready.
#[derive(Debug)]
pub(crate) struct Progress {
    ready: AtomicUsize,
    all: usize,
}

impl Progress {
    /// None of so many.
    pub(crate) fn of(all: usize) -> Arc<Self> {
        Arc::new(Self { ready: AtomicUsize::new(0), all })
    }
}

/// Where a component's code is.
#[derive(Debug, Clone)]
pub(crate) enum Code {
    /// In a Wasm file.
    File(PathBuf),
    /// In this program.
    Carried(&'static [u8]),
}

impl Code {
    fn read(&self) -> anyhow::Result<Cow<'static, [u8]>> {
        match self {
            Self::File(file) => Ok(std::fs::read(file).context(UNREADABLE)?.into()),
            Self::Carried(contents) => Ok((*contents).into()),
        }
    }
}

/// A component that is compiled for this machine, or loaded from the cache, when it is first asked for.
pub(crate) struct Precompiled {
    id: String,
    code: Code,
    engine: &'static Engine,
    progress: Arc<Progress>,
    pre: OnceCell<ProxyPre<InstanceState>>,
}

impl Precompiled {
    pub(crate) fn new(engine: &'static Engine, id: &str, code: Code, progress: &Arc<Progress>) -> Arc<Self> {
        let (id, progress) = (id.to_owned(), progress.clone());
        Arc::new(Self { id, code, engine, progress, pre: OnceCell::new() })
    }

    /// Refuses a component that has not been built.
    pub(crate) fn require_source(&self) -> anyhow::Result<()> {
        let Code::File(file) = &self.code else { return Ok(()) };
        std::fs::metadata(file).map(drop).context(UNREADABLE).with_context(|| self.context())
    }

    fn context(&self) -> String {
        match &self.code {
            Code::File(file) => format!("in the component `{}` of `{}`", self.id, file.display()),
            Code::Carried(_) => format!("in the component `{}`", self.id),
        }
    }

    /// The component, as soon as it is compiled, off the threads that serve. If that fails, it is tried again next time.
    pub(crate) async fn get(&self) -> anyhow::Result<&ProxyPre<InstanceState>> {
        self.pre.get_or_try_init(|| self.compile()).await
    }

    async fn compile(&self) -> anyhow::Result<ProxyPre<InstanceState>> {
        let begun = Instant::now();
        let (engine, code) = (self.engine, self.code.clone());
        let compiled = tokio::task::spawn_blocking(move || engine.prepare(&code.read()?)).await?;
        let pre = compiled.with_context(|| self.context())?;
        let ready = self.progress.ready.fetch_add(1, Ordering::Relaxed) + 1;
        if begun.elapsed() > WORTH_A_LINE {
            let took = begun.elapsed().as_secs_f32();
            let (id, all) = (&self.id, self.progress.all);
            tracing::info!("compiled `{id}` for this machine in {took:.1} s ({ready} of {all})");
        }
        Ok(pre)
    }
}
