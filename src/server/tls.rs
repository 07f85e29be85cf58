use std::{
    fs, io,
    io::Read,
    os::unix::fs::MetadataExt,
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

use super::TlsFiles;
use crate::auth::is_exposed;

/// How often the files are checked for a change. Polling also notices what a watch on a file
/// misses: a symlink with a new target, a directory that was mounted again.
const CHECK_EVERY: Duration = Duration::from_secs(1);

/// Why a certificate or its key can't be used. The text names the file and says what to do.
#[derive(Debug, Error)]
pub enum CertificateError {
    #[error("can't read {path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error(
        "{0} can be read by others: run `chmod 600` on it, or replace it if others may have seen \
         it"
    )]
    Exposed(PathBuf),
    #[error(
        "{0} holds no certificate in PEM: server.tls_certificate is the file of the certificate \
         and its chain"
    )]
    NotACertificate(PathBuf),
    #[error("{0} holds no private key in PEM: server.tls_key is the file of the private key")]
    NotAKey(PathBuf),
    #[error("{certificate} can't be used with {key}: {cause}")]
    NotAPair {
        certificate: PathBuf,
        key: PathBuf,
        cause: rustls::Error,
    },
}

/// Reads the certificate and its key, and reads them again whenever the files change. Open
/// connections are not affected.
///
/// # Errors
/// When the files can't be used now. A later failure is logged, and the last good pair stays.
pub(super) fn certificate(files: &TlsFiles) -> Result<RustlsConfig, CertificateError> {
    let mut seen = file_states(files);
    let config = RustlsConfig::from_config(Arc::new(load(files)?));
    let (files, current) = (files.clone(), config.clone());
    // A thread of its own, because reading files blocks. It ends with the process.
    thread::spawn(move || {
        let mut logged = String::new();
        loop {
            thread::sleep(CHECK_EVERY);
            let now = file_states(&files);
            if now == seen {
                continue;
            }
            match load(&files) {
                Ok(fresh) => {
                    current.reload_from_config(Arc::new(fresh));
                    tracing::info!("the certificate was replaced");
                    (seen, logged) = (now, String::new());
                }
                // Tried again at the next check, as the other file may follow. Logged once.
                Err(error) if error.to_string() == logged => {}
                Err(error) => {
                    tracing::error!(%error, "the certificate was not replaced");
                    logged = error.to_string();
                }
            }
        }
    });
    Ok(config)
}

/// Inode, modification time in seconds and nanoseconds, and size of each file.
fn file_states(files: &TlsFiles) -> [Option<(u64, i64, i64, u64)>; 2] {
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
    if is_exposed(&file.metadata().map_err(failed)?) {
        return Err(CertificateError::Exposed(path.to_owned()));
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(failed)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|_| CertificateError::NotAKey(path.to_owned()))
}
