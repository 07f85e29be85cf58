//! Tests of slow clients, whether slow by accident or as an attack (Slowloris), and of the
//! shutdown.

use std::{
    io::{Read, Write},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::{Process, SlowClient, countersign, data_dir_with_ada};

const HEALTH_REQUEST: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// A server with the given settings of the section `[server]`.
fn serve(data: &TempDir, settings: &[(&str, &str)]) -> Process {
    let mut command: Command = countersign(data.path());
    for (key, value) in settings {
        command.env(format!("COUNTERSIGN_SERVER_{key}"), value);
    }
    Process::start(command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "error"))
}

/// Asserts that something took at least 70 % of the time, and at most three seconds more.
#[track_caller]
fn assert_about(seconds: f64, elapsed: Duration) {
    let elapsed = elapsed.as_secs_f64();
    assert!(
        elapsed > seconds * 0.7 && elapsed < seconds + 3.0,
        "{elapsed:.1} s instead of {seconds}"
    );
}

#[test]
fn five_hundred_slow_clients_do_not_delay_a_sign_in() {
    let data = data_dir_with_ada();
    let server = serve(&data, &[("MAX_CONNECTIONS_PER_IP", "800")]);
    let _slow: Vec<_> = (0..500)
        .map(|number| {
            let mut client = SlowClient::connect(&server);
            match number % 4 {
                0 => assert!(client.try_write("GET /login HTTP/1.1\r\nhost: ")),
                1 => {
                    client.begin_login(40);
                    assert!(client.try_write("username"));
                }
                2 => assert!(client.try_write("P")),
                _ if number % 50 == 3 => client.send_without_reading(),
                _ => assert!(client.try_write(&HEALTH_REQUEST.repeat(100))),
            }
            client
        })
        .collect();
    let start = Instant::now();
    server.log_in("ada", "analytical engine");
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_connection_whose_request_head_takes_too_long_is_closed() {
    let data = TempDir::new().unwrap();
    let server = serve(&data, &[("HEADER_TIMEOUT_SECONDS", "1")]);
    let beginnings = [
        "",
        "P",
        "PRI * HTTP/2.0\r\n\r\nSM",
        "GET /healthz HTTP/1.1\r\nx: ",
    ];
    let first = beginnings.map(|beginning| {
        let mut client = SlowClient::connect(&server);
        thread::spawn(move || {
            assert!(client.try_write(beginning));
            let start = Instant::now();
            assert_eq!(client.read_rest(), "");
            start.elapsed()
        })
    });
    for closed_after in first {
        assert_about(1.0, closed_after.join().unwrap());
    }
    let mut dripping = SlowClient::connect(&server);
    dripping.try_write("GET /healthz HTTP/1.1\r\nx: ");
    assert_about(1.0, dripping.write_slowly("x"));

    let mut second = SlowClient::connect(&server);
    second.try_write(HEALTH_REQUEST);
    assert!(
        second
            .response_within(Duration::from_secs(5))
            .unwrap()
            .starts_with("HTTP/1.1 200")
    );
    second.try_write("GET /healthz HTTP/1.1\r\nx: ");
    assert_about(1.0, second.write_slowly("x"));
}

#[test]
fn a_form_that_takes_too_long_gets_408() {
    let data = TempDir::new().unwrap();
    let server = serve(&data, &[("BODY_TIMEOUT_SECONDS", "1")]);
    for path in ["/api/login", "/login"] {
        let mut client = SlowClient::connect(&server);
        client.begin_form(path, 1000);
        let mut reader = SlowClient(client.0.try_clone().unwrap());
        let response = thread::spawn(move || {
            let start = Instant::now();
            (
                reader.response_within(Duration::from_secs(10)).unwrap(),
                start.elapsed(),
            )
        });
        client.write_slowly("x");
        let (response, elapsed) = response.join().unwrap();
        assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
        assert!(
            response.contains(r#"{"error":"request_timeout","message":"#),
            "{response}"
        );
        assert_about(1.0, elapsed);
    }
}

#[test]
fn a_client_that_is_idle_or_never_reads_is_disconnected() {
    let data = TempDir::new().unwrap();
    // The other timeouts are long enough that only the idle timeout can expire in this test.
    let server = serve(
        &data,
        &[
            ("IDLE_TIMEOUT_SECONDS", "1"),
            ("HEADER_TIMEOUT_SECONDS", "60"),
            ("BODY_TIMEOUT_SECONDS", "60"),
        ],
    );
    let mut idle = SlowClient::connect(&server);
    let start = Instant::now();
    assert_eq!(idle.read_rest(), "");
    assert_about(1.0, start.elapsed());

    let mut half = SlowClient::connect(&server);
    half.begin_login(100);
    let start = Instant::now();
    half.read_rest();
    assert_about(1.0, start.elapsed());

    let mut never_reading = SlowClient::connect(&server);
    never_reading.send_without_reading();
    let start = Instant::now();
    while never_reading.0.take_error().unwrap().is_none()
        && start.elapsed() < Duration::from_secs(10)
    {
        thread::sleep(Duration::from_millis(50));
    }
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "a client that never reads is still connected"
    );
}

#[test]
fn an_idle_http_2_connection_is_closed() {
    let data = TempDir::new().unwrap();
    let server = serve(
        &data,
        &[
            ("IDLE_TIMEOUT_SECONDS", "1"),
            ("HEADER_TIMEOUT_SECONDS", "60"),
        ],
    );
    let mut client = SlowClient::connect(&server);
    client
        .0
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    let start = Instant::now();
    client.read_rest();
    assert_about(1.0, start.elapsed());
}

#[test]
fn the_http_2_settings_announce_the_limits() {
    let data = TempDir::new().unwrap();
    let server = serve(&data, &[]);
    let mut client = SlowClient::connect(&server);
    client
        .0
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    // A frame header has nine bytes (RFC 9113 §4.1). A setting has two bytes for its identifier and
    // four for its value (RFC 9113 §6.5.1).
    let mut head = [0; 9];
    client.0.read_exact(&mut head).unwrap();
    assert_eq!(head[3], 4, "the first frame is not SETTINGS");
    let mut settings = vec![0; usize::from(head[2])];
    client.0.read_exact(&mut settings).unwrap();
    let value = |name: u8| {
        let entry = settings
            .chunks(6)
            .find(|entry| entry[..2] == [0, name])
            .unwrap();
        u32::from_be_bytes(entry[2..].try_into().unwrap())
    };
    let (concurrent_streams, initial_window_size, header_list_size) = (3, 4, 6);
    assert_eq!(value(concurrent_streams), 32);
    assert_eq!(value(initial_window_size), 64 * 1024);
    assert_eq!(value(header_list_size), 32 * 1024);
}

#[test]
fn a_connection_beyond_the_limit_waits_until_another_one_ends() {
    let data = TempDir::new().unwrap();
    let server = serve(&data, &[("MAX_CONNECTIONS", "3")]);
    let mut connected: Vec<_> = (0..3).map(|_| SlowClient::connect(&server)).collect();
    for client in &mut connected {
        client.try_write(HEALTH_REQUEST);
        assert!(client.response_within(Duration::from_secs(5)).is_some());
    }
    let mut waiting = SlowClient::connect(&server);
    waiting.try_write(HEALTH_REQUEST);
    assert_eq!(waiting.response_within(Duration::from_secs(1)), None);
    connected.pop();
    assert!(
        waiting
            .response_within(Duration::from_secs(5))
            .unwrap()
            .starts_with("HTTP/1.1 200")
    );
}

#[test]
fn slow_clients_do_not_delay_the_shutdown_beyond_its_timeout() {
    let data = TempDir::new().unwrap();
    let server = serve(
        &data,
        &[("SHUTDOWN_TIMEOUT_SECONDS", "2"), ("MAX_CONNECTIONS", "30")],
    );
    // With more clients than MAX_CONNECTIONS the server also waits for a permit when it is stopped.
    let _slow: Vec<_> = (0..40)
        .map(|number| {
            let mut client = SlowClient::connect(&server);
            match number % 4 {
                0 => client.begin_login(40),
                1 => assert!(client.try_write("GET /healthz HTTP/1.1\r\n")),
                2 if number < 30 => client.send_without_reading(),
                _ => {}
            }
            client
        })
        .collect();
    let start = Instant::now();
    let (status, _) = server.stop();
    assert!(status.success());
    assert_about(2.0, start.elapsed());
}

#[test]
fn a_form_in_flight_is_still_answered_during_the_shutdown() {
    let data = data_dir_with_ada();
    let server = serve(&data, &[]);
    let form = "username=ada&password=analytical+engine";
    let mut client = SlowClient::connect(&server);
    client.begin_login(form.len());
    client.try_write(&form[..10]);
    thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    thread::sleep(Duration::from_millis(300));
    client.try_write(&form[10..]);
    let response = client.read_rest();
    assert!(
        response.starts_with("HTTP/1.1 200 ") && response.contains("access_token"),
        "{response}"
    );
    assert!(server.stop().0.success());
}
