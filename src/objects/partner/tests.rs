//! Partners that wait: for capacity, for a service in trouble. The clock is the test's, the service is the simulator.

use std::cell::Cell;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use futures_util::future::{join_all, join3};
use impossiblecloud_simulator::{
    DISTRIBUTOR_KEY, FIRST_CONTRACT, Fault, FaultKind, Form, Options, SECOND_CONTRACT, Scripted, Simulator,
};
use terraform_plugin_server::Number;
use tf_provider::Diagnostics;
use tf_provider::value::{Value, ValueEmpty};
use tokio::time::{Instant, sleep};

use super::resource::PartnerResource;
use super::state::PartnerState;
use crate::api::{Client, Secret, Settings};
use crate::capacity::Mode;
use crate::objects::region::RegionsDataSource;
use crate::session::{Configuration, ProviderHandle, Session, SessionSettings};
use crate::terraform::data_source::DataSource;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::{ManagedResource, Resource};

const TB: i64 = 1_000_000_000_000;

const SECOND: Duration = Duration::from_secs(1);

/// Real time between two steps of the clock: what is on its way between client and simulator arrives in it.
const MOMENT: Duration = Duration::from_millis(10);

/// Runs something to its end while time passes in steps, unless it is held.
async fn in_passing_time<T>(step: Duration, held: &Cell<bool>, work: impl Future<Output = T>) -> T {
    // While anything runs beside the runtime, tokio does not skip waits by itself: it would do so whenever all others
    // wait for the network.
    let (end, until) = mpsc::channel::<()>();
    let _beside = tokio::task::spawn_blocking(move || until.recv());
    let mut work = pin!(work);
    let done = loop {
        tokio::select! {
            biased;
            done = &mut work => break done,
            _ = tokio::task::spawn_blocking(|| std::thread::sleep(MOMENT)) => {}
        }
        if !held.get() {
            tokio::time::advance(step).await;
        }
    };
    drop(end);
    done
}

/// The partners of a provider in `relaxed` at a simulator.
struct World {
    simulator: Simulator,
    partners: PartnerResource,
}

impl World {
    fn new() -> World {
        let simulator = Simulator::start(Options::default());
        let settings = Settings {
            endpoint: simulator.endpoint().parse().expect("a URL"),
            key: Secret::new(DISTRIBUTOR_KEY),
            ca_certificates: Vec::new(),
            // Time passes quickly here.
            request_timeout: Duration::from_secs(3600),
            max_retries: 5,
            max_requests_per_second: None,
            user_agent: "test/1.0".into(),
        };
        let session = SessionSettings {
            capacity_check: Mode::Relaxed,
            max_retries: 5,
            request_timeout: settings.request_timeout,
            create_lookup_timeout: Duration::from_secs(30),
            contract_id: None,
        };
        let handle = ProviderHandle::default();
        let client = Client::new(settings).expect("good settings");
        handle.set(Configuration::Ready(Arc::new(Session::new(client, session))));
        World { simulator, partners: PartnerResource(handle) }
    }

    /// A partner that exists.
    fn partner(&self, contract: &str, name: &str, allocated: i64) -> PartnerState {
        let id = self.simulator.add_partner(contract, name, allocated.cast_unsigned(), false);
        PartnerState { id: Value::Value(id), ..new(contract, name, allocated) }
    }

    async fn resize(&self, prior: &PartnerState, allocated: i64) -> Result<PartnerState> {
        let planned = PartnerState { allocated_storage: Value::Value(Number::from(allocated)), ..prior.clone() };
        self.partners.update(prior.clone(), planned, None, &mut Warnings::default()).await
    }

    /// What the service allocates to a partner.
    fn allocated(&self, partner: &PartnerState) -> i64 {
        let id = partner.id().expect("an id");
        self.simulator.partner(id).expect("it exists").allocated.cast_signed()
    }

    /// How many requests of an operation were sent, and how many of them were refused.
    fn sent(&self, operation: &str) -> (usize, usize) {
        let requests = self.simulator.requests();
        let sent: Vec<_> = requests.iter().filter(|request| request.operation == operation).collect();
        (sent.len(), sent.iter().filter(|request| request.status == Some(400)).count())
    }
}

/// A partner that is yet to be made.
fn new(contract: &str, name: &str, allocated: i64) -> PartnerState {
    PartnerState {
        id: Value::Unknown,
        name: Value::Value(name.into()),
        allocated_storage: Value::Value(Number::from(allocated)),
        contract_id: Value::Value(contract.into()),
        allow_overdraft: Value::Value(false),
        deletion_protection: Value::Value(false),
        details: Value::Value(String::new()),
        allocation: Value::Null,
        timeouts: Value::Null,
    }
}

/// The same with a timeout for changes.
fn within(partner: PartnerState, timeout: &str) -> PartnerState {
    let timeouts = serde_json::json!({"create": null, "update": timeout, "delete": null});
    PartnerState { timeouts: serde_json::from_value(timeouts).expect("timeouts"), ..partner }
}

