//! What a Redis server tells of itself in `INFO`: whether it can be used, and which life of it this is.

use super::StoreError;
use crate::Epoch;

/// The first version whose `SET` takes `NX` and `GET` together.
const OLDEST: u32 = 7;

/// A server as it introduces itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) version: String,
    role: String,
    run_id: String,
    master_replid: String,
}

impl Server {
    /// Reads the sections `server` and `replication` of `INFO`.
    pub(super) fn read(server: &str, replication: &str) -> Result<Self, StoreError> {
        let version = field(server, "redis_version")?;
        let (role, run_id) = (field(replication, "role")?, field(server, "run_id")?);
        Ok(Self { version, role, run_id, master_replid: field(replication, "master_replid")? })
    }

    /// Refuses a server that is too old for the protocol, or a replica: that one still has what its master has lost.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let Self { version, role, .. } = self;
        let major: Option<u32> = version.split('.').next().and_then(|major| major.parse().ok());
        let refusal = if major.is_none_or(|major| major < OLDEST) {
            format!("it needs Redis {OLDEST}.0 or newer, and this is {version}")
        } else if role != "master" {
            format!("it needs the master, and this one's role is {role}")
        } else {
            return Ok(());
        };
        Err(StoreError::Unsupported(refusal))
    }

    /// Returns the life of this server as the keeper of copies of a database. The `run_id` changes with a restart; the
    /// `master_replid` when a replica takes over, or the old master comes back.
    pub(super) fn epoch(&self, database_id: &str) -> Epoch {
        Epoch::of(&[&self.run_id, &self.master_replid, database_id])
    }
}

pub(super) fn field(section: &str, name: &str) -> Result<String, StoreError> {
    section
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(|value| value.trim().to_owned())
        .ok_or_else(|| StoreError::Unsupported(format!("its INFO has no {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "# Server\r\nredis_version:7.0.15\r\nredis_git_sha1:0\r\nrun_id:abc\r\n";
    const REPLICATION: &str = "# Replication\r\nrole:master\r\nmaster_replid:def\r\nmaster_replid2:0\r\n";

    #[test]
    fn the_life_of_a_server_has_three_parts() {
        let server = Server::read(SERVER, REPLICATION).unwrap();
        let other =
            |server: &str, replication: &str| Server::read(server, replication).unwrap().epoch("database");
        assert_eq!(server.epoch("database"), other(SERVER, REPLICATION));
        assert_ne!(server.epoch("database"), server.epoch("another"));
        assert_ne!(server.epoch("database"), other(&SERVER.replace("abc", "xyz"), REPLICATION));
        assert_ne!(server.epoch("database"), other(SERVER, &REPLICATION.replace("def", "xyz")));
    }

    #[test]
    fn replicas_are_refused() {
        let replica = Server::read(SERVER, &REPLICATION.replace("role:master", "role:slave")).unwrap();
        assert_eq!(
            replica.check().unwrap_err().to_string(),
            "the cache cannot be used: it needs the master, and this one's role is slave"
        );
    }

    #[test]
    fn servers_older_than_7_are_refused() {
        let version =
            |version| Server::read(&SERVER.replace("7.0.15", version), REPLICATION).unwrap().check();
        assert_eq!((version("7.0.0"), version("7.4.1"), version("8.0.2")), (Ok(()), Ok(()), Ok(())));
        assert_eq!(
            version("6.2.14").unwrap_err().to_string(),
            "the cache cannot be used: it needs Redis 7.0 or newer, and this is 6.2.14"
        );
        assert!(version("").is_err() && version("x.y").is_err());
        assert!(Server::read("", REPLICATION).is_err() && Server::read(SERVER, "").is_err());
    }
}
