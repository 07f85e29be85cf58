use std::{
    fs, io,
    io::Read,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use axum_server::tls_rustls::RustlsConfig;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use thiserror::Error;

use crate::server::TlsFiles;

/// How often the files are looked at. Looking again and again also sees what a watch on a file would miss: a symlink
/// that points elsewhere, a directory that is mounted anew.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Why a certificate or its key can't be used. The text names the file and what to do.
#[derive(Debug, Error)]
pub enum CertificateError {
    #[error("can't read {path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error(
        "{0} can be read by others: run `chmod 600` on it, or replace it if others may have seen it"
    )]
    Exposed(PathBuf),
    #[error(
        "{0} holds no certificate in PEM: server.tls_certificate takes the certificate and its chain"
    )]
    NotACertificate(PathBuf),
    #[error("{0} holds no private key in PEM: server.tls_key takes one")]
    NotAKey(PathBuf),
    #[error("{certificate} can't be used with {key}: {cause}")]
    NotAPair {
        certificate: PathBuf,
        key: PathBuf,
        cause: rustls::Error,
    },
}

/// Reads certificate and key, and goes on to read them whenever they change. Connections that are open stay as they
/// are.
///
/// # Errors
/// When the two can't be used now. Later, what can't be used is logged, and what was good stays.
pub(super) fn certificate(files: &TlsFiles) -> Result<RustlsConfig, CertificateError> {
    let mut seen = stamps(files);
    let config = RustlsConfig::from_config(Arc::new(load(files)?));
    let (files, current) = (files.clone(), config.clone());
    // A thread of its own, because reading files blocks. It ends with the process.
    thread::spawn(move || {
        let mut logged = String::new();
        loop {
            thread::sleep(LOOK_EVERY);
            let now = stamps(&files);
            if now == seen {
                continue;
            }
            match load(&files) {
                Ok(fresh) => {
                    current.reload_from_config(Arc::new(fresh));
                    tracing::info!("the certificate was replaced");
                    (seen, logged) = (now, String::new());
                }
                // Tried again at every look: the other file may be on its way. Said once.
                Err(error) if error.to_string() == logged => {}
                Err(error) => {
                    tracing::error!(%error, "the certificate was not replaced; the old one stays");
                    logged = error.to_string();
                }
            }
        }
    });
    Ok(config)
}

/// What changes when a file does: which one it is, when it was written, and its size.
fn stamps(files: &TlsFiles) -> [Option<(u64, i64, i64, u64)>; 2] {
    [&files.certificate, &files.key].map(|path| {
        let file = fs::metadata(path).ok()?;
        Some((file.ino(), file.mtime(), file.mtime_nsec(), file.size()))
    })
}

fn load(files: &TlsFiles) -> Result<ServerConfig, CertificateError> {
    let chain = read_chain(&files.certificate)?;
    let key = read_key(&files.key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|cause| CertificateError::NotAPair {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
            cause,
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let text = fs::read(path).map_err(|cause| CertificateError::Io {
        path: path.to_owned(),
        cause,
    })?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    chain
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| CertificateError::NotACertificate(path.to_owned()))
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let failed = |cause| CertificateError::Io {
        path: path.to_owned(),
        cause,
    };
    let mut file = fs::File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(CertificateError::Exposed(path.to_owned()));
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(failed)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|_| CertificateError::NotAKey(path.to_owned()))
}
