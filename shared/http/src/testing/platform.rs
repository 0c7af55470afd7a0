//! Settings that a test sets, and background work that a test runs.
use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use futures::future::BoxFuture;

use crate::ports::{Background, Settings, SettingsError};
use crate::store_server::{RedisSettings, StoreServer};

/// Variables as a test sets them.
#[derive(Debug, Default)]
pub struct TestSettings {
    values: Mutex<BTreeMap<String, String>>,
    asked: Mutex<Vec<String>>,
}

impl TestSettings {
    /// Sets a variable.
    pub fn set(&self, name: &str, value: &str) {
        self.values.lock().expect("no test panics in here").insert(name.to_owned(), value.to_owned());
    }

    /// The variables that were read since the last time.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("no test panics in here"))
    }
}

#[async_trait]
impl Settings for TestSettings {
    async fn get(&self, name: &str) -> Result<String, SettingsError> {
        self.asked.lock().expect("no test panics in here").push(name.to_owned());
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

/// The server behind the store, as a test sets it; one that cannot be asked at first.
#[derive(Debug, Default)]
pub struct TestStoreServer {
    redis: Mutex<Option<RedisSettings>>,
    asked: Mutex<Vec<(String, String)>>,
}

impl TestStoreServer {
    /// Sets what the server says.
    pub fn set(&self, settings: RedisSettings) {
        *self.redis.lock().expect("no test panics in here") = Some(settings);
    }

    /// Where it was asked since the last time, and with which login.
    pub fn take_asked(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.asked.lock().expect("no test panics in here"))
    }
}

#[async_trait]
impl StoreServer for TestStoreServer {
    async fn redis(&self, origin: &str, login: &str) -> Result<RedisSettings, String> {
        self.asked.lock().expect("no test panics in here").push((origin.to_owned(), login.to_owned()));
        let settings = self.redis.lock().expect("no test panics in here").clone();
        settings.ok_or_else(|| "nobody answers".to_owned())
    }
}
