use impossiblecloud_simulator::{Options, Switches, Transport};

use crate::world::{ROOMY, World};

#[test]
fn tls_is_trusted_by_the_file_of_authorities() {
    let world = World::with(Options { transport: Transport::Http2, ..Options::default() });
    std::fs::write(world.path("ca.pem"), world.sim.certificate().unwrap()).unwrap();
    let strange = world.run(&[]);
    assert_eq!((strange.code, world.sim.requests().len()), (Some(1), 0), "{strange:?}");
    let ran = world.probe(&["--write", "--yes", "--contract", ROOMY]);
    let mut ran = ran;
    let ran = crate::world::Ran::of(ran.env("IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE", "ca.pem").output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("connection: TLSv1_3, and of h2 and http/1.1 it takes h2\n"), "{}", ran.out);
    assert!(ran.out.contains("(keep_alive): on\n"), "{}", ran.out);
    assert!(world.probes().is_empty());
}

#[test]
fn settings_are_those_of_the_provider() {
    let world = World::new(Switches::default());
    std::fs::write(world.path("key"), format!("{}\n", world.key)).unwrap();
    let with = |variables: &[(&str, &str)]| {
        let mut command = world.probe(&["--burst=0"]);
        command.env_remove("IMPOSSIBLECLOUD_API_KEY").envs(variables.iter().copied());
        crate::world::Ran::of(command.output().unwrap())
    };
    assert_eq!(with(&[("IMPOSSIBLECLOUD_API_KEY_FILE", "key")]).code, Some(0));
    let before = world.sim.requests().len();
    for (variables, problem) in [
        (vec![], "no API key: put one into IMPOSSIBLECLOUD_API_KEY, or name the file"),
        (
            vec![("IMPOSSIBLECLOUD_API_KEY_FILE", "nowhere")],
            "IMPOSSIBLECLOUD_API_KEY_FILE cannot be used: cannot read nowhere",
        ),
        (vec![("IMPOSSIBLECLOUD_API_KEY", "a b")], "the key holds characters that no key has"),
        (
            vec![("IMPOSSIBLECLOUD_API_KEY", "k"), ("IMPOSSIBLECLOUD_ENDPOINT", "http://api.example.com/v1")],
            "IMPOSSIBLECLOUD_ENDPOINT cannot be used: \"http://api.example.com/v1\" is not an https URL",
        ),
        (
            vec![
                ("IMPOSSIBLECLOUD_API_KEY", "k"),
                ("IMPOSSIBLECLOUD_ENDPOINT", "https://127.0.0.1:1/v1"),
                ("IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE", "key"),
            ],
            "the CA certificates hold no certificate in PEM form",
        ),
    ] {
        let ran = with(&variables);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains(problem), "{ran:?}");
    }
    assert_eq!(world.sim.requests().len(), before);
}

#[test]
fn arguments_are_explained() {
    let world = World::new(Switches::default());
    let help = world.run(&["--help"]);
    assert_eq!((help.code, help.out.as_str()), (Some(0), include_str!("help.txt")));
    let readme = include_str!("../../README.md");
    for line in help.out.lines().filter(|line| line.starts_with("  --")) {
        let name = line.split_whitespace().next().unwrap();
        assert!(readme.contains(&format!("| `{name}")), "{name} is not in the README");
    }
    let wrong = world.run(&["--wriet"]);
    assert_eq!(wrong.code, Some(2));
    assert_eq!(wrong.err, "impossiblecloud-probe: there is no argument \"--wriet\"; --help explains the arguments\n");
    let journal = world.run(&["--clean", "nowhere"]);
    assert!(journal.err.starts_with("impossiblecloud-probe: the journal nowhere cannot be read: "), "{journal:?}");
}

#[test]
fn a_journal_of_another_service_is_refused() {
    let world = World::new(Switches::default());
    let head = format!(r#"{{"run":"abc23456","endpoint":"https://api.example.com/v1","contract":"{ROOMY}"}}"#);
    std::fs::write(world.path("other.journal"), head + "\n").unwrap();
    let ran = world.run(&["--clean", "other.journal"]);
    assert_eq!((ran.code, world.sim.requests().len()), (Some(1), 0));
    assert!(ran.err.contains("the journal is about https://api.example.com/v1, and the environment names http://127."));
}
