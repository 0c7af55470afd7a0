//! Settings that a test sets, and background work that a test runs.
use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use futures::future::BoxFuture;

use crate::services::{Background, Settings, SettingsError};

/// Variables as a test sets them.
#[derive(Debug, Default)]
pub struct TestSettings {
    values: Mutex<BTreeMap<String, String>>,
}

impl TestSettings {
    /// Sets a variable.
    pub fn set(&self, name: &str, value: &str) {
        self.values.lock().expect("no test panics in here").insert(name.to_owned(), value.to_owned());
    }
}

#[async_trait]
impl Settings for TestSettings {
    async fn get(&self, name: &str) -> Result<String, SettingsError> {
        Ok(self.values.lock().expect("no test panics in here").get(name).cloned().unwrap_or_default())
    }
}

/// Background work, kept until the test lets it run.
#[derive(Default)]
pub struct HeldBackground {
    work: Mutex<Vec<BoxFuture<'static, ()>>>,
}

impl HeldBackground {
    /// Runs the work that was started, and any work that this starts.
    pub async fn drain(&self) {
        loop {
            let work = std::mem::take(&mut *self.work.lock().expect("no test panics in here"));
            if work.is_empty() {
                return;
            }
            for task in work {
                task.await;
            }
        }
    }
}

impl Background for HeldBackground {
    fn spawn(&self, work: BoxFuture<'static, ()>) {
        self.work.lock().expect("no test panics in here").push(work);
    }
}
