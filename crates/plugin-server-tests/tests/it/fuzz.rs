use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::Client;
use terraform_plugin_server::wire::tfplugin6 as tf;
use tokio::runtime::Runtime;

use crate::support::{configured, end};

/// How many requests of each kind are tried.
const CASES: u32 = 200;

/// Bytes that are nothing, nearly a thing, or deep.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let flipped = (0..thing().len(), any::<u8>()).prop_map(|(at, byte)| {
        let mut bytes = thing();
        bytes[at] = byte;
        bytes
    });
    let cut = (0..thing().len()).prop_map(|length| thing()[..length].to_vec());
    let deep = (0..20_000_usize, prop_oneof![Just(0x91_u8), Just(0x81), Just(0xc7)])
        .prop_map(|(depth, byte)| vec![byte; depth]);
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), flipped, cut, deep]
}

fn any_text() -> impl Strategy<Value = String> {
    let flipped = (0..STATE.len(), "[\\x20-\\x7e]").prop_map(|(at, character)| {
        let mut text = STATE.to_owned();
        text.replace_range(at..=at, &character);
        text
    });
    let deep = (0..20_000_usize).prop_map(|depth| "[".repeat(depth));
    prop_oneof![".{0,100}", flipped, deep]
}

const STATE: &str =
    r#"{"id":"thing-a","name":"a","size":1.5e3,"tags":{"x":null},"rules":[{"port":1,"token":null,"hits":2}]}"#;

fn thing() -> Vec<u8> {
    let value: serde_json::Value = serde_json::from_str(STATE).unwrap();
    rmp_serde::to_vec_named(&Dynamic::from(value)).unwrap()
}

fn value(bytes: &[u8]) -> Option<tf::DynamicValue> {
    Some(tf::DynamicValue { msgpack: bytes.to_vec().into(), ..Default::default() })
}

/// Whatever the bytes are, the answer is an answer.
fn check<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
    call: impl AsyncFn(&Client, T) -> Result<(), tonic::Status>,
) {
    let runtime = Runtime::new().unwrap();
    let client = runtime.block_on(configured());
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let result = runner.run(&strategy, |input| {
        let answer = runtime.block_on(call(&client, input));
        prop_assert!(answer.is_ok(), "{answer:?}");
        Ok(())
    });
    result.unwrap();
    runtime.block_on(end(client));
}

fn type_name() -> String {
    "test_thing".to_owned()
}

#[test]
fn plans_survive_any_bytes() {
    check((any_bytes(), any_bytes(), any_bytes()), async |client, (prior, proposed, private)| {
        let request = tf::plan_resource_change::Request {
            type_name: type_name(),
            prior_state: value(&prior),
            proposed_new_state: value(&proposed),
            config: value(&proposed),
            prior_private: private.clone().into(),
            planned_private: private.clone().into(),
            prior_identity: Some(tf::ResourceIdentityData { identity_data: value(&private) }),
            ..Default::default()
        };
        client.raw().plan_resource_change(request).await.map(drop)
    });
}

#[test]
fn reads_and_applies_survive_any_bytes() {
    check((any_bytes(), any_bytes()), async |client, (state, other)| {
        let request = tf::read_resource::Request {
            type_name: type_name(),
            current_state: value(&state),
            private: other.clone().into(),
            provider_meta: value(&other),
            ..Default::default()
        };
        client.raw().read_resource(request).await?;
        let request = tf::apply_resource_change::Request {
            type_name: type_name(),
            planned_state: value(&state),
            planned_private: other.clone().into(),
            config: value(&other),
            ..Default::default()
        };
        client.raw().apply_resource_change(request).await.map(drop)
    });
}

/// Bytes that are values are checked by their schema, at any depth.
#[test]
fn checks_survive_any_bytes() {
    check(any_bytes(), async |client, config| {
        for type_name in ["test_thing", "test_nest", "test_filled"] {
            let request = tf::validate_resource_config::Request {
                type_name: type_name.to_owned(),
                config: value(&config),
                ..Default::default()
            };
            client.raw().validate_resource_config(request).await?;
        }
        Ok(())
    });
}

#[test]
fn stored_states_survive_any_text() {
    check((any_text(), 0..2_i64), async |client, (text, version)| {
        let raw = || Some(tf::RawState { json: text.clone().into(), ..Default::default() });
        let request = tf::upgrade_resource_state::Request { type_name: type_name(), version, raw_state: raw() };
        client.raw().upgrade_resource_state(request).await?;
        let request = tf::upgrade_resource_identity::Request { type_name: type_name(), version, raw_identity: raw() };
        client.raw().upgrade_resource_identity(request).await?;
        let request = tf::move_resource_state::Request {
            source_type_name: "terraform_data".to_owned(),
            source_state: raw(),
            target_type_name: type_name(),
            ..Default::default()
        };
        client.raw().move_resource_state(request).await?;
        let request = tf::move_resource_state::Request {
            source_provider_address: "registry.example.com/any/test".to_owned(),
            source_type_name: type_name(),
            source_schema_version: version,
            source_state: raw(),
            source_identity: raw(),
            target_type_name: type_name(),
            ..Default::default()
        };
        client.raw().move_resource_state(request).await.map(drop)
    });
}

#[test]
fn everything_else_survives_any_bytes() {
    check((any_bytes(), any_bytes()), async |client, (first, second)| {
        let arguments = vec![value(&first).unwrap(), value(&second).unwrap(), value(&first).unwrap()];
        let request = tf::call_function::Request { name: "join".to_owned(), arguments };
        client.raw().call_function(request).await?;
        let request = tf::read_data_source::Request {
            type_name: "test_echo".to_owned(),
            config: value(&first),
            ..Default::default()
        };
        client.raw().read_data_source(request).await?;
        let request = tf::import_resource_state::Request {
            type_name: type_name(),
            identity: Some(tf::ResourceIdentityData { identity_data: value(&first) }),
            ..Default::default()
        };
        client.raw().import_resource_state(request).await?;
        let request = tf::generate_resource_config::Request { type_name: type_name(), state: value(&second) };
        client.raw().generate_resource_config(request).await?;
        let request = tf::list_resource::Request {
            type_name: type_name(),
            config: value(&first),
            limit: 3,
            ..Default::default()
        };
        let mut found = client.raw().list_resource(request).await?.into_inner();
        while found.message().await?.is_some() {}
        Ok(())
    });
}

/// Bytes that are not even a message are refused, and the next message is served.
#[test]
fn broken_messages_are_refused() {
    use bytes::Bytes;
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let client = configured().await;
        for body in
            [&b""[..], b"\0", b"\0\0\0\0\x05ab", b"\0\0\0\0\x02\xff\xff", b"\x01\0\0\0\x01x", b"\0\xff\xff\xff\xff"]
        {
            let mut channel = client.channel();
            let request = http::Request::post("http://localhost/tfplugin6.Provider/ReadResource")
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .body(tonic::body::Body::new(http_body_util::Full::new(Bytes::from_static(body))))
                .unwrap();
            use tonic::codegen::Service;
            std::future::poll_fn(|context| channel.poll_ready(context)).await.unwrap();
            let answer = channel.call(request).await.unwrap();
            let status = answer.headers().get("grpc-status").map(|status| status.to_str().unwrap().to_owned());
            assert_ne!(status.as_deref(), Some("0"), "{body:?}");
        }
        assert!(client.get_provider_schema().await.is_ok());
        end(client).await;
    });
}
