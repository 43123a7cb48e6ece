//! An operator with a Terraform that costs no seconds: the built provider, started and called as the CLI starts and
//! calls it.
//!
//! A walk is a process. A plan walk refreshes and plans; an apply walk plans again and applies. What comes back with an
//! error is treated as Terraform treats it: without a state the prior one is kept, with one a created object is
//! tainted, which must never happen.

use std::path::Path;

use futures_util::future::join_all;
use impossiblecloud_simulator::Simulator;
use serde_json::{Value, json};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, ClientError, ClientKey, Diagnostic, Launch, Planned, Returned};

use crate::world::provider;

/// How long the provider waits for one answer. Long beside an answer of the simulator, even on a machine that is busy.
pub const REQUEST_TIMEOUT: &str = "1500ms";

/// How often it tries again: a run of three faults is met by one operation.
pub const MAX_RETRIES: u32 = 2;

/// How long it looks for a creation that was answered with an error. Longer than the commits that come late but are to
/// be found.
pub const LOOKUP_TIMEOUT: &str = "3s";

/// A resource block and the object that the state has for it.
#[derive(Clone)]
pub struct Managed {
    pub resource_type: &'static str,
    /// Its arguments; `None` once the block is taken out of the configuration.
    pub config: Option<Value>,
    pub state: Option<Returned>,
}

/// What a walk had to say.
#[derive(Debug, Default, Clone)]
pub struct Said(pub Vec<Diagnostic>);

pub struct Operator<'a> {
    pub simulator: &'a Simulator,
    pub key: &'static str,
}

impl Managed {
    pub fn new(resource_type: &'static str, config: Value) -> Managed {
        Managed { resource_type, config: Some(config), state: None }
    }

    /// An attribute in the state, as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.state.as_ref()?.state.get(name)?.as_str()
    }

    pub fn id(&self) -> Option<&str> {
        self.text("id")
    }

    fn config(&self) -> Dynamic {
        self.config.clone().map(Dynamic::from).unwrap_or_default()
    }
}

impl Said {
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter().filter(|diagnostic| diagnostic.is_error)
    }

    pub fn failed(&self) -> bool {
        self.errors().next().is_some()
    }

    /// Whether any message has these words.
    pub fn has(&self, words: &str) -> bool {
        self.0.iter().any(|said| said.summary.contains(words) || said.detail.contains(words))
    }

    /// What the import lines of all messages would import.
    pub fn imports(&self) -> Vec<String> {
        let lines = self.0.iter().flat_map(|said| said.detail.lines());
        let ids = lines.filter_map(|line| line.trim().strip_prefix("terraform import ")?.split_once(' '));
        ids.map(|(_, id)| id.to_owned()).filter(|id| !id.ends_with("ID")).collect()
    }
}

impl Operator<'_> {
    /// A provider process that is configured.
    pub async fn start(&self) -> Result<Client, ClientError> {
        self.start_with(json!({})).await
    }

    /// The same, with more settings.
    pub async fn start_with(&self, more: Value) -> Result<Client, ClientError> {
        let mut launch = Launch::new(provider()).client_key(ClientKey::P256);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("IMPOSSIBLECLOUD_") {
                launch.command().env_remove(name);
            }
        }
        let client = launch.start().await?;
        let mut settings = json!({
            "endpoint": self.simulator.endpoint(),
            "api_key": self.key,
            "request_timeout": REQUEST_TIMEOUT,
            "max_retries": MAX_RETRIES,
            "create_lookup_timeout": LOOKUP_TIMEOUT,
        });
        if let Some(pem) = self.simulator.certificate() {
            // Its own address names it: no two simulators of one test run have the same.
            let name = self.simulator.endpoint().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("pem");
            std::fs::write(&file, pem).expect("written");
            settings["ca_certificate_file"] = json!(file);
        }
        for (name, value) in more.as_object().into_iter().flatten() {
            settings[name] = value.clone();
        }
        let said = client.configure(settings).await?;
        assert_eq!(said, [], "the settings are good");
        Ok(client)
    }

    /// `terraform apply` of all blocks at once.
    pub async fn apply(&self, blocks: &mut [Managed]) -> Result<Said, String> {
        self.apply_after(blocks, || {}).await
    }

    /// `terraform apply`, with something that happens between its planning and its first write.
    pub async fn apply_after(&self, blocks: &mut [Managed], meanwhile: impl FnOnce()) -> Result<Said, String> {
        let (mut said, plans) = self.plan(blocks).await?;
        if said.failed() || plans.iter().flatten().next().is_none() {
            return Ok(said);
        }
        let client = self.start().await.map_err(|error| error.to_string())?;
        // Terraform plans again just before it applies, from the state that it planned with.
        let again = join_all(blocks.iter().zip(&plans).map(async |(block, plan)| match plan {
            Some(_) => {
                block.show(&client).await?;
                block.plan(&client).await.map(Some)
            }
            None => Ok(None),
        }));
        let again = again.await.into_iter().collect::<Result<Vec<_>, _>>()?;
        let (again, failed): (Vec<_>, Vec<_>) = again
            .into_iter()
            .map(|plan| match plan {
                Some((_, planned)) if planned.is_some() => (planned, Said::default()),
                Some((said, _)) => (None, said),
                None => (None, Said::default()),
            })
            .unzip();
        failed.into_iter().for_each(|failed| said.0.extend(failed.0));
        meanwhile();
        let applied = join_all(blocks.iter_mut().zip(&again).map(async |(block, plan)| match plan {
            Some(plan) => block.apply(&client, plan).await,
            None => Ok(Said::default()),
        }));
        for applied in applied.await {
            said.0.extend(applied?.0);
        }
        client.shutdown().await.map_err(|error| format!("the provider does not end: {error}"))?;
        Ok(said)
    }

    /// `terraform plan`: what it says, and the change of each block that has one.
    pub async fn plan(&self, blocks: &mut [Managed]) -> Result<(Said, Vec<Option<Planned>>), String> {
        let client = self.start().await.map_err(|error| error.to_string())?;
        let planned = join_all(blocks.iter_mut().map(async |block| {
            let mut said = block.refresh(&client).await?;
            if said.failed() {
                return Ok((said, None));
            }
            let (more, planned) = block.plan(&client).await?;
            said.0.extend(more.0);
            Ok::<_, String>((said, planned))
        }));
        let mut said = Said::default();
        let mut plans = Vec::new();
        for planned in planned.await {
            let (more, plan) = planned?;
            said.0.extend(more.0);
            plans.push(plan);
        }
        client.shutdown().await.map_err(|error| format!("the provider does not end: {error}"))?;
        Ok((said, plans))
    }

    /// `terraform import`.
    pub async fn import(&self, block: &mut Managed, id: &str) -> Result<Said, String> {
        let client = self.start().await.map_err(|error| error.to_string())?;
        let imported = client.import(block.resource_type, id).await.map_err(|error| error.to_string())?;
        let mut said = Said(imported.diagnostics);
        if let Some(object) = imported.objects.into_iter().next() {
            block.state = Some(object);
            said.0.extend(block.refresh(&client).await?.0);
        }
        client.shutdown().await.map_err(|error| format!("the provider does not end: {error}"))?;
        Ok(said)
    }

    /// Invokes the action of this type.
    pub async fn invoke(&self, action_type: &str, config: Value) -> Result<Said, String> {
        let client = self.start().await.map_err(|error| error.to_string())?;
        let invoked = client.invoke_action(action_type, config).await.map_err(|error| error.to_string())?;
        assert!(invoked.completed, "an end without a word is success to Terraform");
        client.shutdown().await.map_err(|error| format!("the provider does not end: {error}"))?;
        Ok(Said(invoked.diagnostics))
    }
}

