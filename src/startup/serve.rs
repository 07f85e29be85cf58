use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum_server::Handle;
use tokio::signal::unix::{SignalKind, signal};

use super::App;
use crate::server::Settings;

/// The largest request head (line and headers) that is read, in bytes. hyper answers 431 beyond it.
const HEAD_LIMIT_BYTES: u32 = 32 * 1024;

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
    server.http_builder().http1().max_buf_size(HEAD_LIMIT_BYTES as usize);
    server.http_builder().http2().max_header_list_size(HEAD_LIMIT_BYTES);
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
