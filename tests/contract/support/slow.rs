use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use super::Process;

/// A client on a plain TCP socket that can be arbitrarily slow. Its reads time out after 20
/// seconds, which fails the test.
pub struct SlowClient(pub TcpStream);

impl SlowClient {
    pub fn connect(server: &Process) -> Self {
        let address = server.origin.split_once("://").unwrap().1;
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Self(stream)
    }

    /// Writes text. Returns false if the server has closed the connection.
    pub fn try_write(&mut self, text: &str) -> bool {
        self.0.write_all(text.as_bytes()).is_ok()
    }

    /// Writes bytes, and panics if the server has closed the connection.
    pub fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Sends the head of a login whose form is `length` bytes long, but no byte of the form.
    pub fn begin_login(&mut self, length: usize) {
        self.begin_form("/api/login", length);
    }

    pub fn begin_form(&mut self, path: &str, length: usize) {
        let form = "content-type: application/x-www-form-urlencoded";
        assert!(self.try_write(&format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\n{form}\r\ncontent-length: {length}\r\n\r\n"
        )));
    }

    /// Sends requests without reading the responses, until the socket buffers are full.
    pub fn send_without_reading(&mut self) {
        self.0.set_nonblocking(true).unwrap();
        let requests = "GET /.well-known/jwks.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1000);
        let mut stuck = 0;
        while stuck < 20 {
            match self.0.write(requests.as_bytes()) {
                Ok(_) => stuck = 0,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    stuck += 1;
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(_) => break,
            }
        }
        self.0.set_nonblocking(false).unwrap();
    }

    /// Reads until the server closes the connection.
    pub fn read_rest(&mut self) -> String {
        let mut text = Vec::new();
        match self.0.read_to_end(&mut text) {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => panic!("{error}"),
            _ => String::from_utf8_lossy(&text).into_owned(),
        }
    }

    /// The first bytes of a response, or `None` if none arrive in time.
    pub fn response_within(&mut self, time: Duration) -> Option<String> {
        self.0.set_read_timeout(Some(time)).unwrap();
        let mut bytes = [0; 4096];
        let length = self.0.read(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..length]).into_owned())
    }

    /// Writes one byte of `text` every 100 ms, and returns how long the server keeps the
    /// connection.
    pub fn write_slowly(&mut self, text: &str) -> Duration {
        let start = Instant::now();
        for byte in text.chars().cycle() {
            if start.elapsed() > Duration::from_secs(20) || !self.try_write(&byte.to_string()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        start.elapsed()
    }
}
