//! Puts the server together from the rooms. `main` and the tests call the same [`build`].

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum::{
    Router, extract::Request, handler::HandlerWithoutStateExt, middleware::from_fn, response::Response, routing::any,
};
use axum_server::Handle;
use leptos::{config::LeptosOptions, context::provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list, handle_server_fns_with_context, render_app_to_stream};
use tokio::signal::unix::{SignalKind, signal};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    server::{Clock, OpenError, Settings, Vault, http},
    ui,
};

/// The largest request head (line and headers) that is read, in bytes. hyper answers 431 beyond it.
const HEAD_LIMIT_BYTES: usize = 32 * 1024;

/// The server, ready to be given requests.
#[derive(Debug)]
pub struct App {
    pub router: Router,
    pub vault: Vault,
}

/// Opens the vault and puts all routes together.
///
/// # Errors
/// When the database or the signing keys can't be used.
pub async fn build(settings: &Settings, clock: Clock) -> Result<App, OpenError> {
    let vault = Vault::open(settings, clock).await?;
    let router = Router::new()
        .merge(http::probes(vault.clone()))
        .merge(server_functions(vault.clone()))
        .merge(pages(&settings.leptos))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn(http::forbid_storing))
        .layer(from_fn(http::log_requests));
    Ok(App { router, vault })
}

fn server_functions(vault: Vault) -> Router {
    let handler = move |request: Request| {
        let vault = vault.clone();
        handle_server_fns_with_context(move || provide_context(vault.clone()), request)
    };
    Router::new().route("/api/{*name}", any(handler)).layer(from_fn(http::hold_to_contract))
}

fn pages(options: &LeptosOptions) -> Router {
    let shell = {
        let options = options.clone();
        move || ui::shell(options.clone())
    };
    let not_found = render_app_to_stream(shell.clone()).into_service();
    let files = http::site_files(&options.site_root).not_found_service(not_found);
    // Pages only: the server functions have their own router, with the contract around them.
    Router::new()
        .leptos_routes_with_handler(generate_route_list(ui::App), render_app_to_stream(shell))
        .fallback_service(files)
        .with_state(options.clone())
}

/// A panic is a bug; the request that met it gets an answer and the others go on.
#[expect(clippy::needless_pass_by_value, reason = "the signature that CatchPanicLayer takes")]
fn answer_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    http::answer(&http::unavailable(format_args!("panic: {}", text.unwrap_or("without a text"))), false)
}

/// Serves until SIGTERM or Ctrl-C, then lets open requests finish within `shutdown_seconds`.
/// `ready` is told the address, which matters when the port was 0.
///
/// # Errors
/// When the address can't be listened on.
pub async fn serve(app: App, settings: &Settings, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let listener = TcpListener::bind(settings.listen_on())?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let handle = Handle::new();
    stop_on_signal(handle.clone(), Duration::from_secs(settings.shutdown_seconds))?;
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
    server.http_builder().http1().max_buf_size(HEAD_LIMIT_BYTES);
    server.http_builder().http2().max_header_list_size(HEAD_LIMIT_BYTES.try_into().unwrap_or(u32::MAX));
    ready(address);
    server.serve(app.router.into_make_service()).await?;
    app.vault.close().await;
    Ok(())
}

fn stop_on_signal(handle: Handle<SocketAddr>, deadline: Duration) -> io::Result<()> {
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
