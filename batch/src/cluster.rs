//! A cluster: one scheduler, and executors, each a process with a library of its own.

use crate::codec::Codec;
use crate::library::Library;
use ballista_core::error::{BallistaError, Result};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use std::net::SocketAddr;
use std::sync::Arc;

/// After how long without a word an executor is taken for dead: what it did is done again. Unit: seconds.
const SILENCE: u64 = 10;

/// How often an executor says that it is there. Unit: seconds.
const HEARTBEAT: u64 = 2;

/// A scheduler: it plans, hands tasks out, and does again those of executors that died. It needs no recueil.
pub struct Scheduler {
    /// Where it listens.
    pub address: SocketAddr,
}

impl Scheduler {
    /// Serves until the process ends.
    ///
    /// Errors: an address that cannot be listened to.
    pub async fn serve(self) -> Result<()> {
        let codec = Arc::new(Codec::new(Arc::new(Library::none())));
        let config = SchedulerConfig {
            bind_host: self.address.ip().to_string(),
            external_host: self.address.ip().to_string(),
            bind_port: self.address.port(),
            executor_timeout_seconds: SILENCE,
            expire_dead_executor_interval_seconds: HEARTBEAT,
            override_logical_codec: Some(codec.clone()),
            override_physical_codec: Some(codec),
            ..SchedulerConfig::default()
        };
        let cluster = BallistaCluster::new_from_config(&config).await?;
        start_server(cluster, self.address, Arc::new(config)).await
    }
}

/// An executor: it reads parts of populations, and evaluates them by the recueils that it has.
pub struct Executor {
    /// Where it gives what it found.
    pub address: SocketAddr,
    /// Where it is told what to do.
    pub orders: SocketAddr,
    /// The scheduler.
    pub scheduler: SocketAddr,
    /// Where it keeps what it found until it is taken.
    pub directory: String,
    /// How many tasks it does at once.
    pub tasks: usize,
    /// The recueils that it evaluates by.
    pub library: Arc<Library>,
}

impl Executor {
    /// Works until the process ends.
    ///
    /// Errors: an address that cannot be listened to, a scheduler that does not answer.
    pub async fn work(self) -> Result<()> {
        if self.address.ip() != self.orders.ip() {
            let told = "les deux adresses d'un exécuteur sont de la même machine";
            return Err(BallistaError::Configuration(told.to_owned()));
        }
        let codec = Arc::new(Codec::new(self.library));
        let config = ExecutorProcessConfig {
            bind_host: self.address.ip().to_string(),
            external_host: Some(self.address.ip().to_string()),
            port: self.address.port(),
            grpc_port: self.orders.port(),
            scheduler_host: self.scheduler.ip().to_string(),
            scheduler_port: self.scheduler.port(),
            scheduler_connect_timeout_seconds: 30,
            vcores: self.tasks,
            work_dir: Some(self.directory),
            executor_heartbeat_interval_seconds: HEARTBEAT,
            override_logical_codec: Some(codec.clone()),
            override_physical_codec: Some(codec),
            ..ExecutorProcessConfig::default()
        };
        start_executor_process(Arc::new(config)).await
    }
}
