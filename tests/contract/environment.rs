//! Tests of settings in the environment of the process.

use tempfile::TempDir;

use crate::support::{Process, countersign};

/// What Kubernetes puts into the environment of a pod for Services called `countersign`,
/// `countersign-db` and `countersign-server`.
const OF_KUBERNETES: [(&str, &str); 19] = [
    ("COUNTERSIGN_SERVICE_HOST", "10.96.0.10"),
    ("COUNTERSIGN_SERVICE_PORT", "3000"),
    ("COUNTERSIGN_SERVICE_PORT_HTTP", "3000"),
    ("COUNTERSIGN_PORT", "tcp://10.96.0.10:3000"),
    ("COUNTERSIGN_PORT_3000_TCP", "tcp://10.96.0.10:3000"),
    ("COUNTERSIGN_PORT_3000_TCP_PROTO", "tcp"),
    ("COUNTERSIGN_PORT_3000_TCP_PORT", "3000"),
    ("COUNTERSIGN_PORT_3000_TCP_ADDR", "10.96.0.10"),
    ("COUNTERSIGN_PORT_3000_UDP", "udp://10.96.0.10:3000"),
    ("COUNTERSIGN_PORT_3000_UDP_PROTO", "udp"),
    ("COUNTERSIGN_PORT_3000_UDP_PORT", "3000"),
    ("COUNTERSIGN_PORT_3000_UDP_ADDR", "10.96.0.10"),
    ("COUNTERSIGN_DB_SERVICE_HOST", "fd00::10"),
    ("COUNTERSIGN_DB_SERVICE_PORT", "5432"),
    ("COUNTERSIGN_DB_PORT", "tcp://[fd00::10]:5432"),
    ("COUNTERSIGN_DB_PORT_5432_TCP_ADDR", "fd00::10"),
    ("COUNTERSIGN_SERVER_SERVICE_PORT_METRICS_2", "9000"),
    ("COUNTERSIGN_SERVER_PORT", "sctp://10.96.0.10:9000"),
    ("COUNTERSIGN_SERVER_PORT_9000_SCTP_PROTO", "sctp"),
];

#[test]
fn service_variables_of_kubernetes_do_not_stop_the_start() {
    let data = TempDir::new().unwrap();
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .envs(OF_KUBERNETES)
            .env("COUNTERSIGN_TOKEN_AUDIENCE", "elsewhere"),
    );
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_variable_that_only_resembles_one_of_kubernetes_is_refused_by_name() {
    for (name, value, key) in [
        ("COUNTERSIGN_PORT", "3000", "port"),
        ("COUNTERSIGN_SERVER_PORT", "3000", "port"),
        ("COUNTERSIGN_SERVER_PORT", "http://10.96.0.10:3000", "port"),
        ("COUNTERSIGN_SERVER_PORTS", "tcp://10.96.0.10:3000", "ports"),
        (
            "COUNTERSIGN_SERVER_PORT_TCP_ADDR",
            "10.96.0.10",
            "port_tcp_addr",
        ),
        (
            "COUNTERSIGN_SERVER_PORT_80_HTTP",
            "10.96.0.10",
            "port_80_http",
        ),
        ("COUNTERSIGN_SERVICE_HOSTS", "10.96.0.10", "service"),
        ("COUNTERSIGN_SERVER_SERVICES_PORT", "3000", "services_port"),
    ] {
        let data = TempDir::new().unwrap();
        let output = countersign(data.path())
            .args(["user", "list"])
            .env(name, value)
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {error}");
        assert!(error.contains(key), "{name}: {error}");
    }
}
