use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use super::Process;

/// A client on a bare socket, which can be as slow as it likes. A wait of its own of 20 seconds is a failed test.
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

    /// Says something; false when the server has hung up.
    pub fn say(&mut self, text: &str) -> bool {
        self.0.write_all(text.as_bytes()).is_ok()
    }

    /// The same for what is no text.
    pub fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Begins a sign-in whose form is `length` bytes long, and sends none of it.
    pub fn begin_sign_in(&mut self, length: usize) {
        self.begin_form("/api/login", length);
    }

    pub fn begin_form(&mut self, path: &str, length: usize) {
        let form = "content-type: application/x-www-form-urlencoded";
        assert!(self.say(&format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\n{form}\r\ncontent-length: {length}\r\n\r\n"
        )));
    }

    /// Asks for one answer after the other and reads none, until nothing more fits.
    pub fn never_read(&mut self) {
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

    /// Everything that still comes, until the server hangs up.
    pub fn rest(&mut self) -> String {
        let mut text = Vec::new();
        match self.0.read_to_end(&mut text) {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => panic!("{error}"),
            _ => String::from_utf8_lossy(&text).into_owned(),
        }
    }

    /// The first bytes of an answer, or nothing within the time.
    pub fn answer_within(&mut self, time: Duration) -> Option<String> {
        self.0.set_read_timeout(Some(time)).unwrap();
        let mut bytes = [0; 4096];
        let length = self.0.read(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..length]).into_owned())
    }

    /// How long it takes until the server hangs up, while a byte of `text` is sent now and then.
    pub fn drip(&mut self, text: &str) -> Duration {
        let start = Instant::now();
        for byte in text.chars().cycle() {
            if start.elapsed() > Duration::from_secs(20) || !self.say(&byte.to_string()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        start.elapsed()
    }
}
