use std::{env, path::Path};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use url::Url;

use crate::support::{countersign, data_dir_with_ada, database_url, failure};

fn verified_by(url: &str, certificate: &Path) -> String {
    let mut url: Url = url.parse().unwrap();
    url.query_pairs_mut()
        .clear()
        .append_pair("sslmode", "verify-full")
        .append_pair("sslrootcert", certificate.to_str().unwrap());
    url.into()
}

#[test]
fn the_certificate_of_the_database_is_verified() {
    let Ok(certificate) = env::var("TEST_DATABASE_CA") else {
        eprintln!("skipped: TEST_DATABASE_CA does not name the CA of the database");
        return;
    };
    let data = data_dir_with_ada();
    let url = database_url(data.path());
    let list = |certificate: &Path| {
        let mut command = countersign(data.path());
        command
            .args(["user", "list"])
            .env("COUNTERSIGN_DATABASE_URL", verified_by(&url, certificate));
        command
    };
    let listed = list(certificate.as_ref()).output().unwrap();
    assert!(listed.status.success(), "{listed:?}");

    let CertifiedKey { cert, .. } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let another = data.path().join("another.pem");
    std::fs::write(&another, cert.pem()).unwrap();
    let error = failure(&mut list(&another));
    assert!(error.contains("certificate"), "{error}");
}
