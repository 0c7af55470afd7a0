//! Settings from Spin's variables.
use async_trait::async_trait;
use countersign_http::{Settings, SettingsError};
use send_wrapper::SendWrapper;
use spin_sdk::variables::{self, Error};

/// The component's variables, as the manifest gives them.
#[derive(Debug)]
pub struct Variables;

#[async_trait]
impl Settings for Variables {
    async fn get(&self, name: &str) -> Result<String, SettingsError> {
        match SendWrapper::new(variables::get(name)).await {
            Ok(value) => Ok(value),
            // A variable that the manifest does not give to this component is one that is not set.
            Err(Error::Undefined(_)) => Ok(String::new()),
            Err(error) => Err(SettingsError { name: name.to_owned(), reason: error.to_string() }),
        }
    }
}
