//! Clients that ask and wait. They share the cores with the server, so they do as little as they can: requests are made
//! beforehand, and of an answer only what is asked for is read.

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

const LENGTH: &[u8] = b"\r\ncontent-length: ";

pub type Request = Rc<[u8]>;

/// A request as it goes over the wire.
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

pub fn with_token(path: &str, token: &str) -> Request {
    request(
        "POST",
        path,
        &[("authorization", &format!("Bearer {token}"))],
        "",
    )
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer<'a> {
    pub status: u16,
    pub head: &'a [u8],
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// The first value of a cookie that the answer sets: `name=value`.
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

    pub async fn ask(&mut self, request: &[u8]) -> Answer<'_> {
        self.stream
            .write_all(request)
            .await
            .expect("the server takes the request");
        self.received.clear();
        loop {
            let read = self
                .stream
                .read_buf(&mut self.received)
                .await
                .expect("the server answers");
            assert_ne!(
                read,
                0,
                "the server closed the connection: {}",
                String::from_utf8_lossy(&self.received)
            );
            if let Some((status, head, length)) = measure(&self.received)
                && self.received.len() >= head + length
            {
                let (head, body) = self.received.split_at(head);
                return Answer { status, head, body };
            }
        }
    }
}

/// Status, bytes of the head, and bytes of the body, once the head is there. hyper writes the names of headers in lower case.
fn measure(received: &[u8]) -> Option<(u16, usize, usize)> {
    let head = memmem::find(received, b"\r\n\r\n")? + 4;
    let number = |from: usize| {
        received[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
    };
    let number =
        |from| number(from).fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
    let length = memmem::find(&received[..head], LENGTH).map_or(0, |at| number(at + LENGTH.len()));
    let status = u16::try_from(number("HTTP/1.1 ".len())).expect("an HTTP answer");
    Some((status, head, length))
}

/// What came of some load.
#[derive(Debug)]
pub struct Load {
    pub answered: u64,
    pub refused: u64,
    pub seconds: f64,
    /// In nanoseconds.
    pub latencies: Histogram<u64>,
}

impl Load {
    #[expect(clippy::cast_precision_loss, reason = "nobody waits for 2^52 answers")]
    pub fn per_second(&self) -> f64 {
        self.answered as f64 / self.seconds
    }

    /// The latency that all but a share of the requests have at most, in milliseconds.
    pub fn quantile(&self, quantile: f64) -> f64 {
        Duration::from_nanos(self.latencies.value_at_quantile(quantile)).as_secs_f64() * 1000.0
    }
}

/// Clients that each ask again as soon as they are answered: `next` is given the answer to the last request and makes the
/// next one, or ends. Every answer has to be a good one.
pub fn closed_loop<C>(address: SocketAddr, clients: Vec<C>, longest: Duration) -> Load
where
    C: FnMut(Option<&Answer<'_>>) -> Option<Request>,
{
    runtime().block_on(async {
        let load = Recorder::default();
        let connections = join_all(clients.iter().map(|_| Connection::open(address))).await;
        let start = Instant::now();
        let load_of = |(mut next, connection): (C, std::io::Result<Connection>)| {
            let load = &load;
            async move {
                let mut connection = connection.unwrap();
                let mut request = next(None);
                while let Some(asked) = request.take().filter(|_| start.elapsed() < longest) {
                    let sent = Instant::now();
                    let answer = connection.ask(&asked).await;
                    assert_eq!(
                        answer.status,
                        200,
                        "{}",
                        String::from_utf8_lossy(answer.body)
                    );
                    load.note(sent, answer.status);
                    request = next(Some(&answer));
                }
            }
        };
        join_all(clients.into_iter().zip(connections).map(load_of)).await;
        load.since(start)
    })
}

/// The same request from so many clients.
pub fn same(
    request: &Request,
    clients: usize,
) -> Vec<impl FnMut(Option<&Answer<'_>>) -> Option<Request>> {
    (0..clients)
        .map(|_| {
            let request = Rc::clone(request);
            move |_: Option<&Answer<'_>>| Some(Rc::clone(&request))
        })
        .collect()
}

/// So many clients that share a row of requests, each of which is sent once.
pub fn each(
    requests: Vec<Request>,
    clients: usize,
) -> Vec<impl FnMut(Option<&Answer<'_>>) -> Option<Request>> {
    let requests = Rc::new(RefCell::new(requests.into_iter()));
    (0..clients)
        .map(|_| {
            let requests = Rc::clone(&requests);
            move |_: Option<&Answer<'_>>| requests.borrow_mut().next()
        })
        .collect()
}

/// Requests that come when they come, so many a second, whether or not the server keeps up. What a request has to wait for
/// a free connection is part of its latency: nothing is left out because the server was slow (coordinated omission).
/// Whatever is answered other than 200 counts as refused.
pub fn open_loop(
    address: SocketAddr,
    requests: &[Request],
    per_second: f64,
    time: Duration,
    connections: usize,
) -> Load {
    runtime().block_on(async {
        let load = Recorder::default();
        let due = Cell::new(0_u32);
        let start = Instant::now();
        let client = async || {
            let mut connection = Connection::open(address).await.unwrap();
            loop {
                let number = due.get();
                let mut from = start + Duration::from_secs_f64(f64::from(number) / per_second);
                if from > start + time {
                    break;
                }
                due.set(number + 1);
                if from > Instant::now() {
                    sleep(from - Instant::now()).await;
                    // The timer counts in milliseconds: that it is late is not the server's doing.
                    from = Instant::now();
                }
                let request = &requests[number as usize % requests.len()];
                let answer = connection.ask(request).await;
                load.note(from, answer.status);
            }
        };
        join_all((0..connections).map(|_| client())).await;
        load.since(start)
    })
}

/// The first answer of a server to a request.
pub fn ask_once(address: SocketAddr, request: &[u8]) -> std::io::Result<(u16, String)> {
    runtime().block_on(async {
        let mut connection = Connection::open(address).await?;
        let answer = connection.ask(request).await;
        Ok((
            answer.status,
            String::from_utf8_lossy(answer.body).into_owned(),
        ))
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
    fn note(&self, from: Instant, status: u16) {
        if status == 200 {
            let latency = u64::try_from(from.elapsed().as_nanos()).unwrap();
            self.latencies.borrow_mut().record(latency).unwrap();
        } else {
            self.refused.set(self.refused.get() + 1);
        }
    }

    fn since(self, start: Instant) -> Load {
        let latencies = self.latencies.into_inner();
        Load {
            answered: latencies.len(),
            refused: self.refused.get(),
            seconds: start.elapsed().as_secs_f64(),
            latencies,
        }
    }
}
