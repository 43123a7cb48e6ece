//! Blocks of a configuration, put together by argument, so that no test edits the text of another.

use std::fmt::{Display, Formatter, Result};

/// What an argument is given, as it is written.
#[derive(Clone)]
pub struct Value(String);

/// An expression: a reference, a call, a list.
pub fn expression(text: &str) -> Value {
    Value(text.to_owned())
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        let text = text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        Value(format!("\"{text}\""))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        text.as_str().into()
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value(number.to_string())
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Value {
        Value(is.to_string())
    }
}

/// A block: its head, its arguments and the blocks in it.
#[derive(Clone)]
pub struct Block {
    head: String,
    arguments: Vec<(String, Value)>,
    blocks: Vec<Block>,
}

impl Block {
    /// A block with this head, such as `lifecycle` or `provider "impossiblecloud"`.
    pub fn new(head: &str) -> Block {
        Block { head: head.to_owned(), arguments: Vec::new(), blocks: Vec::new() }
    }

    /// A resource of this provider: `partner`, `partner_member` or `storage_account`.
    pub fn resource(kind: &str, label: &str) -> Block {
        Block::new(&format!(r#"resource "impossiblecloud_{kind}" "{label}""#))
    }

    /// A data source of this provider.
    pub fn data(kind: &str, label: &str) -> Block {
        Block::new(&format!(r#"data "impossiblecloud_{kind}" "{label}""#))
    }

    /// A partner; its contract is left out.
    pub fn partner(label: &str, name: &str, bytes: u64) -> Block {
        Block::resource("partner", label).set("name", name).set("allocated_storage", bytes)
    }

    /// Gives an argument a value, in the place of the one that it has.
    pub fn set(mut self, name: &str, value: impl Into<Value>) -> Block {
        let value = value.into();
        match self.arguments.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.arguments.push((name.to_owned(), value)),
        }
        self
    }

    /// Leaves an argument out, which it must have had.
    #[track_caller]
    pub fn without(mut self, name: &str) -> Block {
        let before = self.arguments.len();
        self.arguments.retain(|(known, _)| known != name);
        assert!(self.arguments.len() < before, "{name} is not in:\n{self}");
        self
    }

    /// Puts a block into it.
    pub fn block(mut self, block: Block) -> Block {
        self.blocks.push(block);
        self
    }

    /// Puts `lifecycle { create_before_destroy = true }` into it.
    pub fn created_first(self) -> Block {
        self.block(Block::new("lifecycle").set("create_before_destroy", true))
    }

    fn write(&self, indent: usize, to: &mut Formatter<'_>) -> Result {
        writeln!(to, "{:indent$}{} {{", "", self.head)?;
        for (name, value) in &self.arguments {
            writeln!(to, "{:indent$}  {name} = {}", "", value.0)?;
        }
        for block in &self.blocks {
            block.write(indent + 2, to)?;
        }
        writeln!(to, "{:indent$}}}", "")
    }
}

impl Display for Block {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        self.write(0, to)
    }
}

/// A `moved` block.
pub fn moved(from: &str, to: &str) -> Block {
    Block::new("moved").set("from", expression(from)).set("to", expression(to))
}

/// An `import` block.
pub fn import(to: &str, id: &str) -> Block {
    Block::new("import").set("to", expression(to)).set("id", id)
}

/// A `removed` block that lets go of an object and keeps it at the service.
pub fn let_go(address: &str) -> Block {
    Block::new("removed").set("from", expression(address)).block(Block::new("lifecycle").set("destroy", false))
}

/// An `output` of an expression.
pub fn output(name: &str, value: &str) -> Block {
    Block::new(&format!(r#"output "{name}""#)).set("value", expression(value))
}
