use std::{
    fmt,
    io::{self, Error},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// For the TCP connection to one address of the mail server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How many bytes a mail server may send in a connection: its replies, and its certificates.
const MAX_BYTES: usize = 128 * 1024;
/// The type of the first TLS record (RFC 8446 §5.1). No command of SMTP begins with it.
const HANDSHAKE: u8 = 22;

/// A connection to a mail server.
///
/// lettre keeps what it has read beyond a reply, also when TLS begins: somebody between could put
/// replies there that count as those of the server (RFC 3207 §6). So until TLS begins, each read
/// gives one byte, and what comes after the reply is left to TLS, which refuses it.
pub(super) struct SmtpStream {
    tcp: TcpStream,
    is_plain: bool,
    bytes_left: usize,
}

impl SmtpStream {
    /// Connects to the first address of a host that answers.
    pub async fn connect(host: &str, port: u16) -> io::Result<Self> {
        let mut last = Error::from(io::ErrorKind::AddrNotAvailable);
        for address in lookup_host((host, port)).await? {
            match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
                Ok(Ok(tcp)) => {
                    return Ok(Self {
                        tcp,
                        is_plain: true,
                        bytes_left: MAX_BYTES,
                    });
                }
                Ok(Err(error)) => last = error,
                Err(_) => last = Error::from(io::ErrorKind::TimedOut),
            }
        }
        Err(last)
    }
}

impl AsyncRead for SmtpStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.bytes_left == 0 {
            return Poll::Ready(Err(Error::other("the mail server sends too much")));
        }
        let before = buffer.filled().len();
        if self.is_plain {
            let mut byte = [0];
            let mut one = ReadBuf::new(&mut byte);
            ready!(Pin::new(&mut self.tcp).poll_read(context, &mut one))?;
            buffer.put_slice(one.filled());
        } else {
            ready!(Pin::new(&mut self.tcp).poll_read(context, buffer))?;
        }
        let number = buffer.filled().len() - before;
        self.bytes_left = self.bytes_left.saturating_sub(number);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for SmtpStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if bytes.first() == Some(&HANDSHAKE) {
            self.is_plain = false;
        }
        Pin::new(&mut self.tcp).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

impl AsyncTokioStream for SmtpStream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}

impl fmt::Debug for SmtpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SmtpStream").field(&self.tcp).finish()
    }
}
