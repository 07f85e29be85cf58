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

use crate::server::{Crowd, Present, ServerSettings, customer};

/// Where a client is. The name of our own kind of listener and connection to axum-server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(SocketAddr);

/// Accepts no more connections than there are places. A client beyond that waits in the kernel's queue, where it costs
/// no open file: a server without one left could not even open its database. One network does not get all the places:
/// what it opens beyond its share is closed at once.
#[derive(Debug)]
pub(super) struct Listener {
    tcp: TcpListener,
    places: Arc<Semaphore>,
    of_networks: Crowd,
    idle_time: Duration,
    /// The last attempt to accept failed, and the log says so.
    failing: AtomicBool,
}

/// A connection that holds a place while it is open, and ends when no byte came or went for the idle time: the client
/// has gone without a word, sits there, or never reads its answer.
///
/// One timer for both directions, so that a long download on which the client says nothing is not cut.
#[derive(Debug)]
pub(super) struct Connection {
    tcp: TcpStream,
    idle_time: Duration,
    idle_end: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
    _among: Present,
}

impl Listener {
    pub fn new(tcp: TcpListener, settings: &ServerSettings) -> Self {
        Self {
            tcp,
            places: Arc::new(Semaphore::new(settings.max_connections.into())),
            of_networks: Crowd::of_at_most(settings.max_connections_of_address.into()),
            idle_time: settings.idle_time,
            failing: AtomicBool::new(false),
        }
    }

    /// Says once that connections can't be accepted, and once that they can again.
    fn note<T>(&self, accepted: &io::Result<T>) {
        match accepted {
            Err(error) if !self.failing.swap(true, Ordering::Relaxed) => {
                tracing::error!(%error, "connections can't be accepted");
            }
            Ok(_) if self.failing.swap(false, Ordering::Relaxed) => {
                tracing::info!("connections are accepted again")
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
    /// Asked for by the trait; [`super::serve`] brings a listener that is bound already.
    async fn bind_to(_: Peer) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    async fn accept_stream(&self) -> io::Result<(Connection, Peer)> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(io::Error::other)?;
        loop {
            let accepted = self.tcp.accept().await;
            self.note(&accepted);
            let (tcp, address) = accepted?;
            let Some(among) = self.of_networks.enter(customer(address.ip())) else {
                continue;
            };
            let idle_end = Box::pin(sleep(self.idle_time));
            let connection = Connection {
                tcp,
                idle_time: self.idle_time,
                idle_end,
                _place: place,
                _among: among,
            };
            return Ok((connection, Peer(address)));
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.tcp.local_addr().map(Peer)
    }
}

/// Gives handlers `ConnectInfo<SocketAddr>`, as under any other listener.
impl Connected<Peer> for SocketAddr {
    fn connect_info(peer: Peer) -> Self {
        peer.0
    }
}

impl Connection {
    /// What the socket said; or, if it has nothing to say and has not for the idle time, the end.
    fn watch<T>(&mut self, cx: &mut Context<'_>, said: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if said.is_ready() {
            self.idle_end
                .as_mut()
                .reset(Instant::now() + self.idle_time);
            return said;
        }
        self.idle_end
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
        let said = Pin::new(&mut self.tcp).poll_read(cx, buffer);
        self.watch(cx, said)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.watch(cx, said)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.tcp).poll_write_vectored(cx, pieces);
        self.watch(cx, said)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    /// A socket has nothing to flush, so this is no sign of life.
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
    async fn a_handler_learns_the_address_of_its_client() {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        let service = Router::new()
            .route("/", get(peer))
            .into_make_service_with_connect_info::<SocketAddr>();
        let settings = Settings::load(None).unwrap().server;
        tokio::spawn(Server::<Peer>::from_listener(Listener::new(tcp, &settings)).serve(service));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.ends_with(&client.local_addr().unwrap().to_string()),
            "{answer}"
        );
    }
}
