//! What the service says, and what it gives for ids: none of it is taken as it comes.

use impossiblecloud_simulator::{Altered, Fault, FaultKind, Form, Scripted};

use crate::world::{CONTRACT, TB, World};

const PASSWORD: &str = "Pa\"ss<w>0r\\d!";

/// The password as it may come back.
fn forms() -> Vec<String> {
    let in_json = |text: &str| serde_json::to_string(text).expect("JSON").trim_matches('"').to_owned();
    let in_html = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        text.replace('"', "&quot;")
    };
    let once = in_json(PASSWORD);
    let twice = in_json(&once);
    vec![PASSWORD.into(), once.clone(), twice.clone(), in_json(&twice), in_html(PASSWORD), in_html(&once)]
}

/// A service that gives back what it was sent: as JSON in a text of JSON, in a page's title, as it is.
#[test]
fn an_echo_holds_no_password() {
    for form in [Form::EchoJson, Form::EchoPage, Form::EchoRawPage] {
        let mut world = World::new();
        let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
        let name = format!("{form:?}");
        world.simulator.fault(Fault::new("create_member", FaultKind::Answer(Scripted::status(400).form(form))));
        for (variable, value) in [
            ("TF_LOG", "TRACE"),
            ("TF_LOG_PROVIDER", "TRACE"),
            ("TF_VAR_password", PASSWORD),
            ("IMPOSSIBLECLOUD_MAX_RETRIES", "0"),
            ("IMPOSSIBLECLOUD_CREATE_LOOKUP_TIMEOUT", "1s"),
        ] {
            world.workspace.set(variable, value);
        }
        world.configure(&format!(
            r#"variable "password" {{
  type = string
  sensitive = true
}}
resource "impossiblecloud_partner_member" "eve" {{
  partner_id = "{owner}"
  email = "eve@example.com"
  role = "staff"
  password = var.password
}}
"#
        ));
        let said = world.run(&["apply", "-auto-approve", "-no-color"]).to_string();
        assert!(said.contains("create member") && said.contains("***"), "{name}: {said}");
        for secret in forms() {
            assert!(!said.contains(&secret), "{name}: {secret} in {said}");
        }
    }
}

/// An id that would change a request's path is never sent: `DELETE /partner/<id>/member/` could be taken for that of the
/// partner.
#[test]
fn an_id_that_is_none_is_never_sent() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let odd = Altered::default().set("id", "\t\r\n");
    for operation in ["create_member", "list_members"] {
        world.simulator.fault(Fault::new(operation, FaultKind::Altered(odd.clone())).forever());
    }
    world.configure(&format!(
        r#"resource "impossiblecloud_partner_member" "eve" {{
  partner_id = "{owner}"
  email = "eve@example.com"
  role = "staff"
  password = "Passw0rd!"
}}
"#
    ));
    world.apply(&[]);
    world.destroy();
    let sent: Vec<_> = world.simulator.requests().into_iter().filter(|request| request.method == "DELETE").collect();
    assert!(sent.is_empty(), "{sent:#?}");
    assert!(world.simulator.partner(&owner).is_some(), "the customer is still there");
}
