//! Regions: the only list inside an object, and the only operation that is open.

use serde_json::{Value, json};

use crate::call::{self, Call, Outcome};
use crate::render;
use crate::world::World;

/// The regions that are known by name.
const NAMES: [&str; 7] =
    ["eu-central-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-east-1", "eu-north-1", "us-east-1"];

/// The list of regions. Only the form of the S3 address is documented, so the other two lead nowhere.
pub(super) fn list(world: &mut World, _call: &Call) -> Outcome {
    let random = world.random.fork();
    let region = |name: &&str| {
        let value = json!({
            "name": name,
            "s3_url": format!("https://{name}.storage.impossibleapi.net"),
            "iam_url": format!("https://iam.{name}.example.com"),
            "sts_url": format!("https://sts.{name}.example.com"),
        });
        (name.to_string(), value)
    };
    let regions: Option<Vec<Value>> = render::ordered(&world.switches, random, NAMES.iter().map(region).collect());
    call::json(&json!({"regions": regions}))
}
