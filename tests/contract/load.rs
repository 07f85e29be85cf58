//! Many at once: what a flood may cost.

use std::{fs, thread::scope};

use countersign::{
    domain::{NewPassword, Password, Username},
    server::{Client, Clock, Settings, Vault},
};
use tempfile::TempDir;

use crate::support::{Process, countersign, form};

const CONNECTIONS: usize = 64;
const SIGN_INS: usize = 2000;
const MIB: u64 = 1024;

/// What the process holds in memory now, or held at most, in KiB.
fn resident(server: &Process, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn with_users(number: usize) -> TempDir {
    let data = TempDir::new().unwrap();
    let mut settings = Settings::load(None).unwrap();
    data.path().clone_into(&mut settings.data_dir);
    settings.database_url = format!("sqlite://{}", data.path().join("countersign.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let vault = Vault::open(&settings, Clock::system(), &Client::command_line())
            .await
            .unwrap();
        for user in 0..number {
            let name = Username::parse(&format!("user{user}")).unwrap();
            let password =
                NewPassword::parse(&Password::new("analytical engine".to_owned()), &name).unwrap();
            vault
                .add_user(name, &password, &Client::command_line())
                .await
                .unwrap();
        }
        vault.close().await;
    });
    data
}

#[test]
fn a_flood_of_sign_ins_stays_within_the_memory_of_its_permits() {
    let data = with_users(CONNECTIONS);
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_LOG_LEVEL", "off"),
    );
    server.log_in("user0", "analytical engine");
    let idle = resident(&server, "VmRSS:");
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
    let (most, allowed) = (
        resident(&server, "VmHWM:"),
        idle + permits * 19 * MIB + 64 * MIB,
    );
    assert!(
        most <= allowed,
        "{most} KiB at most, {idle} KiB idle, {allowed} KiB allowed"
    );
    assert_eq!(server.post("/api/me", "", None).0, 401);
}

#[test]
fn clients_that_hang_up_do_not_make_room_for_more_hashes() {
    use std::io::Write;
    let data = with_users(1);
    let mut command = countersign(data.path());
    // All of them are let in, however late the server sees that one has gone.
    command
        .arg("serve")
        .env("COUNTERSIGN_LOG_LEVEL", "off")
        .env("COUNTERSIGN_SERVER_MAX_CONNECTIONS_OF_ADDRESS", "800");
    let server = Process::start(&mut command);
    server.log_in("user0", "analytical engine");
    let idle = resident(&server, "VmRSS:");
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
    let (most, allowed) = (
        resident(&server, "VmHWM:"),
        idle + permits * 19 * MIB + 64 * MIB,
    );
    assert!(
        most <= allowed,
        "{most} KiB at most, {idle} KiB idle, {allowed} KiB allowed"
    );
    assert_eq!(server.post("/api/me", "", None).0, 401);
}
