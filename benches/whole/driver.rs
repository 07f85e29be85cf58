//! HTTP clients that put load on a server. They share the cores with it, so they do little work:
//! requests are built in advance, and of a response only the needed parts are read.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use futures::future::join_all;
use hdrhistogram::Histogram;
use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::{Builder, Runtime},
    time::sleep,
};

/// hyper writes header names in lower case.
const CONTENT_LENGTH: &[u8] = b"\r\ncontent-length: ";

/// A request as it is sent: head and body.
pub type Request = Rc<[u8]>;

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers: String = headers
        .iter()
        .map(|(name, value)| [name, ": ", value, "\r\n"].concat())
        .collect();
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: ";
    let form = if method == "POST" {
        format!("{form}{}\r\n", body.len())
    } else {
        String::new()
    };
    format!("{method} {path} HTTP/1.1\r\nhost: countersign\r\n{headers}{form}\r\n{body}")
        .into_bytes()
        .into()
}

pub fn bearer_request(path: &str, token: &str) -> Request {
    request(
        "POST",
        path,
        &[("authorization", &format!("Bearer {token}"))],
        "",
    )
}

/// A complete response.
#[derive(Debug)]
pub struct Response<'a> {
    pub status: u16,
    pub head: &'a [u8],
    pub body: &'a [u8],
}

impl Response<'_> {
    /// A cookie that the response sets, as `name=value`.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let head = std::str::from_utf8(self.head).ok()?;
        let set = head.lines().find_map(|line| {
            line.strip_prefix("set-cookie: ")?
                .strip_prefix(name)?
                .strip_prefix('=')
        })?;
        Some(format!("{name}={}", set.split(';').next()?))
    }
}

#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
        })
    }

    pub async fn send(&mut self, request: &[u8]) -> Response<'_> {
        self.stream
            .write_all(request)
            .await
            .expect("the server accepts the request");
        self.received.clear();
        loop {
            let read = self
                .stream
                .read_buf(&mut self.received)
                .await
                .expect("the server responds");
            assert_ne!(
                read,
                0,
                "the server closed the connection: {}",
                String::from_utf8_lossy(&self.received)
            );
            if let Some((status, head, body)) = parse_lengths(&self.received)
                && self.received.len() >= head + body
            {
                let (head, body) = self.received.split_at(head);
                return Response { status, head, body };
            }
        }
    }
}

/// The status and the lengths of head and body in bytes; `None` until the head is complete.
fn parse_lengths(received: &[u8]) -> Option<(u16, usize, usize)> {
    let head = memmem::find(received, b"\r\n\r\n")? + 4;
    let number = |from: usize| {
        received[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
    };
    let body = memmem::find(&received[..head], CONTENT_LENGTH)
        .map_or(0, |at| number(at + CONTENT_LENGTH.len()));
    let status = u16::try_from(number("HTTP/1.1 ".len())).expect("an HTTP response");
    Some((status, head, body))
}

/// The result of a load.
#[derive(Debug)]
pub struct LoadResult {
    /// Responses with status 200.
    pub succeeded: u64,
    /// Responses with any other status.
    pub refused: u64,
    pub seconds: f64,
    /// Of the responses with status 200, in nanoseconds.
    pub latencies: Histogram<u64>,
}

impl LoadResult {
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 responses"
    )]
    pub fn per_second(&self) -> f64 {
        self.succeeded as f64 / self.seconds
    }

    /// The latency at a quantile, in milliseconds.
    pub fn quantile(&self, quantile: f64) -> f64 {
        Duration::from_nanos(self.latencies.value_at_quantile(quantile)).as_secs_f64() * 1000.0
    }
}

