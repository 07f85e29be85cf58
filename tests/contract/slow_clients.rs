//! Clients that take their time, by accident or to wear the server out.

use std::{
    io::{Read, Write},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::{Process, SlowClient, countersign, with_ada};

const HELLO: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// A server on ada's account, with settings of `[server]`.
fn serve(data: &TempDir, settings: &[(&str, &str)]) -> Process {
    let mut command: Command = countersign(data.path());
    for (key, value) in settings {
        command.env(format!("COUNTERSIGN_SERVER_{key}"), value);
    }
    Process::start(command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "error"))
}

/// Not at once, and not much later than it should be.
#[track_caller]
fn assert_about(seconds: f64, took: Duration) {
    let took = took.as_secs_f64();
    assert!(
        took > seconds * 0.7 && took < seconds + 3.0,
        "{took:.1} s instead of {seconds}"
    );
}

#[test]
fn five_hundred_slow_clients_do_not_hold_up_a_sign_in() {
    let data = with_ada();
    let server = serve(&data, &[("MAX_CONNECTIONS_OF_ADDRESS", "800")]);
    let _slow: Vec<_> = (0..500)
        .map(|number| {
            let mut client = SlowClient::connect(&server);
            match number % 4 {
                0 => assert!(client.say("GET /login HTTP/1.1\r\nhost: ")),
                1 => {
                    client.begin_sign_in(40);
                    assert!(client.say("username"));
                }
                2 => assert!(client.say("P")),
                _ if number % 50 == 3 => client.never_read(),
                _ => assert!(client.say(&HELLO.repeat(100))),
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
fn a_head_that_takes_too_long_is_cut_off() {
    let data = TempDir::new().unwrap();
    let server = serve(&data, &[("HEADER_SECONDS", "1")]);
    let beginnings = [
        "",
        "P",
        "PRI * HTTP/2.0\r\n\r\nSM",
        "GET /healthz HTTP/1.1\r\nx: ",
    ];
    let first = beginnings.map(|beginning| {
        let mut client = SlowClient::connect(&server);
        thread::spawn(move || {
            assert!(client.say(beginning));
            let start = Instant::now();
            assert_eq!(client.rest(), "");
            start.elapsed()
        })
    });
    for taken in first {
        assert_about(1.0, taken.join().unwrap());
    }
    let mut dripping = SlowClient::connect(&server);
    dripping.say("GET /healthz HTTP/1.1\r\nx: ");
    assert_about(1.0, dripping.drip("x"));

    let mut second = SlowClient::connect(&server);
    second.say(HELLO);
    assert!(
        second
            .answer_within(Duration::from_secs(5))
            .unwrap()
            .starts_with("HTTP/1.1 200")
    );
    second.say("GET /healthz HTTP/1.1\r\nx: ");
    assert_about(1.0, second.drip("x"));
}

#[test]
fn a_form_that_takes_too_long_is_answered_408() {
    let data = TempDir::new().unwrap();
    let server = serve(&data, &[("BODY_SECONDS", "1")]);
    for path in ["/api/login", "/login"] {
        let mut client = SlowClient::connect(&server);
        client.begin_form(path, 1000);
        let mut reader = SlowClient(client.0.try_clone().unwrap());
        let answer = thread::spawn(move || {
            let start = Instant::now();
            (
                reader.answer_within(Duration::from_secs(10)).unwrap(),
                start.elapsed(),
            )
        });
        client.drip("x");
        let (answer, took) = answer.join().unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(
            answer.contains(r#"{"error":"request_timeout","message":"#),
            "{answer}"
        );
        assert_about(1.0, took);
    }
}

#[test]
fn a_client_that_sits_idle_or_never_reads_is_dropped() {
    let data = TempDir::new().unwrap();
    // The other timers are too long to be the ones that are seen here.
    let server = serve(
        &data,
        &[
            ("IDLE_SECONDS", "1"),
            ("HEADER_SECONDS", "60"),
            ("BODY_SECONDS", "60"),
        ],
    );
    let mut idle = SlowClient::connect(&server);
    let start = Instant::now();
    assert_eq!(idle.rest(), "");
    assert_about(1.0, start.elapsed());

    let mut half = SlowClient::connect(&server);
    half.begin_sign_in(100);
    let start = Instant::now();
    half.rest();
    assert_about(1.0, start.elapsed());

    let mut rude = SlowClient::connect(&server);
    rude.never_read();
    let start = Instant::now();
    while rude.0.take_error().unwrap().is_none() && start.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(50));
    }
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "a client that reads nothing is still connected"
    );
}

#[test]
fn an_idle_http_2_connection_is_dropped_too() {
    let data = TempDir::new().unwrap();
    let server = serve(&data, &[("IDLE_SECONDS", "1"), ("HEADER_SECONDS", "60")]);
    let mut client = SlowClient::connect(&server);
    client
        .0
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    let start = Instant::now();
    client.rest();
    assert_about(1.0, start.elapsed());
}

#[test]
fn an_http_2_client_is_told_its_limits() {
    let data = TempDir::new().unwrap();
    let server = serve(&data, &[]);
    let mut client = SlowClient::connect(&server);
    client
        .0
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    // RFC 9113 §4.1 and §6.5: a frame's head is nine bytes; each setting takes two bytes for its name, four for its value.
    let mut head = [0; 9];
    client.0.read_exact(&mut head).unwrap();
    assert_eq!(head[3], 4, "the first frame holds the settings");
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
    let mut inside: Vec<_> = (0..3).map(|_| SlowClient::connect(&server)).collect();
    for client in &mut inside {
        client.say(HELLO);
        assert!(client.answer_within(Duration::from_secs(5)).is_some());
    }
    let mut outside = SlowClient::connect(&server);
    outside.say(HELLO);
    assert_eq!(outside.answer_within(Duration::from_secs(1)), None);
    inside.pop();
    assert!(
        outside
            .answer_within(Duration::from_secs(5))
            .unwrap()
            .starts_with("HTTP/1.1 200")
    );
}

#[test]
fn slow_clients_do_not_hold_up_the_stop() {
    let data = TempDir::new().unwrap();
    let server = serve(
        &data,
        &[("SHUTDOWN_SECONDS", "2"), ("MAX_CONNECTIONS", "30")],
    );
    // More than there is room for: the server also waits for a place when the signal comes.
    let _slow: Vec<_> = (0..40)
        .map(|number| {
            let mut client = SlowClient::connect(&server);
            match number % 4 {
                0 => client.begin_sign_in(40),
                1 => assert!(client.say("GET /healthz HTTP/1.1\r\n")),
                2 if number < 30 => client.never_read(),
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
fn a_form_that_is_on_its_way_is_still_answered_when_the_server_stops() {
    let data = with_ada();
    let server = serve(&data, &[]);
    let form = "username=ada&password=analytical+engine";
    let mut client = SlowClient::connect(&server);
    client.begin_sign_in(form.len());
    client.say(&form[..10]);
    thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    thread::sleep(Duration::from_millis(300));
    client.say(&form[10..]);
    let answer = client.rest();
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("access_token"),
        "{answer}"
    );
    assert!(server.stop().0.success());
}
