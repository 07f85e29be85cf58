use std::io::ErrorKind;

use sqlx::postgres::PgConnectOptions;

use super::{StoreError, name_of};
use crate::store::error::cause;

const PLACE: &str = "look at the host and port in database.url";
const SIGN_IN: &str =
    "look at the role in database.url, and have the database let it in (LOGIN, pg_hba.conf)";
const RIGHTS: &str = "run `countersign migrate` as the owner of the tables, who needs CREATE on the schema; a role that \
     only serves needs the rights that docs/DEPLOYMENT.md gives it by GRANT, and database.migrate = false";
const WAITS: &str =
    "look at the host and port in database.url, and at its standbys, if its commits wait for them";
const FILES: &str = "look at the files that database.url names (sslrootcert, sslcert, sslkey, or the directory \
     of a socket)";

/// Says which database could not be opened, as which role, and which setting to look at.
pub(super) fn explain(error: StoreError, options: &PgConnectOptions) -> StoreError {
    let (cause, advice) = match &error {
        StoreError::TimedOut => ("it did not answer within 5 seconds".to_owned(), WAITS),
        StoreError::Unavailable(error)
        | StoreError::Refused(error)
        | StoreError::TooManyConnections(error) => (cause(error), advice(error)),
        _ => return error,
    };
    StoreError::NotOpened {
        database: name_of(options),
        role: options.get_username().to_owned(),
        cause,
        advice,
    }
}

fn advice(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Database(error) => of_code(&error.code().unwrap_or_default()),
        sqlx::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => {
                "look at the host and port in database.url, and whether the database listens there \
                 (listen_addresses)"
            }
            ErrorKind::NotFound | ErrorKind::PermissionDenied => FILES,
            _ => of_certificate(&error.to_string()),
        },
        sqlx::Error::Tls(_) => {
            "look at sslmode and sslrootcert in database.url, and whether TLS is on in the database \
             (ssl)"
        }
        sqlx::Error::Protocol(_) => {
            "this is not PostgreSQL: look at the host and port in database.url"
        }
        _ => "look at database.url",
    }
}

/// By the texts of rustls, which sqlx hands on as errors of the connection.
fn of_certificate(text: &str) -> &'static str {
    if text.contains("not valid for name") {
        "the host in database.url has to be one that the certificate of the database names"
    } else if text.contains("certificate") {
        "sslrootcert in database.url has to be the file of the CA that has signed the certificate of \
         the database"
    } else {
        PLACE
    }
}

/// By the codes in appendix A of the manual of `PostgreSQL`.
fn of_code(code: &str) -> &'static str {
    match code {
        "28P01" => {
            "look at the role in database.url, and at its password in database.password_file (in \
             database.url, if that is empty)"
        }
        "3D000" => "look at database.url, or create the database as docs/DEPLOYMENT.md says",
        "3F000" | "42501" => RIGHTS,
        "53300" => "raise its max_connections, or lower database.max_connections of each server",
        "57P03" => "it is being started or stopped: try again",
        code if code.starts_with("28") => SIGN_IN,
        _ => "look at database.url, and at the log of the database",
    }
}
