//! Tests of the memory that a flood of logins takes.

use std::{fs, thread::scope};

use countersign::{
    Password, Settings, Username,
    internals::{Clock, IfAbsent, command_line, open_auth},
};
use tempfile::TempDir;

use crate::support::{PUBLIC_URL, Process, countersign, database_url, form};

const CONNECTIONS: usize = 64;
const SIGN_INS: usize = 2000;
const MIB: u64 = 1024;

/// A memory figure of the process in KiB: `VmRSS:` is the current one, `VmHWM:` the peak.
fn resident_kib(server: &Process, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn with_users(number: usize) -> TempDir {
    let data = TempDir::new().unwrap();
    let mut settings = Settings::load(None).unwrap();
    data.path().clone_into(&mut settings.data.dir);
    settings.database.url = database_url(data.path());
    PUBLIC_URL.clone_into(&mut settings.public.url);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let service = open_auth(&settings, IfAbsent::Begin, Clock::system(), &command_line())
            .await
            .unwrap();
        for user in 0..number {
            let name = Username::parse(&format!("user{user}")).unwrap();
            let password = Password::new("analytical engine".to_owned());
            let password = service.new_password(&password, &name).unwrap();
            service
                .add_user(name, &password, &command_line())
                .await
                .unwrap();
        }
        service.close().await;
    });
    data
}

#[test]
fn a_flood_of_sign_ins_uses_no_more_memory_than_its_hash_permits() {
    let data = with_users(CONNECTIONS);
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_LOG_LEVEL", "off"),
    );
    server.log_in("user0", "analytical engine");
    let idle = resident_kib(&server, "VmRSS:");
    scope(|scope| {
        for user in 0..CONNECTIONS {
            let server = &server;
            scope.spawn(move || {
                let name = format!("user{user}");
                let credentials = form(&[("username", &name), ("password", "analytical engine")]);
                for _ in 0..SIGN_INS / CONNECTIONS {
                    let (status, _) = server.post("/api/login", &credentials, None);
                    assert!([200, 503].contains(&status), "{status}");
                }
            });
        }
    });
    let permits = std::thread::available_parallelism().unwrap().get() as u64;
    let (peak, allowed) = (
        resident_kib(&server, "VmHWM:"),
        idle + permits * 19 * MIB + 64 * MIB,
    );
    assert!(
        peak <= allowed,
        "{peak} KiB at peak, {idle} KiB idle, {allowed} KiB allowed"
    );
    assert_eq!(server.post("/api/me", "", None).0, 401);
}

#[test]
fn disconnected_clients_do_not_allow_more_concurrent_hashes() {
    use std::io::Write;
    let data = with_users(1);
    let mut command = countersign(data.path());
    // The limit per address stays above the number of clients, so that none of them is refused.
    command
        .arg("serve")
        .env("COUNTERSIGN_LOG_LEVEL", "off")
        .env("COUNTERSIGN_SERVER_MAX_CONNECTIONS_PER_IP", "800");
    let server = Process::start(&mut command);
    server.log_in("user0", "analytical engine");
    let idle = resident_kib(&server, "VmRSS:");
    for number in 0..500 {
        let mut stream =
            std::net::TcpStream::connect(server.origin.strip_prefix("http://").unwrap()).unwrap();
        let body = form(&[
            ("username", &format!("name{}", number % 30)),
            ("password", "wrong guess"),
        ]);
        let head = "POST /api/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";
        write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    }
    let permits = std::thread::available_parallelism().unwrap().get() as u64;
    let (peak, allowed) = (
        resident_kib(&server, "VmHWM:"),
        idle + permits * 19 * MIB + 64 * MIB,
    );
    assert!(
        peak <= allowed,
        "{peak} KiB at peak, {idle} KiB idle, {allowed} KiB allowed"
    );
    assert_eq!(server.post("/api/me", "", None).0, 401);
}
