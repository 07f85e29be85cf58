use std::{
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io, mem,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use axum::Router;
use axum_server::{Handle, Server as HyperServer, tls_rustls::RustlsAcceptor};
use rustix::fs::OFlags;
use thiserror::Error;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::{
    CertificateError, Server, ServerSettings, Settings, StartError,
    listener::{Listener, Peer},
    maintenance::start_maintenance,
    tls,
};
use crate::{auth::AuthService, http, mail::Mailer, store::give_to_owner_of};

/// The maximum head (line and headers) of a request. hyper answers 431 beyond it.
const MAX_HEAD_BYTES: u32 = 32 * 1024;
/// How many requests of an HTTP/2 connection are handled at the same time. A page loads four files
/// at once, and what the client does not read of the responses stays in memory. RFC 9113 §6.5.2
/// recommends 100, for sites of many files.
const MAX_STREAMS: u32 = 32;
/// How much of the requests, and of each response, is buffered for an HTTP/2 connection. Forms are
/// smaller, and files are sent from a shared copy.
const WINDOW_BYTES: u32 = 64 * 1024;
/// How many streams a client may open and reset at once (CVE-2023-44487), or have refused for its
/// own errors, before the connection is closed.
const MAX_RESET_STREAMS: usize = 20;
/// How many files may be open beside connections: the database's, the standard streams, files that
/// are read again.
const OTHER_OPEN_FILES: u64 = 100;

/// Why the server can't serve. The text says what to do.
#[derive(Error)]
#[non_exhaustive]
pub enum ServeError {
    #[doc(hidden)]
    #[error("can't serve on {address}: {cause}; LEPTOS_SITE_ADDR sets another address")]
    Address {
        address: SocketAddr,
        cause: io::Error,
    },
    #[doc(hidden)]
    #[error(transparent)]
    Start(#[from] StartError),
    #[doc(hidden)]
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[doc(hidden)]
    #[error(
        "this process may open {allowed} files, and server.max_connections = {connections} needs \
         {needed}: raise the limit (`ulimit -n`), or lower the setting"
    )]
    OpenFiles {
        allowed: u64,
        connections: u16,
        needed: u64,
    },
}

/// The text, for an application that unwraps the error.
impl fmt::Debug for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Listens on the address of the settings, and returns the address too: with port 0, the system
/// chooses one. Clients wait until [`serve_router`] accepts them.
///
/// # Errors
/// When the address can't be bound.
pub async fn listen(settings: &Settings) -> Result<(TcpListener, SocketAddr), ServeError> {
    let address = settings.listen_on();
    let failed = |cause| ServeError::Address { address, cause };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Serves an application by the settings of the environment: [`Server::from_env`] and
/// [`Server::serve`] in one.
///
/// # Errors
/// Those of the two.
pub async fn serve(application: Router) -> Result<(), ServeError> {
    Server::from_env().await?.serve(application).await
}

impl Server {
    /// Serves an application until SIGTERM or Ctrl-C, at the address of `LEPTOS_SITE_ADDR`.
    ///
    /// `application` has all routes of the application, and has to mount the server functions, as
    /// `leptos_routes` does. What Countersign adds stands around all of them.
    ///
    /// # Errors
    /// When the address, the certificate or so many files can't be used.
    pub async fn serve(self, application: Router) -> Result<(), ServeError> {
        let (listener, address) = listen(&self.settings).await?;
        let ready = || tracing::info!(%address, "listening");
        self.serve_on(listener, application, ready).await
    }

    /// As [`serve`](Self::serve), on a socket that is bound already. `ready` is called when it
    /// begins.
    ///
    /// # Errors
    /// The same.
    pub async fn serve_on(
        self,
        listener: TcpListener,
        application: Router,
        ready: impl FnOnce(),
    ) -> Result<(), ServeError> {
        // The log is written until this one ends.
        let Self {
            auth,
            settings,
            mailer,
            log: _log,
        } = self;
        let address = settings.listen_on();
        let address = listener.local_addr().unwrap_or(address);
        let router = http::wrap(auth.clone(), settings.http(address), application);
        serve_router(router, auth, mailer, listener, &settings, ready).await
    }

    /// Puts what Countersign adds around an application, which is then served in another way, for as
    /// long as the process runs. The limits and the audit log need the address of the client: serve it
    /// by `into_make_service_with_connect_info::<SocketAddr>()`.
    ///
    /// Pages of the configured address may send forms: `public.url`, or `LEPTOS_SITE_ADDR`.
    pub fn wrap(self, application: Router) -> Router {
        let Self {
            auth,
            settings,
            mailer,
            log,
        } = self;
        mem::forget(log);
        start_maintenance(&auth, mailer).detach_all();
        http::wrap(auth, settings.http(settings.listen_on()), application)
    }
}

/// Serves until SIGTERM or Ctrl-C, then lets open requests finish within the shutdown timeout or
/// until a second signal, and closes the service. `ready` is called when it begins.
///
/// # Errors
/// When the certificate can't be used, or too few files may be opened.
pub async fn serve_router(
    router: Router,
    auth: AuthService,
    mailer: Option<Mailer>,
    listener: TcpListener,
    settings: &Settings,
    ready: impl FnOnce(),
) -> Result<(), ServeError> {
    let address = settings.listen_on();
    // On a database of several servers, they may also share a volume.
    let _serving = (!settings.has_shared_database()).then(|| mark_as_served(&settings.data.dir));
    if settings.public.url.is_empty() && address.ip().is_unspecified() {
        tracing::warn!(
            "public.url is empty, so only pages at localhost, 127.0.0.1 and [::1] may send forms: \
             to sign in from other machines, set it to the origin that browsers use"
        );
    }
    let settings = &settings.server;
    raise_open_file_limit(settings.max_connections)?;
    let certificate = settings.tls().as_ref().map(tls::certificate).transpose()?;
    let failed = |cause| ServeError::Address { address, cause };
    let handle = Handle::new();
    stop_on_signal(handle.clone(), settings.shutdown_timeout()).map_err(failed)?;
    let hyper = hyper_server(listener, settings).handle(handle);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let maintenance = start_maintenance(&auth, mailer);
    ready();
    match certificate {
        Some(certificate) => {
            let acceptor = RustlsAcceptor::new(certificate);
            let acceptor = acceptor.handshake_timeout(settings.header_timeout());
            hyper.acceptor(acceptor).serve(service).await
        }
        None => hyper.serve(service).await,
    }
    .map_err(failed)?;
    drop(maintenance);
    auth.close().await;
    Ok(())
}

/// Holds a lock until the result is dropped, and warns when another server holds one. Around a
/// restart two servers are no fault, so the second is not refused.
fn mark_as_served(data_dir: &Path) -> Option<File> {
    let file = lock_file(data_dir).ok()?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        tracing::warn!(
            ?data_dir,
            "another server runs on this data; unless it is being restarted, stop one: each has \
             its own limits on sign-ins and connections"
        );
    }
    // Shared, so that a third server notices this one when the first has stopped. A file system
    // without locks is no reason not to serve.
    let _unsupported = file.unlock().and_then(|()| file.lock_shared());
    Some(file)
}