/// Each client sends its next request as soon as it has the previous response. A client gets that
/// response and returns the next request, or `None` when it is done. Every status has to be 200.
/// The clients are spread evenly over the servers.
pub fn closed_loop<C>(servers: &[SocketAddr], clients: Vec<C>, time_limit: Duration) -> LoadResult
where
    C: FnMut(Option<&Response<'_>>) -> Option<Request>,
{
    runtime().block_on(async {
        let recorder = Recorder::default();
        let addresses = servers.iter().cycle().take(clients.len());
        let connections = join_all(addresses.map(|address| Connection::open(*address))).await;
        let start = Instant::now();
        let run = |(mut client, connection): (C, std::io::Result<Connection>)| {
            let recorder = &recorder;
            async move {
                let mut connection = connection.unwrap();
                let mut next = client(None);
                while let Some(request) = next.take().filter(|_| start.elapsed() < time_limit) {
                    let sent = Instant::now();
                    let response = connection.send(&request).await;
                    assert_eq!(
                        response.status,
                        200,
                        "{}",
                        String::from_utf8_lossy(response.body)
                    );
                    recorder.record(sent, response.status);
                    next = client(Some(&response));
                }
            }
        };
        join_all(clients.into_iter().zip(connections).map(run)).await;
        recorder.finish(start)
    })
}

/// Clients that all send the same request, again and again.
pub fn repeat_request(
    request: &Request,
    clients: usize,
) -> Vec<impl FnMut(Option<&Response<'_>>) -> Option<Request>> {
    (0..clients)
        .map(|_| {
            let request = Rc::clone(request);
            move |_: Option<&Response<'_>>| Some(Rc::clone(&request))
        })
        .collect()
}

/// Clients that share a list of requests, each of which is sent once.
pub fn share_requests(
    requests: impl IntoIterator<Item = Request>,
    clients: usize,
) -> Vec<impl FnMut(Option<&Response<'_>>) -> Option<Request>> {
    let requests = Rc::new(RefCell::new(requests.into_iter()));
    (0..clients)
        .map(|_| {
            let requests = Rc::clone(&requests);
            move |_: Option<&Response<'_>>| requests.borrow_mut().next()
        })
        .collect()
}

/// Sends requests at a fixed rate, whether or not the server keeps up. The time that a request
/// waits for a free connection is part of its latency, which avoids coordinated omission.
pub fn open_loop(
    address: SocketAddr,
    requests: &[Request],
    per_second: f64,
    time: Duration,
    connections: usize,
) -> LoadResult {
    runtime().block_on(async {
        let recorder = Recorder::default();
        let next = Cell::new(0_u32);
        let start = Instant::now();
        let client = async || {
            let mut connection = Connection::open(address).await.unwrap();
            loop {
                let number = next.get();
                let mut due = start + Duration::from_secs_f64(f64::from(number) / per_second);
                if due > start + time {
                    break;
                }
                next.set(number + 1);
                if due > Instant::now() {
                    sleep(due - Instant::now()).await;
                    // The timer's resolution is a millisecond. Its delay is not the server's.
                    due = Instant::now();
                }
                let request = &requests[number as usize % requests.len()];
                let response = connection.send(request).await;
                recorder.record(due, response.status);
            }
        };
        join_all((0..connections).map(|_| client())).await;
        recorder.finish(start)
    })
}

/// Sends one request on a new connection and returns the status.
pub fn send_once(address: SocketAddr, request: &[u8]) -> std::io::Result<u16> {
    runtime().block_on(async {
        let mut connection = Connection::open(address).await?;
        Ok(connection.send(request).await.status)
    })
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

struct Recorder {
    refused: Cell<u64>,
    latencies: RefCell<Histogram<u64>>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            refused: Cell::new(0),
            latencies: RefCell::new(Histogram::new(3).unwrap()),
        }
    }
}

impl Recorder {
    fn record(&self, since: Instant, status: u16) {
        if status == 200 {
            let latency = u64::try_from(since.elapsed().as_nanos()).unwrap();
            self.latencies.borrow_mut().record(latency).unwrap();
        } else {
            self.refused.set(self.refused.get() + 1);
        }
    }

    fn finish(self, start: Instant) -> LoadResult {
        let latencies = self.latencies.into_inner();
        LoadResult {
            succeeded: latencies.len(),
            refused: self.refused.get(),
            seconds: start.elapsed().as_secs_f64(),
            latencies,
        }
    }
}
