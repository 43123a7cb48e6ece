//! The provider, and the table of everything that it offers.

use std::collections::BTreeMap;

use tf_provider::{DataSource, Function};

use crate::action::Action;
use crate::bridge::{action, data_source, ephemeral, function, list, resource};
use crate::environment;
use crate::ephemeral::EphemeralResource;
use crate::list::ListResource;
use crate::resource::Resource;

/// A provider as this server serves it: tf-provider's trait, and the table of what it offers.
///
/// tf-provider's own tables (`get_resources` and so on) are not used: what they hold cannot be called from outside that
/// crate.
pub trait Provider: tf_provider::Provider {
    /// Enters everything that the provider offers, under its full name (`example_disk`).
    fn register(&self, registry: &mut Registry);

    /// The address under which Terraform knows the provider, for `-debug`.
    ///
    /// By default it is made of the program's name: `terraform-provider-x` is `registry.terraform.io/x/x`.
    fn address(&self) -> String {
        let name = environment::provider_name();
        format!("registry.terraform.io/{name}/{name}")
    }
}

/// The table of what a provider offers, by name.
#[derive(Default)]
pub struct Registry {
    pub(crate) resources: BTreeMap<String, Box<dyn resource::AnyResource>>,
    pub(crate) data_sources: BTreeMap<String, Box<dyn data_source::AnyDataSource>>,
    pub(crate) functions: BTreeMap<String, Box<dyn function::AnyFunction>>,
    pub(crate) list_resources: BTreeMap<String, Box<dyn list::AnyListResource>>,
    pub(crate) actions: BTreeMap<String, Box<dyn action::AnyAction>>,
    pub(crate) ephemeral_resources: BTreeMap<String, Box<dyn ephemeral::AnyEphemeralResource>>,
    /// What was entered twice, for the operator who meets such a provider.
    pub(crate) doubles: Vec<String>,
}

impl Registry {
    /// Enters a resource under its full type name.
    pub fn resource<R: Resource + 'static>(&mut self, name: impl Into<String>, resource: R) -> &mut Self {
        let bridge = Box::new(resource::ResourceBridge::new(resource));
        enter(&mut self.resources, &mut self.doubles, name.into(), bridge);
        self
    }

    /// Enters a data source under its full type name.
    pub fn data_source<D: DataSource + 'static>(&mut self, name: impl Into<String>, data_source: D) -> &mut Self {
        let bridge = Box::new(data_source::DataSourceBridge::new(data_source));
        enter(&mut self.data_sources, &mut self.doubles, name.into(), bridge);
        self
    }

    /// Enters a function under its name, as in `provider::example::name()`.
    pub fn function<F: Function + 'static>(&mut self, name: impl Into<String>, function: F) -> &mut Self {
        enter(&mut self.functions, &mut self.doubles, name.into(), Box::new(function::FunctionBridge(function)));
        self
    }

    /// Enters a list resource under the name of the resource that it finds, which must have an identity.
    pub fn list_resource<L: ListResource + 'static>(&mut self, name: impl Into<String>, list: L) -> &mut Self {
        enter(&mut self.list_resources, &mut self.doubles, name.into(), Box::new(list::ListBridge::new(list)));
        self
    }

    /// Enters an action under its full type name.
    pub fn action<A: Action + 'static>(&mut self, name: impl Into<String>, action: A) -> &mut Self {
        enter(&mut self.actions, &mut self.doubles, name.into(), Box::new(action::ActionBridge::new(action)));
        self
    }

    /// Enters an ephemeral resource under its full type name.
    pub fn ephemeral_resource<E: EphemeralResource + 'static>(
        &mut self,
        name: impl Into<String>,
        ephemeral: E,
    ) -> &mut Self {
        let bridge = Box::new(ephemeral::EphemeralBridge::new(ephemeral));
        enter(&mut self.ephemeral_resources, &mut self.doubles, name.into(), bridge);
        self
    }
}

fn enter<T: ?Sized>(table: &mut BTreeMap<String, Box<T>>, doubles: &mut Vec<String>, name: String, entry: Box<T>) {
    if table.contains_key(&name) {
        doubles.push(name.clone());
    }
    table.insert(name, entry);
}