/// The file of the lock. Another user, whose directory it may be, can't have root follow a link.
fn lock_file(data_dir: &Path) -> io::Result<File> {
    let path = data_dir.join("serve.lock");
    let mut options = OpenOptions::new();
    options
        .append(true)
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    match options.clone().create_new(true).open(&path) {
        Ok(file) => {
            give_to_owner_of(data_dir, &file)?;
            Ok(file)
        }
        Err(_) => options.open(path),
    }
}

/// Raises this process' own limit as far as needed. A server without a free file descriptor can
/// accept nobody and may be unable to write.
fn raise_open_file_limit(connections: u16) -> Result<(), ServeError> {
    let needed = u64::from(connections) + OTHER_OPEN_FILES;
    // Returns the new limit, which the system may cap.
    let allowed = rlimit::increase_nofile_limit(needed).unwrap_or(needed);
    if allowed >= needed {
        return Ok(());
    }
    Err(ServeError::OpenFiles {
        allowed,
        connections,
        needed,
    })
}

/// Every phase of a connection has a timeout.
fn hyper_server(listener: TcpListener, settings: &ServerSettings) -> HyperServer<Peer> {
    let mut server = HyperServer::from_listener(Listener::new(listener, settings))
        // hyper's own timer starts only once it knows which version of HTTP a client speaks.
        .first_request_timeout(settings.header_timeout())
        // The listener logs when it can't accept. An operator can do nothing about a client that
        // fails the handshake.
        .accept_error_handler(|_: Option<&Peer>, _| {});
    let http1 = &mut server.http_builder().http1();
    http1
        .max_buf_size(MAX_HEAD_BYTES as usize)
        .header_read_timeout(settings.header_timeout());
    // No keep-alive pings: a ping and its answer would reset the idle timer for ever.
    server
        .http_builder()
        .http2()
        .max_header_list_size(MAX_HEAD_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .initial_stream_window_size(WINDOW_BYTES)
        .max_send_buf_size(WINDOW_BYTES as usize)
        .max_concurrent_streams(MAX_STREAMS)
        .max_pending_accept_reset_streams(MAX_RESET_STREAMS)
        .max_local_error_reset_streams(MAX_RESET_STREAMS);
    server
}

fn stop_on_signal(handle: Handle<Peer>, deadline: Duration) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut signalled = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    tokio::spawn(async move {
        signalled().await;
        let seconds = deadline.as_secs();
        tracing::info!(
            seconds,
            "shutting down: open requests may finish within this time; a second signal ends them"
        );
        handle.graceful_shutdown(Some(deadline));
        signalled().await;
        handle.shutdown();
    });
    Ok(())
}
