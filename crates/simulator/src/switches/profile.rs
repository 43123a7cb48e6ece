//! A profile: a JSON object of switches and their values, as somebody found them at the real service.

use serde_json::Value;

use super::Switches;

impl Switches {
    /// Reads a profile, such as `{"list_order": "created", "rate_limit": 5}`, on top of the present choices.
    ///
    /// # Errors
    /// A sentence that names what is no switch or no value of one, and what there is.
    pub fn read_profile(&mut self, text: &str) -> Result<(), String> {
        let profile: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let Value::Object(choices) = profile else {
            return Err("a profile is a JSON object of switches and their values".to_string());
        };
        for (name, value) in choices {
            match value {
                Value::String(value) => self.set(&name, &value)?,
                Value::Number(value) => self.set(&name, &value.to_string())?,
                Value::Bool(value) => self.set(&name, &value.to_string())?,
                _ => return Err(format!("the switch {name} cannot be {value}; a value is a text or a number")),
            }
        }
        Ok(())
    }

    /// All switches with their values, which another simulator reads as its profile.
    pub fn profile(&self) -> Value {
        let choice = |switch: &super::Switch| (switch.name.to_string(), Value::from(self.value(switch.name)));
        Value::Object(super::table::SWITCHES.iter().map(choice).collect())
    }
}
