use sqlx::migrate::{MigrateError, Migrator};

/// The migrations that were applied, apart from those of the application, which are in sqlx's own
/// table and may have the same versions.
pub(super) const TABLE: &str = "countersign_migrations";
/// What was applied: versions and checksums.
pub(super) const APPLIED: &str = "SELECT version, checksum FROM countersign_migrations";

pub(super) type Applied = (i64, Vec<u8>);

/// The versions of the migrations that a database lacks.
///
/// # Errors
/// When one was applied whose text was another one.
pub(super) fn pending(migrator: &Migrator, applied: &[Applied]) -> Result<Vec<i64>, MigrateError> {
    let mut pending = Vec::new();
    for migration in migrator.iter() {
        match applied
            .iter()
            .find(|(version, _)| *version == migration.version)
        {
            Some((_, checksum)) if *checksum != *migration.checksum => {
                return Err(MigrateError::VersionMismatch(migration.version));
            }
            Some(_) => {}
            None => pending.push(migration.version),
        }
    }
    Ok(pending)
}
