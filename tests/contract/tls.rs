//! Tests of the built-in TLS, for a server without a proxy in front.

use std::{
    fs,
    io::ErrorKind,
    net::TcpStream,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tempfile::TempDir;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::support::{Process, SlowClient, countersign, data_dir_with_ada_at};

const ORIGIN: &str = "https://localhost";

/// A data directory with the account `ada` and the PEM files of a certificate for localhost.
struct TlsSite {
    data: TempDir,
}

impl TlsSite {
    fn new() -> Self {
        let site = Self {
            data: data_dir_with_ada_at(ORIGIN),
        };
        site.replace_certificate();
        site
    }

    fn certificate(&self) -> PathBuf {
        self.data.path().join("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.data.path().join("key.pem")
    }

    /// Replaces the certificate and its key, and returns the new certificate.
    fn replace_certificate(&self) -> CertificateDer<'static> {
        let (certificate, key) = certificate_and_key();
        write_private(&self.key(), &key);
        fs::write(self.certificate(), &certificate).unwrap();
        CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()
    }

    fn command(&self) -> Command {
        let mut command = countersign(self.data.path());
        command
            .arg("serve")
            .env("COUNTERSIGN_PUBLIC_URL", ORIGIN)
            .env("COUNTERSIGN_SERVER_TLS_CERTIFICATE", self.certificate())
            .env("COUNTERSIGN_SERVER_TLS_KEY", self.key());
        command
    }

    fn serve(&self) -> Process {
        Process::start(&mut self.command())
    }

    /// The line of standard error that says why the server does not start.
    fn start_error(command: &mut Command) -> String {
        let mut child = command.spawn().unwrap();
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > Duration::from_secs(10) {
                child.kill().unwrap();
            }
            thread::sleep(Duration::from_millis(20));
        }
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "the server started: {error}");
        let error_lines: Vec<_> = error
            .lines()
            .filter(|line| line.starts_with("countersign: "))
            .collect();
        assert_eq!(error_lines.len(), 1, "{error}");
        error_lines[0].to_owned()
    }
}

/// A self-signed certificate and its key, in PEM.
fn certificate_and_key() -> (String, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

fn write_private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Performs a TLS handshake that trusts one certificate only. Returns the protocol that the server
/// has chosen, or `None` if the certificate is another one.
fn handshake(
    server: &Process,
    trusted: &CertificateDer<'static>,
    offered: &[&str],
) -> Option<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let mut config = builder
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = offered
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    let mut client =
        ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap())
            .unwrap();
    let mut stream = TcpStream::connect(server.origin.strip_prefix("https://").unwrap()).unwrap();
    while client.is_handshaking() {
        match client.complete_io(&mut stream) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::InvalidData => return None,
            Err(error) => panic!("{error}"),
        }
    }
    client
        .alpn_protocol()
        .map(|name| String::from_utf8(name.to_vec()).unwrap())
}

fn is_served(server: &Process, certificate: &CertificateDer<'static>) -> bool {
    handshake(server, certificate, &["http/1.1"]).is_some()
}

/// Waits until the certificate is served. The server checks its files every second.
#[track_caller]
fn assert_served_soon(server: &Process, certificate: &CertificateDer<'static>) {
    let start = Instant::now();
    while !is_served(server, certificate) {
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "the new certificate is not served"
        );
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_user_signs_in_over_https() {
    let site = TlsSite::new();
    let server = site.serve();
    assert!(
        server.origin.starts_with("https://127.0.0.1:"),
        "{}",
        server.origin
    );
    let trusted = Certificate::from_pem(&fs::read(site.certificate()).unwrap()).unwrap();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&[trusted]))
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .build();
    let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    let address = format!(
        "{}/api/login",
        server.origin.replace("127.0.0.1", "localhost")
    );
    let form = [("username", "ada"), ("password", "analytical engine")];
    let mut response = agent.post(address).send_form(form).unwrap();
    let cookie = response.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        cookie.starts_with("__Host-countersign=") && cookie.contains("; Secure"),
        "{cookie}"
    );
    assert!(
        response
            .body_mut()
            .read_to_string()
            .unwrap()
            .contains("access_token")
    );
}

#[test]
fn a_client_chooses_between_http_2_and_http_1() {
    let site = TlsSite::new();
    let certificate = site.replace_certificate();
    let server = site.serve();
    assert_eq!(
        handshake(&server, &certificate, &["h2", "http/1.1"]).as_deref(),
        Some("h2")
    );
    assert_eq!(
        handshake(&server, &certificate, &["http/1.1"]).as_deref(),
        Some("http/1.1")
    );
}

