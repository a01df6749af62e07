//! The data directory: what the program itself writes, readable by its own user alone. It never overwrites a secret that
//! it made before.

use anyhow::{Context, bail};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The data directory of a shop.
#[derive(Clone, Debug)]
pub(crate) struct DataDir(PathBuf);

/// Keeps other servers away from a data directory until it is dropped.
#[derive(Debug)]
pub(crate) struct DataLock {
    _file: File,
}

impl DataDir {
    /// Opens the directory; makes it, with mode 0700, where it is absent.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(|| {
            format!("the data directory {} cannot be made; set APP__DATA__DIR to another", path.display())
        })?;
        Ok(Self(path.to_owned()))
    }

    /// Locks the directory for one server; the system gives the lock back however the process ends.
    pub(crate) fn lock(&self) -> anyhow::Result<DataLock> {
        let path = self.0.join("lock");
        let file = OpenOptions::new().create(true).write(true).truncate(false).mode(0o600).open(&path);
        let file = file.with_context(|| format!("{} cannot be opened", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(DataLock { _file: file }),
            Err(TryLockError::WouldBlock) => bail!(
                "another server uses the data directory {}; stop it, or set APP__DATA__DIR to another",
                self.0.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{} cannot be locked", path.display()))
            }
        }
    }

    /// Returns the secret in a file; where there is none, makes it and keeps it with mode 0600. Of two processes that do
    /// so at once, both get the secret of the first.
    pub(crate) fn keep(&self, name: &str, make: impl FnOnce() -> String) -> anyhow::Result<String> {
        let path = self.path(name);
        if !path.exists() {
            let draft = self.path(&format!(".{name}.{}", std::process::id()));
            write_private(&draft, &make())?;
            let linked = fs::hard_link(&draft, &path);
            fs::remove_file(&draft).with_context(|| format!("{} cannot be removed", draft.display()))?;
            if let Err(error) = linked
                && error.kind() != ErrorKind::AlreadyExists
            {
                return Err(error).with_context(|| format!("{} cannot be written", path.display()));
            }
        }
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(text.trim().to_owned())
    }

    /// Makes an empty file, with mode 0600, where there is none: what is written into it later stays private, also where
    /// the directory was made by somebody who lets others look into it.
    pub(crate) fn reserve(path: &Path) -> anyhow::Result<()> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        file.map(drop).with_context(|| format!("{} cannot be opened", path.display()))
    }

    /// Returns where a file of the directory stands.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || {
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
        writeln!(file, "{text}")?;
        file.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_secret_is_made_once_and_only_its_owner_can_read_it() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let data_dir = DataDir::open(&folder).unwrap();
        assert_eq!(data_dir.keep("key", || "first".to_owned()).unwrap(), "first");
        assert_eq!(DataDir::open(&folder).unwrap().keep("key", || "second".to_owned()).unwrap(), "first");
        assert_eq!((mode(&folder), mode(&data_dir.path("key"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "a draft stays behind");
    }

    #[test]
    fn one_server_at_a_time_has_the_directory() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = DataDir::open(folder.path()).unwrap();
        let lock = data_dir.lock().unwrap();
        let refusal = data_dir.lock().unwrap_err().to_string();
        assert!(refusal.contains("another server") && refusal.contains("APP__DATA__DIR"), "{refusal}");
        drop(lock);
        data_dir.lock().unwrap();
    }

    #[test]
    fn a_reserved_file_is_private_and_one_that_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        DataDir::reserve(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::write(&path, "rows").unwrap();
        DataDir::reserve(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "rows");
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_named() {
        let refusal = DataDir::open(Path::new("/dev/null/data")).unwrap_err().to_string();
        assert!(refusal.contains("/dev/null/data"), "{refusal}");
    }
}
