//! A server of one test: a copy of the real policies, a registry of its own, a port of its own.

use crate::registered::{Given, On, policies};
use server::{Access, App, Keeper, Reloader, Watch, serve, watch};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use ureq::http::Response;
use ureq::{Agent, Body};

/// A running server.
pub struct Served {
    /// What it runs on; dropped last.
    runtime: Runtime,
    /// Its registry, and where its files are.
    pub given: Given,
    /// The directory of its rules.
    pub rules: PathBuf,
    /// The rules and their way into force.
    pub reloader: Arc<Reloader>,
    address: String,
    agent: Agent,
    stop: Option<oneshot::Sender<()>>,
    _watch: Watch,
}

impl Served {
    /// Starts a server on a store.
    pub fn new(on: On, access: Access) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let given = runtime.block_on(Given::new(on));
        let rules = given.directory.path().join("regles");
        write_policies(&rules);
        let reloader =
            Arc::new(Reloader::begin(&rules, keeper(&runtime, &given)).expect("it begins"));
        let watch = watch(reloader.clone()).expect("it watches");
        let app = App {
            reloader: reloader.clone(),
            registry: given.registry.clone(),
            access: Arc::new(access),
        };
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(serve(listener, app, async { drop(stopped.await) }));
        let config = Agent::config_builder().http_status_as_error(false).build();
        let agent = Agent::new_with_config(config);
        Self { runtime, given, rules, reloader, address, agent, stop: Some(stop), _watch: watch }
    }

    /// Asks for a page.
    pub fn get(&self, path: &str) -> Response<Body> {
        self.agent.get(format!("{}{path}", self.address)).call().expect("it answers")
    }

    /// Asks for a page with headers.
    pub fn get_as(&self, path: &str, key: &str) -> Response<Body> {
        let request = self.agent.get(format!("{}{path}", self.address));
        request.header("Authorization", format!("Bearer {key}")).call().expect("it answers")
    }

    /// Sends a body with headers.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response<Body> {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send(body).expect("it answers")
    }

    /// Tells whether a body is refused for its length: answered so, or no longer read.
    pub fn refuses_to_read(&self, path: &str, body: &[u8]) -> bool {
        let sent = self.agent.post(format!("{}{path}", self.address)).send(body);
        sent.map_or(true, |answer| answer.status() == 413)
    }

    /// Returns its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Runs something of the registry.
    pub fn wait_for<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Tells it to stop.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
    }
}

/// Keeps in the registry whatever begins to serve.
fn keeper(runtime: &Runtime, given: &Given) -> Keeper {
    let (handle, registry) = (runtime.handle().clone(), given.registry.clone());
    Box::new(move |rules| {
        let kept = handle.block_on(registry.keep(&rules.recueil, &rules.files));
        kept.map_err(|error| error.to_string())
    })
}

/// Writes the real policies in a directory.
pub fn write_policies(directory: &Path) {
    for (path, bytes) in policies() {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }
}

/// Reads the body of an answer as JSON.
pub fn json(mut answer: Response<Body>) -> serde_json::Value {
    answer.body_mut().read_json().expect("JSON")
}