impl Managed {
    /// Terraform shows each object of the state to each process that plans or applies it.
    pub async fn show(&self, client: &Client) -> Result<(), String> {
        let Some(current) = &self.state else { return Ok(()) };
        let text = serde_json::to_string(&current.state).map_err(|error| error.to_string())?;
        let upgraded = client.upgrade(self.resource_type, 0, &text).await.map_err(|error| error.to_string())?;
        if upgraded.diagnostics.is_empty() { Ok(()) } else { Err(format!("{:?}", upgraded.diagnostics)) }
    }

    /// Only an answer without an error and without a state removes an object.
    pub async fn refresh(&mut self, client: &Client) -> Result<Said, String> {
        self.show(client).await?;
        let Some(current) = &self.state else { return Ok(Said::default()) };
        let read = client.read(self.resource_type, current).await.map_err(|error| error.to_string())?;
        let said = Said(read.diagnostics.clone());
        if !said.failed() {
            self.state = (!read.state.is_null()).then(|| read.silent());
        }
        Ok(said)
    }

    /// The change, if there is one.
    async fn plan(&self, client: &Client) -> Result<(Said, Option<Planned>), String> {
        let text = |error: ClientError| error.to_string();
        let mut said = Said::default();
        if self.config.is_some() {
            said.0.extend(client.validate_resource(self.resource_type, self.config()).await.map_err(text)?);
        } else if self.state.is_none() {
            return Ok((said, None));
        }
        let planned = client.plan(self.resource_type, self.state.as_ref(), self.config()).await.map_err(text)?;
        said.0.extend(planned.diagnostics.clone());
        let unchanged = self.state.as_ref().is_some_and(|state| state.state == planned.state);
        let planned = (!said.failed() && !unchanged).then_some(planned);
        if planned.as_ref().is_some_and(|planned| !planned.requires_replace.is_empty()) {
            return Err("the plan replaces the object".into());
        }
        Ok((said, planned))
    }

    async fn apply(&mut self, client: &Client, plan: &Planned) -> Result<Said, String> {
        let applied = client.apply(self.resource_type, self.state.as_ref(), plan, self.config()).await;
        let applied = applied.map_err(|error| error.to_string())?;
        let said = Said(applied.diagnostics.clone());
        match (said.failed(), applied.state.is_null()) {
            (true, false) if self.state.is_none() => {
                return Err(format!("the new object is tainted, the next apply would destroy it: {said:?}"));
            }
            // Terraform keeps what it had.
            (true, true) => {}
            (false, true) => self.state = None,
            (failed, false) => {
                if !failed {
                    is_consistent(&plan.state, &applied.state)?;
                }
                self.state = Some(applied.silent());
            }
        }
        Ok(said)
    }
}

/// What Terraform demands of an applied object: all is known, and what the plan knew has come true.
fn is_consistent(planned: &Dynamic, applied: &Dynamic) -> Result<(), String> {
    let Dynamic::Map(planned) = planned else { return Ok(()) };
    if applied.has_unknown() {
        return Err(format!("something is unknown after the apply: {applied:?}"));
    }
    for (name, wanted) in planned.iter().filter(|(_, wanted)| !wanted.has_unknown()) {
        let is = applied.get(name);
        if is != Some(wanted) {
            return Err(format!("inconsistent result: {name} is {is:?} and was planned as {wanted:?}"));
        }
    }
    Ok(())
}
