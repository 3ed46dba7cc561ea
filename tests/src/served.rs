//! A server of one test: a copy of the real policies, a registry of its own, a port of its own.

use crate::logged;
use crate::registered::{Given, On, policies};
use server::{Access, App, Ear, Files, Limits, Reloader, Settings, Watch, keeper, serve, watch};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use ureq::http::Response;
use ureq::{Agent, Body, RequestBuilder};

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
    /// The whole application.
    pub app: App,
    address: String,
    agent: Agent,
    stop: Option<oneshot::Sender<()>>,
    _watch: Watch,
}

impl Served {
    /// Starts a server on a store.
    pub fn new(on: On, access: Access) -> Self {
        Self::with(on, access, Limits::default())
    }

    /// Starts a server within limits.
    pub fn with(on: On, access: Access, limits: Limits) -> Self {
        Self::set(on, access, Settings { limits, ..Settings::default() })
    }

    /// Starts a server that behaves in a way.
    pub fn set(on: On, access: Access, settings: Settings) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let given = runtime.block_on(Given::new(on));
        Self::over(runtime, given, access, settings)
    }

    /// Starts a server on an empty registry of a database.
    pub fn at(url: &str, access: Access) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let given = runtime.block_on(Given::at(url));
        Self::over(runtime, given, access, Settings::default())
    }

    /// Starts another server on the registry of one that runs, with rules of its own.
    pub fn beside(other: &Self, access: Access) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let registry = runtime.block_on(other.given.again());
        let directory = tempfile::TempDir::new().expect("a directory");
        let given = Given { registry, settings: other.given.settings.clone(), directory };
        Self::over(runtime, given, access, Settings::default())
    }

    fn over(runtime: Runtime, given: Given, access: Access, settings: Settings) -> Self {
        logged::listen();
        let rules = given.directory.path().join("regles");
        write_policies(&rules);
        let keeper = keeper(runtime.handle().clone(), given.registry.clone());
        let reloader = Arc::new(Reloader::begin(&rules, keeper, None).expect("it begins"));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let public = address.clone();
        let settings = Settings { public, link_key: [7; 32], ..settings };
        let app = App::new(reloader.clone(), given.registry.clone(), access, settings);
        let watch = watch(reloader.clone(), Ear::Events, |_| {}).expect("it watches");
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(serve(listener, app.clone(), async { drop(stopped.await) }));
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        let agent = Agent::new_with_config(config);
        let stop = Some(stop);
        Self { runtime, given, rules, reloader, app, address, agent, stop, _watch: watch }
    }

    /// Asks for a page.
    pub fn get(&self, path: &str) -> Response<Body> {
        self.agent.get(format!("{}{path}", self.address)).call().expect("it answers")
    }

    /// Asks for a page with a key.
    pub fn get_as(&self, path: &str, key: &str) -> Response<Body> {
        self.get_with(path, &[("Authorization", &format!("Bearer {key}"))])
    }

    /// Asks for a page with headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let request = self.agent.get(format!("{}{path}", self.address));
        headed(request, headers).call().expect("it answers")
    }

    /// Sends a body with headers.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response<Body> {
        let request = self.agent.post(format!("{}{path}", self.address));
        headed(request, headers).send(body).expect("it answers")
    }

    /// Puts a body with headers.
    pub fn put(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response<Body> {
        let request = self.agent.put(format!("{}{path}", self.address));
        headed(request, headers).send(body).expect("it answers")
    }

    /// Asks for something to go, with headers.
    pub fn delete(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let request = self.agent.delete(format!("{}{path}", self.address));
        headed(request, headers).call().expect("it answers")
    }

    /// Asks what may be asked, with headers.
    pub fn options(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let request = self.agent.options(format!("{}{path}", self.address));
        headed(request, headers).call().expect("it answers")
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

/// Whatever a test asked, nothing of a person is in the logs.
impl Drop for Served {
    fn drop(&mut self) {
        let said = logged::said();
        let betrayals = logged::betrayals(&said);
        assert!(betrayals.is_empty() || std::thread::panicking(), "in the logs: {betrayals:?}");
    }
}

/// Puts headers on a request.
fn headed<B>(request: RequestBuilder<B>, headers: &[(&str, &str)]) -> RequestBuilder<B> {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

/// Writes the real policies in a directory.
pub fn write_policies(directory: &Path) {
    write_files(directory, &policies());
}

/// Writes files in a directory.
pub fn write_files(directory: &Path, files: &Files) {
    for (path, bytes) in files {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }
}

/// Reads the body of an answer as JSON.
pub fn json(mut answer: Response<Body>) -> serde_json::Value {
    answer.body_mut().read_json().expect("JSON")
}

/// Reads the body of an answer as text.
pub fn text(mut answer: Response<Body>) -> String {
    answer.body_mut().read_to_string().expect("text")
}
