//! Identities: the few attributes that tell one object of a resource type from all others.

use std::collections::BTreeMap;

use tf_provider::Diagnostics;
use tf_provider::schema::Type;

use crate::shape::Shape;
use crate::wire::tfplugin6 as tf;
use crate::{Dynamic, diagnostics, json, msgpack, schema_to_wire};

/// The identity schema of a resource type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentitySchema {
    /// Goes up whenever stored identities have to be changed to fit.
    pub version: i64,
    /// The attributes, of which a list resource and an import block speak.
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityAttribute {
    /// The name, as in an `import` block's `identity`.
    pub name: &'static str,
    /// Text, number, truth value, or a list of one of these.
    pub value_type: Type,
    /// Whether an import needs it; if not, it may be left out there.
    pub required_for_import: bool,
    /// One sentence for the reader of the documentation.
    pub description: &'static str,
}

impl IdentitySchema {
    /// A schema.
    pub fn new(version: i64, attributes: Vec<IdentityAttribute>) -> Self {
        Self { version, attributes }
    }
}

impl IdentityAttribute {
    /// An attribute of another type than text.
    pub fn of_type(mut self, value_type: Type) -> Self {
        self.value_type = value_type;
        self
    }

    /// A text attribute that an import needs.
    pub fn required(name: &'static str, description: &'static str) -> Self {
        Self { name, value_type: Type::String, required_for_import: true, description }
    }

    /// A text attribute that an import may leave out.
    pub fn optional(name: &'static str, description: &'static str) -> Self {
        Self { name, value_type: Type::String, required_for_import: false, description }
    }
}

/// The identity of one object: values by attribute name. Attributes that are not there are null.
///
/// ```
/// use terraform_plugin_server::Identity;
///
/// let identity = Identity::from([("region", "eu"), ("id", "17")]);
/// assert_eq!(identity.text("id"), Some("17"));
/// assert_eq!(identity.text("zone"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity(BTreeMap<String, Dynamic>);

impl Identity {
    /// The value of an attribute, if it is there and not null.
    pub fn get(&self, name: &str) -> Option<&Dynamic> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The value of a text attribute, if it is there and not null.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Dynamic::as_str)
    }
}

impl<K: Into<String>, V: Into<Dynamic>, const N: usize> From<[(K, V); N]> for Identity {
    fn from(values: [(K, V); N]) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl IdentitySchema {
    pub(crate) fn to_wire(&self) -> tf::ResourceIdentitySchema {
        let attribute = |attribute: &IdentityAttribute| tf::resource_identity_schema::IdentityAttribute {
            name: attribute.name.to_owned(),
            r#type: schema_to_wire::type_to_wire(&attribute.value_type),
            required_for_import: attribute.required_for_import,
            optional_for_import: !attribute.required_for_import,
            description: attribute.description.to_owned(),
        };
        let identity_attributes = self.attributes.iter().map(attribute).collect();
        tf::ResourceIdentitySchema { version: self.version, identity_attributes }
    }

    /// The identity as the wire has it: with every attribute of the schema, and with no other.
    pub(crate) fn encode(&self, diags: &mut Diagnostics, identity: &Identity) -> Option<tf::ResourceIdentityData> {
        let surplus = identity.0.keys().find(|name| self.attributes.iter().all(|attribute| attribute.name != **name));
        if let Some(name) = surplus {
            let summary = format!("The identity has no attribute {name:?}");
            diagnostics::root_error(diags, summary, "This is a defect of the provider; please report it.");
            return None;
        }
        let value = |attribute: &IdentityAttribute| {
            let value = identity.0.get(attribute.name).cloned().unwrap_or_default();
            (attribute.name.to_owned(), value)
        };
        let whole = Dynamic::Map(self.attributes.iter().map(value).collect());
        match msgpack::encode(&whole) {
            // Terraform cannot store an identity with unknown parts, so there is none yet.
            Ok(_) if whole.has_unknown() => None,
            Ok(bytes) => Some(wrap(bytes)),
            Err(error) => {
                diagnostics::root_error(diags, "The identity cannot be written", error.to_string());
                None
            }
        }
    }

    /// Reads a stored identity of this version, which is JSON.
    pub(crate) fn read(&self, diags: &mut Diagnostics, text: &[u8]) -> Option<tf::ResourceIdentityData> {
        let known = |name: &str| self.attributes.iter().any(|attribute| attribute.name == name);
        let fields = self.attributes.iter().map(|one| (one.name.to_owned(), Shape::from(&one.value_type).into()));
        let mut read = json::read(text, &Shape::Object(fields.collect()));
        if let Ok(Dynamic::Map(map)) = &mut read {
            map.retain(|name, _| known(name));
        }
        let encoded = read.map_err(|error| error.to_string());
        match encoded.and_then(|value| msgpack::encode(&value).map_err(|error| error.to_string())) {
            Ok(bytes) => Some(wrap(bytes)),
            Err(error) => {
                diagnostics::root_error(diags, "The stored identity cannot be read", error);
                None
            }
        }
    }
}

fn wrap(bytes: Vec<u8>) -> tf::ResourceIdentityData {
    let identity_data = Some(tf::DynamicValue { msgpack: bytes.into(), ..tf::DynamicValue::default() });
    tf::ResourceIdentityData { identity_data }
}

/// Reads an identity from the wire; null is none.
pub(crate) fn decode(diags: &mut Diagnostics, data: Option<&tf::ResourceIdentityData>) -> Option<Identity> {
    let bytes = &data?.identity_data.as_ref()?.msgpack;
    match msgpack::decode(bytes) {
        Ok(Dynamic::Map(map)) => Some(Identity(map)),
        Ok(Dynamic::Null) => None,
        Ok(_) => {
            diagnostics::root_error(diags, "The identity cannot be read", "it is not an object");
            None
        }
        Err(error) => {
            diagnostics::root_error(diags, "The identity cannot be read", error.to_string());
            None
        }
    }
}
