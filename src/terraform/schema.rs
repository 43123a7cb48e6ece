//! Small constructors over tf-provider's schema structs, whose defaults are no use (optional and computed, of any type,
//! described as "empty").

use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Description, Schema};

/// The attributes of an object, by name.
pub type Attributes = std::collections::HashMap<String, Attribute>;

/// A schema of version 0.
pub fn schema(description: &str, attributes: Attributes) -> Schema {
    let block = Block {
        version: 0,
        attributes,
        blocks: Default::default(),
        description: Description::markdown(description),
        deprecated: false,
    };
    Schema { version: 0, block }
}

/// One attribute; begin with [`required`], [`optional`], [`computed`] or [`defaulted`].
fn attribute(constraint: AttributeConstraint, attr_type: AttributeType, description: &str) -> Attribute {
    Attribute {
        attr_type,
        description: Description::markdown(description),
        constraint,
        sensitive: false,
        deprecated: false,
    }
}

/// Must be in the configuration.
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
