//! Every attribute of every schema: what is required is not left null, what is read-only is not set, and both are said
//! at their place.

use impossiblecloud::provider::ImpossibleCloud;
use terraform_plugin_server::client::Client;

use crate::world::provider;

#[tokio::test]
async fn each_mistake_that_a_schema_makes_possible_is_found_at_its_place() {
    let client = Client::start(provider()).await.expect("the provider starts");
    let mut tried = 0;
    for subject in client.subjects().await.expect("schemas") {
        for mistake in client.mistakes(&subject).await.expect("schemas") {
            let said = client.validate(&subject, mistake.config.clone()).await.expect("an answer");
            let found = said.iter().any(|said| said.path == mistake.place && said.summary == mistake.summary);
            assert!(found, "{subject:?} {}: {said:?}", mistake.place);
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried} mistakes were tried");
    client.shutdown().await.expect("it ends");
}

#[test]
fn the_provider_fits_together() {
    assert_eq!(terraform_plugin_server::defects(&ImpossibleCloud::default()), Vec::<String>::new());
}
