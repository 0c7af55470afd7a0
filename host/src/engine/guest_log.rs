//! A component's output, written line by line into the host's log with the component's name.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

/// Longer lines are cut into pieces.
const MAX_LINE: usize = 8 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

/// One output stream of one instance.
#[derive(Clone)]
pub(super) struct GuestLog {
    component: Arc<str>,
    stream: Stream,
    line: Arc<Mutex<Vec<u8>>>,
}

impl GuestLog {
    pub(super) fn new(component: &str, stream: Stream) -> Self {
        Self { component: component.into(), stream, line: Arc::default() }
    }

    fn print(&self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches('\r');
        let component = &self.component;
        match self.stream {
            Stream::Out => tracing::info!(target: "component", "{component}: {text}"),
            Stream::Err => tracing::warn!(target: "component", "{component}: {text}"),
        }
    }

    fn take(&self, bytes: &[u8]) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            line.extend_from_slice(text);
            if ends || line.len() >= MAX_LINE {
                self.print(&line);
                line.clear();
            }
        }
    }

    fn print_rest(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if !line.is_empty() {
            self.print(&line);
            line.clear();
        }
    }
}

impl IsTerminal for GuestLog {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestLog {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for GuestLog {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.print_rest();
        Poll::Ready(Ok(()))
    }
}

impl Drop for GuestLog {
    fn drop(&mut self) {
        // The last holder of the stream prints an unfinished line, such as the last words before a trap.
        if Arc::strong_count(&self.line) == 1 {
            self.print_rest();
        }
    }
}
