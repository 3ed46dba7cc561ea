//! A server on a socket: until it is told to stop, then until what runs is answered.
//!
//! Connections are bounded in number, and in the time that a head may take to come: who is slow, or silent,
//! costs a connection for a while and nothing to others.

use crate::app::{App, Peer};
use crate::follow::follow;
use crate::table::{Route, table};
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;

/// How long is waited after the system refused a connection: too many files, most often.
const PAUSE: Duration = Duration::from_millis(100);

/// How often the keys of the issuer of tokens are read.
const KEYS_TURN: Duration = Duration::from_mins(10);

/// Serves until `stop` comes: then accepts nobody, answers what has begun, and ends in a bounded time.
///
/// Errors: the socket's.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_routes(listener, app, table(), stop).await
}

/// Serves some routes as [`serve`] does all of them.
///
/// Errors: the socket's.
pub async fn serve_routes(
    listener: TcpListener,
    app: App,
    routes: &[Route],
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let settings = app.settings.clone();
    let following = tokio::spawn(follow(app.clone()));
    let renewing = tokio::spawn(renew(app.clone()));
    let (router, graceful) = (app.router_of(routes), GracefulShutdown::new());
    let room = Arc::new(Semaphore::new(settings.limits.connections));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(settings.limits.silence);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &room) => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                answer(&http, &graceful, router.clone(), (stream, peer), place);
            }
            Err(error) => {
                tracing::warn!(%error, "connexion refusée par le système");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    following.abort();
    renewing.abort();
    drop(listener);
    if tokio::time::timeout(settings.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("des requêtes n'ont pas fini à temps");
    }
    Ok(())
}

/// Reads the keys of the issuer of tokens now, then by turns: those that it has taken back open nothing for long.
async fn renew(app: App) {
    let Some(tokens) = app.access.tokens() else { return };
    loop {
        let tokens = tokens.clone();
        // What was not read was said.
        drop(tokio::task::spawn_blocking(move || tokens.renew()).await);
        tokio::time::sleep(KEYS_TURN).await;
    }
}

/// Waits for room, then for a connection.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // Answers are written whole: waiting for more to send would only delay them.
    stream.set_nodelay(true)?;
    Ok((stream, peer, place))
}

/// Answers what comes on a connection, beside the others.
fn answer(
    http: &http1::Builder,
    graceful: &GracefulShutdown,
    router: Router,
    (stream, peer): (TcpStream, SocketAddr),
    place: OwnedSemaphorePermit,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().call(request)
    });
    let serving = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        // A connection that ends badly is its client's affair.
        drop(serving.await);
        drop(place);
    });
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
