use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// A running maildev, which accepts mails and shows them by its API. It is killed on drop.
pub struct Maildev {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    pub smtp_port: u16,
    web_port: u16,
    _mails: TempDir,
}

impl Maildev {
    /// Accepts every mail, without TLS.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with further arguments.
    pub fn start_with(arguments: &[&str]) -> Self {
        // Another program may take a port in between.
        (0..5)
            .find_map(|_| Self::try_start(arguments))
            .expect("maildev does not start; `make setup` installs it")
    }

    fn try_start(arguments: &[&str]) -> Option<Self> {
        let end2end = Path::new(env!("CARGO_MANIFEST_DIR")).join("end2end");
        let mails = TempDir::new().unwrap();
        let [smtp_port, web_port] = free_ports();
        let mut child = Command::new("node")
            .arg(end2end.join("node_modules/maildev/dist/bin/maildev.js"))
            .args(["--smtp", &smtp_port.to_string()])
            .args(["--web", &web_port.to_string(), "--web-ip", "127.0.0.1"])
            .arg("--mail-directory")
            .arg(mails.path())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("Ctrl+C") {
            line.clear();
            if stdout.read_line(&mut line).unwrap() == 0 {
                child.wait().unwrap();
                return None;
            }
        }
        Some(Self {
            child,
            _stdout: stdout,
            smtp_port,
            web_port,
            _mails: mails,
        })
    }

    /// For the setting `mail.url`.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.smtp_port)
    }

    /// The mails that have arrived.
    pub fn mails(&self) -> Vec<Value> {
        let url = format!("http://127.0.0.1:{}/api/email", self.web_port);
        let mut response = ureq::get(url).call().unwrap();
        let body = response.body_mut().read_to_string().unwrap();
        serde_json::from_str(&body).unwrap()
    }

    /// The first mail, which has to arrive in time.
    #[track_caller]
    pub fn first_mail(&self) -> Value {
        let start = Instant::now();
        loop {
            if let Some(mail) = self.mails().into_iter().next() {
                return mail;
            }
            assert!(start.elapsed() < Duration::from_secs(10), "no mail arrives");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Maildev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
