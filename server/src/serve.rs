//! A server on a socket: until it is told to stop, then until what runs is answered.

use crate::app::App;
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long what runs is waited for once the server is told to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until `stop` comes: then accepts nobody, answers what has begun, and ends in a bounded time.
///
/// Errors: the socket's.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (told, mut stopping) = watch::channel(false);
    let stop = async move {
        stop.await;
        // Nobody listens any more when serving has already ended.
        told.send(true).ok();
    };
    let serving = axum::serve(listener, app.router()).with_graceful_shutdown(stop);
    let serving = tokio::spawn(serving.into_future());
    let ended = async {
        // The sender gone means that serving has ended by itself.
        drop(stopping.wait_for(|told| *told).await);
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving => served.unwrap_or_else(|error| Err(std::io::Error::other(error))),
        () = ended => {
            tracing::warn!("des requêtes n'ont pas fini à temps");
            Ok(())
        }
    }
}

/// Completes when the process is asked to end: SIGTERM, or Ctrl-C.
pub async fn asked_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