#[test]
fn a_client_that_does_not_complete_the_tls_handshake_is_disconnected() {
    let site = TlsSite::new();
    let server = Process::start(
        site.command()
            .env("COUNTERSIGN_SERVER_HEADER_TIMEOUT_SECONDS", "1"),
    );
    let mut client = SlowClient::connect(&server);
    let start = Instant::now();
    client.read_rest();
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_replaced_certificate_is_served_without_a_restart() {
    let site = TlsSite::new();
    let old = site.replace_certificate();
    let server = site.serve();
    assert!(is_served(&server, &old));
    let new = site.replace_certificate();
    assert_served_soon(&server, &new);
    assert!(!is_served(&server, &old));
}

#[test]
fn a_certificate_can_be_replaced_through_a_symlink() {
    let site = TlsSite::new();
    let live = site.data.path().join("live");
    for name in ["one", "two"] {
        let (certificate, key) = certificate_and_key();
        fs::create_dir(site.data.path().join(name)).unwrap();
        fs::write(
            site.data.path().join(name).join("certificate.pem"),
            certificate,
        )
        .unwrap();
        write_private(&site.data.path().join(name).join("key.pem"), &key);
    }
    symlink("one", &live).unwrap();
    let mut command = site.command();
    command
        .env(
            "COUNTERSIGN_SERVER_TLS_CERTIFICATE",
            live.join("certificate.pem"),
        )
        .env("COUNTERSIGN_SERVER_TLS_KEY", live.join("key.pem"));
    let server = Process::start(&mut command);
    symlink("two", site.data.path().join("next")).unwrap();
    fs::rename(site.data.path().join("next"), &live).unwrap();
    let new = fs::read(live.join("certificate.pem")).unwrap();
    assert_served_soon(&server, &CertificateDer::from_pem_slice(&new).unwrap());
}

#[test]
fn an_unusable_replacement_leaves_the_old_certificate_in_use() {
    let site = TlsSite::new();
    let old = site.replace_certificate();
    let server = site.serve();
    // The certificate is replaced before its key.
    let (certificate, key) = certificate_and_key();
    fs::write(site.certificate(), &certificate).unwrap();
    thread::sleep(Duration::from_secs(3));
    assert!(is_served(&server, &old));
    write_private(&site.key(), &key);
    let new = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    assert_served_soon(&server, &new);

    fs::remove_file(site.key()).unwrap();
    fs::write(site.certificate(), "").unwrap();
    thread::sleep(Duration::from_millis(1500));
    assert!(is_served(&server, &new));
    let (status, log) = server.stop();
    assert!(status.success());
    assert_eq!(
        log.matches("can't be used with").count(),
        1,
        "the reason is logged once: {log}"
    );
    assert!(
        log.contains("certificate.pem holds no certificate"),
        "{log}"
    );
}

#[test]
fn an_unusable_certificate_or_key_stops_the_start_and_is_named() {
    let site = TlsSite::new();
    let elsewhere = site.data.path().join("absent.pem");
    let (_, other_key) = certificate_and_key();
    let other = site.data.path().join("other.pem");
    write_private(&other, &other_key);
    let text = site.data.path().join("text.pem");
    write_private(&text, "-----BEGIN NONSENSE-----");
    for (setting, path, expected) in [
        ("CERTIFICATE", &elsewhere, "absent.pem"),
        ("CERTIFICATE", &text, "text.pem holds no certificate"),
        ("KEY", &elsewhere, "absent.pem"),
        ("KEY", &text, "text.pem holds no private key"),
        ("KEY", &other, "other.pem"),
    ] {
        let start_error = TlsSite::start_error(
            site.command()
                .env(format!("COUNTERSIGN_SERVER_TLS_{setting}"), path),
        );
        assert!(start_error.contains(expected), "{start_error}");
        assert!(!start_error.contains("LEPTOS_SITE_ADDR"), "{start_error}");
    }
}

#[test]
fn a_tls_key_that_others_can_read_stops_the_start() {
    let site = TlsSite::new();
    for mode in [0o644, 0o660, 0o604] {
        fs::set_permissions(site.key(), fs::Permissions::from_mode(mode)).unwrap();
        let start_error = TlsSite::start_error(&mut site.command());
        assert!(
            start_error.contains("key.pem can be read by others"),
            "{start_error}"
        );
    }
}

#[test]
fn an_incomplete_pair_or_an_http_public_url_stops_the_start() {
    let site = TlsSite::new();
    for (variable, value, expected) in [
        (
            "COUNTERSIGN_SERVER_TLS_CERTIFICATE",
            "",
            "server.tls_certificate",
        ),
        ("COUNTERSIGN_SERVER_TLS_KEY", "", "server.tls_key"),
        ("COUNTERSIGN_PUBLIC_URL", "http://localhost", "public.url"),
    ] {
        let start_error = TlsSite::start_error(site.command().env(variable, value));
        assert!(start_error.contains(expected), "{start_error}");
    }
}

#[test]
fn an_open_https_connection_does_not_delay_the_shutdown() {
    let site = TlsSite::new();
    let server = Process::start(
        site.command()
            .env("COUNTERSIGN_SERVER_SHUTDOWN_TIMEOUT_SECONDS", "1"),
    );
    let _before_handshake = SlowClient::connect(&server);
    let start = Instant::now();
    assert!(server.stop().0.success());
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
}
