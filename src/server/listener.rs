use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::extract::connect_info::Connected;
use axum_server::{AddrListener, Address};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep},
};

use super::ServerSettings;
use crate::auth::{NetworkLimiter, NetworkPermit, client_prefix};

/// The address of a client. The type by which axum-server finds our listener and connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(SocketAddr);

/// Limits the number of open connections.
///
/// A client beyond the limit waits in the kernel's queue, where it takes no open file: a server
/// without a free one could not even open its database. A network beyond its own limit is
/// disconnected at once.
#[derive(Debug)]
pub(super) struct Listener {
    tcp: TcpListener,
    connections: Arc<Semaphore>,
    per_network: NetworkLimiter,
    idle_timeout: Duration,
    /// The last attempt to accept failed, and was logged.
    is_failing: AtomicBool,
}

/// A connection that holds its permits while it is open, and is closed when no byte was sent or
/// received for the idle timeout: the client has left silently, or never reads its response.
///
/// One timer for both directions, so that a long download is not cut off.
#[derive(Debug)]
pub(super) struct Connection {
    tcp: TcpStream,
    idle_timeout: Duration,
    idle_timer: Pin<Box<Sleep>>,
    _permit: OwnedSemaphorePermit,
    _network: NetworkPermit,
}

impl Listener {
    pub fn new(tcp: TcpListener, settings: &ServerSettings) -> Self {
        let per_network = settings.max_connections_per_network();
        Self {
            tcp,
            connections: Arc::new(Semaphore::new(settings.max_connections.into())),
            per_network: NetworkLimiter::new(per_network.into()),
            idle_timeout: settings.idle_timeout(),
            is_failing: AtomicBool::new(false),
        }
    }

    /// Logs once when connections can't be accepted, and once when they can again.
    fn log_state<T>(&self, accepted: &io::Result<T>) {
        match accepted {
            Err(error) if !self.is_failing.swap(true, Ordering::Relaxed) => {
                tracing::error!(%error, "connections can't be accepted");
            }
            Ok(_) if self.is_failing.swap(false, Ordering::Relaxed) => {
                tracing::info!("connections are accepted again");
            }
            _ => {}
        }
    }
}

impl Address for Peer {
    type Stream = Connection;
    type Listener = Listener;
}

impl AddrListener<Connection, Peer> for Listener {
    /// Required by the trait. [`super::serve()`] brings a listener that is bound already.
    async fn bind_to(_: Peer) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    async fn accept_stream(&self) -> io::Result<(Connection, Peer)> {
        let permit = Arc::clone(&self.connections).acquire_owned().await;
        let permit = permit.map_err(io::Error::other)?;
        loop {
            let accepted = self.tcp.accept().await;
            self.log_state(&accepted);
            let (tcp, address) = accepted?;
            // A response that is sent in parts does not wait for the client to acknowledge the first.
            let _ = tcp.set_nodelay(true);
            let Some(network) = self.per_network.try_acquire(client_prefix(address.ip())) else {
                continue;
            };
            let connection = Connection {
                tcp,
                idle_timeout: self.idle_timeout,
                idle_timer: Box::pin(sleep(self.idle_timeout)),
                _permit: permit,
                _network: network,
            };
            return Ok((connection, Peer(address)));
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.tcp.local_addr().map(Peer)
    }
}

/// Gives handlers `ConnectInfo<SocketAddr>`, as other listeners do.
impl Connected<Peer> for SocketAddr {
    fn connect_info(peer: Peer) -> Self {
        peer.0
    }
}

impl Connection {
    /// Passes the result on and resets the idle timer; returns `TimedOut` when it expires.
    fn with_idle_timeout<T>(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.idle_timer
                .as_mut()
                .reset(Instant::now() + self.idle_timeout);
            return result;
        }
        self.idle_timer
            .as_mut()
            .poll(cx)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.tcp).poll_read(cx, buffer);
        self.with_idle_timeout(cx, result)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.with_idle_timeout(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.tcp).poll_write_vectored(cx, slices);
        self.with_idle_timeout(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    /// A socket has nothing to flush, so this does not reset the timer.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, extract::ConnectInfo, routing::get};
    use axum_server::Server;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::server::Settings;

    #[tokio::test]
    async fn a_response_is_sent_at_once() {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let settings = Settings::defaults().server;
        let listener = Listener::new(tcp, &settings);
        let _client = TcpStream::connect(address).await.unwrap();
        let (connection, _) = listener.accept_stream().await.unwrap();
        assert!(connection.tcp.nodelay().unwrap());
    }

    #[tokio::test]
    async fn a_handler_learns_the_address_of_its_client() {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        let service = Router::new()
            .route("/", get(peer))
            .into_make_service_with_connect_info::<SocketAddr>();
        let settings = Settings::defaults().server;
        tokio::spawn(Server::<Peer>::from_listener(Listener::new(tcp, &settings)).serve(service));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        let mut response = String::new();
        client.read_to_string(&mut response).await.unwrap();
        assert!(
            response.ends_with(&client.local_addr().unwrap().to_string()),
            "{response}"
        );
    }
}
