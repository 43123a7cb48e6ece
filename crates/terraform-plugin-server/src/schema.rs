//! Schemas in one line for each attribute, over tf-provider's structs, whose defaults are no use (optional and
//! computed, of any type, described as "empty").
//!
//! ```
//! use terraform_plugin_server::schema::{attributes, computed, optional, required, schema, sensitive};
//! use tf_provider::schema::{AttributeType, Schema};
//!
//! fn disk() -> Schema {
//!     let mount = attributes([("path", required(AttributeType::String, "Where it is to be seen."))]);
//!     schema(
//!         "A disk.",
//!         [
//!             ("id", computed(AttributeType::String, "The id of the disk.")),
//!             ("gigabytes", required(AttributeType::Number, "How much it holds.")),
//!             ("key", sensitive(optional(AttributeType::String, "What it is encrypted with."))),
//!             ("mounts", optional(AttributeType::AttributeList(mount), "Where it is mounted.")),
//!         ],
//!     )
//! }
//! # assert_eq!(disk().block.attributes.len(), 4);
//! ```

use std::collections::HashMap;

use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Description, Schema};

/// The attributes of an object, by name.
pub type Attributes = HashMap<String, Attribute>;

/// A schema of version 0, with a description in Markdown. A later version is `Schema { version: 1, ..schema(...) }`.
pub fn schema(description: &str, attributes: impl IntoIterator<Item = (impl Into<String>, Attribute)>) -> Schema {
    let block = Block {
        version: 0,
        attributes: self::attributes(attributes),
        blocks: HashMap::new(),
        description: Description::markdown(description),
        deprecated: false,
    };
    Schema { version: 0, block }
}

/// The attributes of an object, such as those that are nested in another one's.
pub fn attributes(attributes: impl IntoIterator<Item = (impl Into<String>, Attribute)>) -> Attributes {
    attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).collect()
}

fn attribute(constraint: AttributeConstraint, attr_type: AttributeType, description: &str) -> Attribute {
    Attribute {
        attr_type,
        description: Description::markdown(description),
        constraint,
        sensitive: false,
        deprecated: false,
    }
}

/// Has to be in the configuration.
pub fn required(attr_type: AttributeType, description: &str) -> Attribute {
    attribute(AttributeConstraint::Required, attr_type, description)
}

/// May be in the configuration; null otherwise.
pub fn optional(attr_type: AttributeType, description: &str) -> Attribute {
    attribute(AttributeConstraint::Optional, attr_type, description)
}

/// Comes from the provider alone.
pub fn computed(attr_type: AttributeType, description: &str) -> Attribute {
    attribute(AttributeConstraint::Computed, attr_type, description)
}

/// May be in the configuration; the provider fills it in otherwise.
pub fn defaulted(attr_type: AttributeType, description: &str) -> Attribute {
    attribute(AttributeConstraint::OptionalComputed, attr_type, description)
}

/// Never shown in a plan.
pub fn sensitive(attribute: Attribute) -> Attribute {
    Attribute { sensitive: true, ..attribute }
}
