//! Pages from the model: the same headings, groups and anchors that Terraform's own documentation tool writes, since
//! that is what readers of the Registry know.

mod attributes;
mod page;

use anyhow::Result;

use super::Pages;
use super::examples::Examples;
use super::guides::Guide;
use super::model::{Function, Object, Parameter, Provider};
use attributes::{grouped, schema};
use page::Page;

/// Where the Registry shows docs/.
const DOCS: &str = "https://registry.terraform.io/providers/impossiblecloud/impossiblecloud/latest/docs";

/// What an object needs that not every supported CLI has.
const FUNCTIONS_SINCE: &str = "Functions need Terraform 1.8 or OpenTofu 1.7, or later.";
const LISTS_SINCE: &str = "`terraform query` needs Terraform 1.14 or later.";
const ACTIONS_SINCE: &str = "Actions need Terraform 1.14 or later.";

/// All pages, by their path under docs/.
pub fn pages(provider: &Provider, examples: &Examples, guides: &[Guide]) -> Result<Pages> {
    let renderer = Renderer { provider, examples, guides };
    let mut pages = Pages::from([("index.md".to_owned(), renderer.index()?)]);
    for (name, object) in &provider.resources {
        pages.insert(renderer.path("resources", name), renderer.resource(name, object)?);
    }
    for (name, object) in &provider.data_sources {
        let example = format!("data-sources/{name}/data-source.tf");
        pages
            .insert(renderer.path("data-sources", name), renderer.object(name, "Data Source", object, &example, None)?);
    }
    for (name, object) in &provider.list_resources {
        let example = format!("list-resources/{name}/list-resource.tfquery.hcl");
        let text = renderer.object(name, "List Resource", object, &example, Some(LISTS_SINCE))?;
        pages.insert(renderer.path("list-resources", name), text);
    }
    for (name, object) in &provider.actions {
        let example = format!("actions/{name}/action.tf");
        let text = renderer.object(name, "Action", object, &example, Some(ACTIONS_SINCE))?;
        pages.insert(renderer.path("actions", name), text);
    }
    for (name, function) in &provider.functions {
        pages.insert(renderer.path("functions", name), renderer.function(name, function)?);
    }
    Ok(pages)
}

struct Renderer<'a> {
    provider: &'a Provider,
    examples: &'a Examples,
    guides: &'a [Guide],
}

impl Renderer<'_> {
    /// Pages are named without the provider's name in front.
    fn path(&self, folder: &str, name: &str) -> String {
        let short = name.strip_prefix(&format!("{}_", self.provider.name)).unwrap_or(name);
        format!("{folder}/{short}.md")
    }

    fn index(&self) -> Result<String> {
        let name = &self.provider.name;
        let configuration = &self.provider.configuration;
        let mut page = Page::index(&format!("{name} Provider"), &configuration.description);
        page.heading(1, &format!("{name} Provider")).text(&configuration.description);
        page.heading(2, "Example Usage").code("terraform", &self.examples.required("provider/provider.tf")?);
        page.text(include_str!("render/introduction.md").trim_end());
        page.heading(2, "Authentication").text(include_str!("render/authentication.md").trim_end());
        page.text(&schema(&configuration.attributes));
        if !self.guides.is_empty() {
            // The Registry resolves relative links of this one page a level too high; absolute ones work everywhere.
            let page_of = |guide: &Guide| guide.file.trim_end_matches(".md").to_owned();
            let link = |guide: &Guide| format!("- [{}]({DOCS}/guides/{})", guide.title, page_of(guide));
            page.heading(2, "Guides").text(&self.guides.iter().map(link).collect::<Vec<_>>().join("\n"));
        }
        Ok(page.finish())
    }

    /// The page of anything that is a block with attributes.
    fn object(&self, name: &str, kind: &str, object: &Object, example: &str, since: Option<&str>) -> Result<String> {
        Ok(self.beginning(name, kind, object, example, since)?.finish())
    }

    fn beginning(&self, name: &str, kind: &str, object: &Object, example: &str, since: Option<&str>) -> Result<Page> {
        let mut page = Page::new(&format!("{name} {kind} - {}", self.provider.name), &object.description);
        page.heading(1, &format!("{name} ({kind})")).text(&object.description);
        if let Some(since) = since {
            page.text(since);
        }
        page.heading(2, "Example Usage").code("terraform", &self.examples.required(example)?);
        page.text(&schema(&object.attributes));
        Ok(page)
    }

    fn resource(&self, name: &str, object: &Object) -> Result<String> {
        let folder = format!("resources/{name}");
        let mut page = self.beginning(name, "Resource", object, &format!("{folder}/resource.tf"), None)?;
        let by_identity = self.examples.optional(&format!("{folder}/import-by-identity.tf"))?;
        let by_id = self.examples.optional(&format!("{folder}/import-by-string-id.tf"))?;
        let by_command = self.examples.optional(&format!("{folder}/import.sh"))?;
        if by_identity.is_some() || by_id.is_some() || by_command.is_some() {
            page.heading(2, "Import");
        }
        if let Some(example) = by_identity {
            page.text("With an `import` block by identity (since Terraform 1.12):").code("terraform", &example);
            page.heading(3, "Identity Schema").text(&grouped(&object.identity, "####"));
        }
        if let Some(example) = by_id {
            page.text("With an `import` block by id:").code("terraform", &example);
        }
        if let Some(example) = by_command {
            page.text("With the command:").code("shell", &example);
        }
        Ok(page.finish())
    }

    fn function(&self, name: &str, function: &Function) -> Result<String> {
        let mut page = Page::new(&format!("{name} function - {}", self.provider.name), &function.summary);
        page.heading(1, &format!("function: {name}")).text(&function.description).text(FUNCTIONS_SINCE);
        let example = self.examples.required(&format!("functions/{name}/function.tf"))?;
        page.heading(2, "Example Usage").code("terraform", &example);
        page.heading(2, "Signature").code("text", &signature(name, function));
        page.heading(2, "Arguments").text(&arguments(function));
        Ok(page.finish())
    }
}

/// Such as `name(first string, rest number...) bool`.
fn signature(name: &str, function: &Function) -> String {
    let last = function.parameters.len().saturating_sub(1);
    let parameter = |(index, parameter): (usize, &Parameter)| {
        let dots = if function.variadic && index == last { "..." } else { "" };
        format!("{} {}{dots}", parameter.name, parameter.type_name)
    };
    let parameters: Vec<_> = function.parameters.iter().enumerate().map(parameter).collect();
    format!("{name}({}) {}", parameters.join(", "), function.returns)
}

fn arguments(function: &Function) -> String {
    let last = function.parameters.len().saturating_sub(1);
    let line = |(index, parameter): (usize, &Parameter)| {
        let mut kind = page::title(&parameter.type_name);
        if function.variadic && index == last {
            kind.push_str(", Variadic");
        }
        if parameter.nullable {
            kind.push_str(", Nullable");
        }
        format!("1. `{}` ({kind}) {}", parameter.name, parameter.description)
    };
    function.parameters.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
