use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// A network between servers and their database, which can be cut and led elsewhere.
#[derive(Clone)]
pub struct Proxy {
    pub port: u16,
    target: Arc<AtomicU16>,
    is_cut: Arc<AtomicBool>,
    /// Counts how often all connections were closed.
    closings: Arc<AtomicUsize>,
}

impl Proxy {
    pub fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            target: Arc::new(AtomicU16::new(target)),
            is_cut: Arc::default(),
            closings: Arc::default(),
        };
        let accepting = proxy.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let target = accepting.target.load(Ordering::SeqCst);
                if let Ok(server) = TcpStream::connect(("127.0.0.1", target)) {
                    accepting.connect(&client, &server);
                    accepting.connect(&server, &client);
                }
            }
        });
        proxy
    }

    /// Swallows what is sent in both directions, as a network does that is cut. Nobody is told.
    pub fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::SeqCst);
    }

    /// Leads new connections elsewhere. Those that there are go on.
    pub fn lead_new_ones_to(&self, target: u16) {
        self.target.store(target, Ordering::SeqCst);
    }

    /// Leads elsewhere, and closes the connections that there are.
    pub fn lead_to(&self, target: u16) {
        self.lead_new_ones_to(target);
        self.closings.fetch_add(1, Ordering::SeqCst);
    }

    fn connect(&self, from: &TcpStream, to: &TcpStream) {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let proxy = self.clone();
        let closings = proxy.closings.load(Ordering::SeqCst);
        from.set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while proxy.closings.load(Ordering::SeqCst) == closings {
                match from.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(length) => {
                        let is_swallowed = proxy.is_cut.load(Ordering::SeqCst);
                        if !is_swallowed && to.write_all(&buffer[..length]).is_err() {
                            break;
                        }
                    }
                    Err(error)
                        if [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut]
                            .contains(&error.kind()) => {}
                    Err(_) => break,
                }
            }
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
}