fn refused<T>(outcome: Result<T>) -> Diagnostic {
    outcome.map(drop).expect_err("refused")
}

/// The only cut of the apply is refused: nothing can help any more, and the timeout of 20 minutes is not waited for.
#[tokio::test(start_paused = true)]
async fn a_wait_that_nothing_can_help_gives_up_and_says_what_it_saw() {
    let world = World::new();
    let (large, small) = (world.partner(FIRST_CONTRACT, "A", 25 * TB), world.partner(FIRST_CONTRACT, "B", 22 * TB));
    let refusal = Scripted::status(400);
    let cut = format!("PUT /v1/partner/{}", large.id().unwrap());
    world.simulator.fault(Fault::new(cut, FaultKind::Answer(refusal)));
    let began = Instant::now();
    let both = async { tokio::join!(world.resize(&large, 20 * TB), world.resize(&small, 27 * TB)) };
    let (cut, raise) = in_passing_time(SECOND, &Cell::new(false), both).await;
    assert_eq!(refused(cut).summary, format!("Cannot update partner \"A\" ({})", large.id().unwrap()));
    let error = refused(raise);
    assert_eq!(error.summary, "Not enough capacity in contract \"Impossible Cloud Test Contract\" in time");
    let saw = "no cut of this apply was running or finished, and the figures did not change, so nothing under way can \
               help any more.";
    assert!(error.detail.contains(saw) && error.detail.contains("partner \"B\" waited"), "{}", error.detail);
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(120) && took < Duration::from_secs(180), "{took:?}");
    assert_eq!((world.sent("update_partner").0, world.allocated(&small)), (1, 22 * TB), "only the cut was sent");
}

/// Room that comes at the last moment is used: the write has a time of its own.
#[tokio::test(start_paused = true)]
async fn room_at_the_last_moment_is_room() {
    let world = World::new();
    let (large, small) = (world.partner(FIRST_CONTRACT, "A", 25 * TB), world.partner(FIRST_CONTRACT, "B", 22 * TB));
    let small = within(small, "10s");
    // The answer comes long after the timeout.
    let late = FaultKind::SlowDrip { duration: Duration::from_millis(300) };
    world.simulator.fault(Fault::new(format!("PUT /v1/partner/{}", small.id().unwrap()), late));
    let (held, began) = (Cell::new(false), Instant::now());
    let cut = async {
        sleep(Duration::from_millis(9400)).await;
        held.set(true);
        let cut = world.resize(&large, 20 * TB).await;
        let at = began.elapsed();
        held.set(false);
        (cut, at)
    };
    let both = async { tokio::join!(cut, world.resize(&small, 27 * TB)) };
    let ((cut, at), raise) = in_passing_time(Duration::from_millis(200), &held, both).await;
    assert!(cut.is_ok() && at < Duration::from_secs(10), "{cut:?} {at:?}");
    assert!(raise.is_ok(), "{raise:?}");
    assert!(began.elapsed() > Duration::from_secs(10), "the answer came later than the timeout");
    assert_eq!(world.allocated(&small), 27 * TB);
}

/// A cut whose answer is slow, while figures are read again: what it frees is given away once.
#[tokio::test(start_paused = true)]
async fn what_a_slow_cut_frees_is_given_away_once() {
    let world = World::new();
    let names = [("A", 25), ("B", 12), ("C", 10)];
    let [large, second, third] = names.map(|(name, share)| world.partner(FIRST_CONTRACT, name, share * TB));
    let [second, third] = [second, third].map(|partner| within(partner, "60s"));
    let slow = FaultKind::SlowDrip { duration: Duration::from_millis(300) };
    world.simulator.fault(Fault::new(format!("PUT /v1/partner/{}", large.id().unwrap()), slow));
    let all = join3(world.resize(&large, 20 * TB), world.resize(&second, 17 * TB), world.resize(&third, 15 * TB));
    let (cut, one, other) = in_passing_time(SECOND, &Cell::new(false), all).await;
    assert!(cut.is_ok(), "{cut:?}");
    let (made, error) = if one.is_ok() { (one, refused(other)) } else { (other, refused(one)) };
    assert!(made.is_ok(), "{made:?}");
    assert!(error.summary.ends_with("in time"), "{error:?}");
    assert_eq!(world.sent("update_partner"), (2, 0), "nothing was sent that has no room");
}

