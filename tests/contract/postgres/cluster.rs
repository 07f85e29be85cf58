use std::mem;

use super::node::Node;

/// Nothing here cuts the power, so nothing needs to reach the disk.
const SETTINGS: &str = "fsync = off\nshared_buffers = 16MB\n";

/// A primary and its standbys, each a server of `PostgreSQL` of its own.
pub struct Cluster {
    pub primary: Node,
    pub standbys: Vec<Node>,
}

impl Cluster {
    /// A primary whose commits wait for any one of two standbys.
    pub fn start() -> Self {
        let primary = Node::primary(SETTINGS);
        primary.control("start");
        let standbys: Vec<_> = (1..=2).map(|number| primary.standby(number)).collect();
        primary.wait_for("SELECT count(*) FROM pg_stat_replication", 2);
        primary
            .execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby1, standby2)'");
        primary.execute("SELECT pg_reload_conf()");
        let quorum = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'";
        primary.wait_for(quorum, 2);
        Self { primary, standbys }
    }
}

impl Cluster {
    /// Promotes the standby that has received more, and lets the other one follow it. Returns the old
    /// primary, which is stopped when it is dropped.
    pub fn fail_over(&mut self) -> Node {
        let received = "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint";
        self.standbys
            .sort_by_key(|standby| standby.number(received));
        let promoted = self.standbys.pop().unwrap();
        promoted.control("promote");
        let connection = format!(
            "host=127.0.0.1 port={} user=countersign password={} application_name=standby1",
            promoted.port, promoted.password
        );
        for standby in &self.standbys {
            standby.execute(&format!(
                "ALTER SYSTEM SET primary_conninfo = '{connection}'"
            ));
            standby.execute("SELECT pg_reload_conf()");
        }
        promoted.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby1)'");
        promoted.execute("SELECT pg_reload_conf()");
        mem::replace(&mut self.primary, promoted)
    }
}
