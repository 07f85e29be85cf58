//! Tests of what is true of `SQLite` alone: the database is a file, and the default.

mod backup;
mod damage;
mod durability;
mod file_systems;
mod full_disk;
mod keys;
mod location;
mod permissions;
mod without_public_url;
