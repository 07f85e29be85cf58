use std::{io, net::SocketAddr, time::Duration};

use axum_server::{Handle, Server, tls_rustls::RustlsAcceptor};
use thiserror::Error;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::{
    App, CertificateError,
    connections::{Listener, Peer},
    housekeeping::keep_house,
    tls,
};
use crate::server::Settings;

/// The largest request head (line and headers) that is read, in bytes. hyper answers 431 beyond it.
const HEAD_LIMIT_BYTES: u32 = 32 * 1024;
/// How many requests of one HTTP/2 connection are answered at the same time. A page asks for four files at once, and what
/// the other side does not take of its answers waits in memory. RFC 9113 §6.5.2 recommends 100, for sites of many files.
const STREAMS_AT_ONCE: u32 = 32;
/// How much of requests, and of each answer, waits in memory for the other side of an HTTP/2 connection, in bytes.
/// Forms are smaller, and files are sent from the one copy of them that is there.
const WINDOW_BYTES: u32 = 64 * 1024;
/// How many streams a client may open and take back unheard (CVE-2023-44487), or have refused for its own mistakes,
/// before its HTTP/2 connection is closed.
const RESET_STREAMS: usize = 20;

/// How many files are open beside connections, or can be: the database's, standard streams, files that are read anew.
const OTHER_OPEN_FILES: u64 = 100;

/// Why the server can't serve. The text says what to do.
#[derive(Debug, Error)]
pub enum ServeError {
    #[error("can't serve on {address}: {cause}; LEPTOS_SITE_ADDR chooses another address")]
    Address {
        address: SocketAddr,
        cause: io::Error,
    },
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error(
        "this process may have {allowed} files open, and server.max_connections = {connections} takes {needed}: \
         raise the limit (`ulimit -n`), or lower the setting"
    )]
    OpenFiles {
        allowed: u64,
        connections: u16,
        needed: u64,
    },
}

/// Serves until SIGTERM or Ctrl-C, then lets open requests finish within `shutdown_seconds`.
/// `ready` is told the address, which matters when the port was 0.
///
/// # Errors
/// When the address can't be listened on, the certificate can't be used, or too few files may be open.
pub async fn serve(
    app: App,
    settings: &Settings,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    have_open_files_for(settings.server.max_connections)?;
    let certificate = settings
        .server
        .tls
        .as_ref()
        .map(tls::certificate)
        .transpose()?;
    let address = settings.listen_on();
    let failed = |cause| ServeError::Address { address, cause };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let handle = Handle::new();
    stop_on_signal(
        handle.clone(),
        Duration::from_secs(settings.shutdown_seconds),
    )
    .map_err(failed)?;
    let server = server(listener, settings).handle(handle);
    let service = app
        .router
        .into_make_service_with_connect_info::<SocketAddr>();
    let chores = keep_house(&app.vault);
    ready(address);
    match certificate {
        Some(certificate) => {
            let handshake =
                RustlsAcceptor::new(certificate).handshake_timeout(settings.server.header_time);
            server.acceptor(handshake).serve(service).await
        }
        None => server.serve(service).await,
    }
    .map_err(failed)?;
    drop(chores);
    app.vault.close().await;
    Ok(())
}

/// Raises this process' own limit on open files as far as that takes. A server that runs out of them can accept nobody,
/// and what it has to write, it may not be able to open.
fn have_open_files_for(connections: u16) -> Result<(), ServeError> {
    let needed = u64::from(connections) + OTHER_OPEN_FILES;
    // It gives what the limit is by now, up to what the system allows.
    let allowed = rlimit::increase_nofile_limit(needed).unwrap_or(needed);
    if allowed >= needed {
        Ok(())
    } else {
        Err(ServeError::OpenFiles {
            allowed,
            connections,
            needed,
        })
    }
}

/// A server that waits for no client longer than the settings say.
fn server(listener: TcpListener, settings: &Settings) -> Server<Peer> {
    let settings = &settings.server;
    let mut server = Server::from_listener(Listener::new(listener, settings))
        // hyper's own timer does not run before it knows which HTTP a client speaks.
        .first_request_timeout(settings.header_time)
        // The listener tells when it can accept nobody. Nobody who runs the server can do anything about a client that
        // does not shake hands.
        .accept_error_handler(|_: Option<&Peer>, _| {});
    server
        .http_builder()
        .http1()
        .max_buf_size(HEAD_LIMIT_BYTES as usize)
        .header_read_timeout(settings.header_time);
    // No keep-alive pings: a ping and its answer are bytes that come and go, and the idle time would never end.
    server
        .http_builder()
        .http2()
        .max_header_list_size(HEAD_LIMIT_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .initial_stream_window_size(WINDOW_BYTES)
        .max_send_buf_size(WINDOW_BYTES as usize)
        .max_concurrent_streams(STREAMS_AT_ONCE)
        .max_pending_accept_reset_streams(RESET_STREAMS)
        .max_local_error_reset_streams(RESET_STREAMS);
    server
}

fn stop_on_signal(handle: Handle<Peer>, deadline: Duration) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: open requests may finish");
        handle.graceful_shutdown(Some(deadline));
    });
    Ok(())
}