/// Two full contracts: one reading serves the waits of both, and each of them looks.
#[tokio::test(start_paused = true)]
async fn waits_in_two_contracts_share_their_readings() {
    let world = World::new();
    let contracts = [(FIRST_CONTRACT, 47), (SECOND_CONTRACT, 10)];
    let full = contracts.map(|(contract, share)| world.partner(contract, "Full", share * TB));
    let waiting = contracts.map(|(contract, _)| world.partner(contract, "Waiting", 0));
    let outsider = async {
        sleep(Duration::from_secs(6)).await;
        for partner in &full {
            world.simulator.resize_partner(partner.id().unwrap(), 0);
        }
    };
    let began = Instant::now();
    let raises = join_all(waiting.iter().map(|partner| world.resize(partner, 5 * TB)));
    let all = async { tokio::join!(outsider, raises).1 };
    let raised = in_passing_time(SECOND, &Cell::new(false), all).await;
    assert!(raised.iter().all(Result::is_ok), "{raised:?}");
    // Figures are read after 1, 3, 8 and 23 seconds.
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let read = world.sent("list_contracts").0;
    assert!(read <= 1 + 4, "{read} readings");
}

/// A small amount that fits does not wait behind a large one that does not.
#[tokio::test(start_paused = true)]
async fn who_fits_goes_first() {
    let world = World::new();
    let names = [("A", 25), ("B", 12), ("C", 10)];
    let [cut, large, small] = names.map(|(name, share)| world.partner(FIRST_CONTRACT, name, share * TB));
    let later = async {
        sleep(Duration::from_secs(5)).await;
        world.resize(&cut, 22 * TB).await
    };
    let (large, began) = (within(large, "40s"), Instant::now());
    let small = async { (world.resize(&small, 13 * TB).await, began.elapsed()) };
    let all = join3(world.resize(&large, 20 * TB), later, small);
    let (large, cut, (small, took)) = in_passing_time(SECOND, &Cell::new(false), all).await;
    assert!(cut.is_ok() && small.is_ok(), "{cut:?} {small:?}");
    assert!(took < Duration::from_secs(30), "{took:?}");
    assert!(refused(large).summary.ends_with("in time"));
}

/// A service that asks for a minute is given it, by all creations alike, and is asked no more than needed.
#[tokio::test(start_paused = true)]
async fn a_service_in_trouble_is_not_flooded() {
    const CREATIONS: usize = 20;
    let world = World::new();
    let trouble = Scripted::status(503).form(Form::Empty).header("Retry-After", "60");
    let times = u32::try_from(CREATIONS).unwrap();
    world.simulator.fault(Fault::new("create_partner", FaultKind::Answer(trouble)).times(times));
    let began = Instant::now();
    let creations = (0..CREATIONS).map(|at| create(&world, new(FIRST_CONTRACT, &format!("P{at}"), TB)));
    let made = in_passing_time(SECOND, &Cell::new(false), join_all(creations)).await;
    assert!(made.iter().all(Result::is_ok), "{made:?}");
    assert!(began.elapsed() >= Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!(world.sent("create_partner").0, 2 * CREATIONS);
    // Each of them looks before it sends anything, seven times for its lost object, and once more in the end: all of
    // them together, and not much more often than one alone.
    let looks = world.sent("list_partners").0;
    assert!(looks <= 3 * 9, "{looks} looks");
}

/// A walk that a limited service slows down a lot says so once, whatever it is doing.
#[tokio::test(start_paused = true)]
async fn a_walk_that_is_slowed_down_a_lot_says_so() {
    let limited = || FaultKind::StatusBefore { status: 429, retry_after: Some("12".into()), body: None };
    let world = World::new();
    let handle = world.partners.0.clone();
    let regions = DataSource(RegionsDataSource(handle.clone()), handle);
    world.simulator.fault(Fault::new("list_regions", limited()));
    for expected in [&["The service limits how fast it is asked"][..], &[]] {
        let (mut diags, config) = (Diagnostics::default(), serde_json::json!({"regions": null}));
        let config = serde_json::from_value(config).expect("a configuration");
        let read = tf_provider::DataSource::read(&regions, &mut diags, config, ValueEmpty::default());
        assert!(in_passing_time(SECOND, &Cell::new(false), read).await.is_some(), "{:?}", diags.errors);
        assert_eq!(diags.warnings.iter().map(|said| &*said.summary).collect::<Vec<_>>(), expected);
    }
    // An apply has no reads.
    let world = World::new();
    let handle = world.partners.0.clone();
    let partners = Resource(PartnerResource(handle.clone()), handle);
    world.simulator.fault(Fault::new("create_partner", limited()));
    let (mut diags, planned) = (Diagnostics::default(), new(FIRST_CONTRACT, "P", TB));
    let (config, empty) = (planned.clone(), ValueEmpty::default());
    let created = tf_provider::Resource::create(&partners, &mut diags, planned, config, Value::Null, empty);
    assert!(in_passing_time(SECOND, &Cell::new(false), created).await.is_some(), "{:?}", diags.errors);
    let [said] = &diags.warnings[..] else { panic!("{:?}", diags.warnings) };
    assert!(said.detail.contains("Set max_requests_per_second"), "{}", said.detail);
}

async fn create(world: &World, planned: PartnerState) -> Result<PartnerState> {
    let created = world.partners.create(planned.clone(), planned, None, &mut Warnings::default()).await?;
    Ok(created.state)
}
