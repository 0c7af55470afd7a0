//! `spin:variables@3`: the values that the manifest gives the component.

use wasmtime::component::{Accessor, HasSelf};

use super::bindings::variables::{Error, Host, HostWithStore};
use super::state::InstanceState;
use crate::manifest::is_variable_name;

impl Host for InstanceState {}

impl<T: Send> HostWithStore<T> for HasSelf<InstanceState> {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> wasmtime::Result<Result<String, Error>> {
        let component = accessor.with(|mut access| access.get().component.clone());
        component.counters.record_other(&component.id, "get-variable");
        if !is_variable_name(&name) {
            return Ok(Err(Error::InvalidName(format!("`{name}` is no variable name"))));
        }
        let undefined = || Error::Undefined(format!("`{}` has no variable `{name}`", component.id));
        Ok(component.variables.get(&name).cloned().ok_or_else(undefined))
    }
}
