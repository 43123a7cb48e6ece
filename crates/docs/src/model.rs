//! What a page needs to know of a schema, in the words of the documentation.

use std::collections::BTreeMap;

/// A whole provider.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Provider {
    /// The name in the types of its objects, such as `impossiblecloud`.
    pub name: String,
    /// The provider block.
    pub configuration: Object,
    /// By type.
    pub resources: BTreeMap<String, Object>,
    /// By type.
    pub data_sources: BTreeMap<String, Object>,
    /// By type.
    pub list_resources: BTreeMap<String, Object>,
    /// By type.
    pub actions: BTreeMap<String, Object>,
    /// By name.
    pub functions: BTreeMap<String, Function>,
}

/// A block with its attributes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object {
    /// Markdown.
    pub description: String,
    /// In the order of their names.
    pub attributes: Vec<Attribute>,
    /// The identity's attributes, for a resource that has one.
    pub identity: Vec<Attribute>,
}

/// An attribute, at any depth.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type in words, such as `List of String`.
    pub type_name: String,
    /// Markdown.
    pub description: String,
    /// Who gives it its value.
    pub presence: Presence,
    /// Not shown in plans.
    pub sensitive: bool,
    /// Never stored.
    pub write_only: bool,
    /// Not to be used any more.
    pub deprecated: bool,
    /// Attributes of nested objects.
    pub nested: Vec<Attribute>,
}

/// Who gives an attribute its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The configuration, always.
    Required,
    /// The configuration, if it wants to.
    Optional,
    /// The provider.
    ReadOnly,
}

/// A function.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Function {
    /// One line.
    pub summary: String,
    /// Markdown.
    pub description: String,
    /// In order; the variadic one last.
    pub parameters: Vec<Parameter>,
    /// Whether the last parameter takes any number of values.
    pub variadic: bool,
    /// Its type in HCL's words, such as `list of string`.
    pub returns: String,
}

/// A function's parameter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type in HCL's words.
    pub type_name: String,
    /// Markdown.
    pub description: String,
    /// Whether null may be given.
    pub nullable: bool,
}
