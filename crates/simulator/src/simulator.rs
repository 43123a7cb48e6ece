//! A running simulator: its own thread and runtime, so that plain tests can use it.

mod actions;
mod options;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc as plain;
use std::thread::JoinHandle;
use std::time::Duration;

pub use options::Options;
use tokio::sync::{mpsc, oneshot};

use crate::console::{self, Summary};
use crate::faults::{Fault, FaultKind, check_operation};
use crate::log::Request;
use crate::seed;
use crate::server::{self, Address};
use crate::shared::{Order, Shared};
use crate::snapshot::Snapshot;
use crate::tls::Identity;
use crate::views::{self, AccountView, ContractView, MemberView, PartnerView};
use crate::world::World;

/// A simulator that runs until it is dropped. Its state is in memory only.
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    certificate: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts a simulator on a thread of its own; when this returns, it listens.
    ///
    /// # Panics
    /// When it cannot listen. [`Simulator::try_start`] does not panic.
    #[track_caller]
    pub fn start(options: Options) -> Self {
        match Self::try_start(options) {
            Ok(simulator) => simulator,
            Err(error) => panic!("cannot start the simulator: {error}"),
        }
    }

    /// Starts a simulator on a thread of its own; when this returns, it listens.
    ///
    /// # Errors
    /// When the address is not a loopback address or is taken, or when the system gives no thread.
    pub fn try_start(options: Options) -> io::Result<Self> {
        options.check()?;
        let random = options.random_seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let world = seed::world(options.switches, random, options.seed, options.load);
        let (orders, receiver) = mpsc::unbounded_channel();
        let identity = Identity::new(options.transport, options.certificate, &options.names)?;
        let certificate = identity.as_ref().map(|identity| identity.pem.clone());
        let shared = Arc::new(Shared::new(world, options.transport, options.latency, options.save, orders));
        let (stop, stopped) = oneshot::channel();
        let (ready, listening) = plain::channel();
        let serving = shared.clone();
        let thread = std::thread::Builder::new().name("simulator".to_string()).spawn(move || {
            serve(serving, (options.listen, identity), receiver, stopped, &ready);
        })?;
        let address = listening.recv().map_err(|_| io::Error::other("the simulator's thread ended"))??;
        Ok(Self { shared, address, certificate, stop: Some(stop), thread: Some(thread) })
    }

    /// The base URL of the API, such as `http://127.0.0.1:PORT/v1`.
    pub fn endpoint(&self) -> String {
        self.url("/v1")
    }

    /// The URL of a path, such as `/console/summary` or `/v1/partner`.
    pub fn url(&self, path: &str) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            // Who listens everywhere is on this machine too.
            address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
        }
        format!("{}://{address}{path}", self.shared.transport.scheme())
    }

    /// What is there now, for a file or for another simulator. It holds no key and no password.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.world())
    }

    /// Writes what is there to the file of [`Options::save`]; nothing without one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self) -> io::Result<()> {
        self.shared.save().map(|_| ())
    }

    /// Its self-signed certificate in PEM, which a client has to trust; none without TLS.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The contracts, in order of creation.
    pub fn contracts(&self) -> Vec<ContractView> {
        views::contracts(&self.world())
    }

    /// The partners of a contract, in order of creation; none when there is no such contract.
    pub fn partners(&self, contract_id: &str) -> Vec<PartnerView> {
        views::partners(&self.world(), Some(contract_id))
    }

    /// The partners of all contracts, in order of creation.
    pub fn all_partners(&self) -> Vec<PartnerView> {
        views::partners(&self.world(), None)
    }

    /// A partner, if it exists.
    pub fn partner(&self, id: &str) -> Option<PartnerView> {
        self.all_partners().into_iter().find(|partner| partner.id == id)
    }

    /// The members of a partner, in order of creation.
    pub fn members(&self, partner_id: &str) -> Vec<MemberView> {
        views::members(&self.world(), partner_id)
    }

    /// The storage accounts of a partner or, without one, the channel partner's own, in order of creation.
    pub fn accounts(&self, partner_id: Option<&str>) -> Vec<AccountView> {
        let accounts = views::accounts(&self.world()).into_iter();
        accounts.filter(|account| account.partner_id.as_deref() == partner_id).collect()
    }

    /// The requests that arrived under `/v1` since the start or since the log was cleared.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log().entries.clone()
    }

    /// Empties the request log, and with it the counts of reads and writes.
    pub fn clear_requests(&self) {
        self.shared.log().entries.clear();
    }

    /// How many POST, PUT, PATCH and DELETE requests arrived under `/v1`, whatever became of them.
    pub fn writes(&self) -> usize {
        self.summary().writes
    }

    /// How many other requests arrived under `/v1`, whatever became of them.
    pub fn reads(&self) -> usize {
        self.summary().reads
    }

    /// How many requests of an operation arrived, such as `create_partner`, whatever became of them.
    pub fn count(&self, operation: &str) -> usize {
        self.shared.log().entries.iter().filter(|request| request.operation == operation).count()
    }

    /// Counts of requests and objects.
    pub fn summary(&self) -> Summary {
        console::summary(&self.shared)
    }

    /// Orders a fault; see [`FaultKind`].
    ///
    /// # Panics
    /// When there is no operation of that name.
    #[track_caller]
    pub fn fault(&self, fault: Fault) {
        if let Err(problem) = check_operation(&fault.operation) {
            panic!("{problem}");
        }
        if let FaultKind::RefuseConnection { duration } = fault.kind
            && fault.operation == "*"
        {
            self.order(|done| Order::Refuse(duration, done));
        } else {
            self.shared.faults().waiting.push(fault);
        }
    }

    /// The faults that have not struck as often as they were ordered to.
    pub fn waiting_faults(&self) -> Vec<Fault> {
        self.shared.faults().waiting.clone()
    }

    /// Calls all waiting faults off.
    pub fn clear_faults(&self) {
        self.shared.faults().waiting.clear();
    }

    /// Listens again at once, when a fault made it refuse connections.
    pub fn accept_connections(&self) {
        self.order(Order::Accept);
    }

    /// Changes how long each request of the API waits before it is carried out.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.set_latency(latency);
    }

    /// Gives the accept loop an order and waits until it is carried out.
    fn order(&self, order: impl FnOnce(Box<dyn FnOnce() + Send>) -> Order) {
        let (done, carried_out) = plain::channel();
        if self.shared.order(order(Box::new(move || done.send(()).unwrap_or_default()))) {
            // An error means that the accept loop has ended, which is as good as refusing.
            carried_out.recv().unwrap_or_default();
        }
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        let mut world = self.shared.world();
        world.settle();
        world
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread was printed when it happened.
            thread.join().unwrap_or_default();
        }
    }
}

/// The life of the simulator's thread. Ending the runtime ends all connections.
fn serve(
    shared: Arc<Shared>,
    (listen, identity): (SocketAddr, Option<Identity>),
    orders: mpsc::UnboundedReceiver<Order>,
    stopped: oneshot::Receiver<()>,
    ready: &plain::Sender<io::Result<SocketAddr>>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ready.send(Err(error)).unwrap_or_default(),
    };
    runtime.block_on(async move {
        let opened = Address::take(listen).and_then(|address| Ok((address.listen()?, address)));
        let (listener, address) = match opened {
            Ok(opened) => opened,
            Err(error) => return ready.send(Err(error)).unwrap_or_default(),
        };
        ready.send(Ok(address.address)).unwrap_or_default();
        let router = server::api(&shared).merge(console::router(shared));
        tokio::select! {
            () = server::accept(address, listener, router, identity.map(|identity| identity.acceptor), orders) => {}
            // Either the simulator was dropped, or its channel was: both mean the end.
            _ = stopped => {}
        }
    });
}
