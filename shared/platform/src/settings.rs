//! Settings from Spin's variables.
use async_trait::async_trait;
use countersign_http::{Settings, SettingsError};
use send_wrapper::SendWrapper;
use spin_sdk::variables::{self, Error};

/// The component's variables, as given by the manifest.
#[derive(Debug)]
pub struct Variables;

#[async_trait]
impl Settings for Variables {
    async fn get(&self, name: &str) -> Result<String, SettingsError> {
        match SendWrapper::new(variables::get(name)).await {
            Ok(value) => Ok(value),
            // A variable that the manifest does not give to this component counts as unset.
            Err(Error::Undefined(_)) => Ok(String::new()),
            Err(error) => Err(SettingsError { name: name.to_owned(), reason: error.to_string() }),
        }
    }
}
