//! The file that holds the keys of tokens. It is replaced as a whole or not at all, keeps its mode and owner, and what is said
//! of it never repeats what is in it. Two who rotate at once leave one new key: the other one was lost before it signed.

use crate::data_dir::DataDir;
use anyhow::{Context, anyhow};
use auth::{AuthSecret, KeyRing};
use domain::{Entropy, Timestamp};
use secrecy::ExposeSecret;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

/// The file of that name in the data directory, where the settings name none.
const NAME: &str = "auth-secret";

/// A file of keys.
#[derive(Clone, Debug)]
pub(crate) struct KeyFile(PathBuf);

impl KeyFile {
    /// Names a file that is there.
    pub(crate) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Names the file in the data directory, and makes it with one key where it is absent.
    pub(crate) fn kept(data_dir: &Path, entropy: &dyn Entropy) -> anyhow::Result<Self> {
        let data_dir = DataDir::open(data_dir)?;
        data_dir.keep(NAME, || AuthSecret::generate(entropy).expose().to_owned())?;
        Ok(Self(data_dir.path(NAME)))
    }

    /// Returns where it stands.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Reads the keys.
    pub(crate) fn read(&self) -> anyhow::Result<KeyRing> {
        let text =
            fs::read_to_string(&self.0).with_context(|| format!("{} cannot be read", self.0.display()))?;
        KeyRing::parse(&text).map_err(|invalid| {
            anyhow!("{} {invalid}; it has one key a line, the newest first: `TIME SECRET`", self.0.display())
        })
    }

    /// Adds a key that is made now, drops those whose time is over, and returns what is left.
    pub(crate) fn rotate(&self, entropy: &dyn Entropy, now: Timestamp) -> anyhow::Result<KeyRing> {
        let ring = self.read()?.rotate(entropy, now)?;
        self.replace(ring.lines().expose_secret()).with_context(|| {
            let path = self.0.display();
            format!("{path} cannot be replaced: whoever rotates must own it and may write into its folder")
        })?;
        Ok(ring)
    }

    /// Puts a file with this text in the place of the one that is there, at one moment for whoever reads it.
    fn replace(&self, text: &str) -> io::Result<()> {
        let path = fs::canonicalize(&self.0)?; // a link stays one
        let before = fs::metadata(&path)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let draft = folder.join(format!(".{NAME}.{}", std::process::id()));
        let written = write_like(&draft, &before, text).and_then(|()| fs::rename(&draft, &path));
        if let Err(error) = written {
            // It may not be there; what is told is why.
            let _ = fs::remove_file(&draft);
            return Err(error);
        }
        File::open(folder)?.sync_all()
    }
}

/// Writes a file with the mode and the owner of another, which nobody else can read meanwhile.
fn write_like(path: &Path, like: &fs::Metadata, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    let made = file.metadata()?;
    if (made.uid(), made.gid()) != (like.uid(), like.gid()) {
        fchown(&file, Some(like.uid()), Some(like.gid()))?;
    }
    file.set_permissions(like.permissions())?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OsEntropy;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn now() -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_rotation_adds_a_key_and_leaves_the_old_one_and_the_mode() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::kept(folder.path(), &OsEntropy).unwrap();
        let before = fs::read_to_string(file.path()).unwrap();
        for (hour, mode_before) in [(0, 0o600), (1, 0o400)] {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode_before)).unwrap();
            let now = now() + chrono::TimeDelta::hours(hour);
            file.rotate(&OsEntropy, now).unwrap();
            assert_eq!(mode(file.path()), mode_before);
        }
        let after = fs::read_to_string(file.path()).unwrap();
        assert_eq!((after.lines().count(), after.lines().last()), (3, Some(before.trim())));
        assert_eq!(file.read().unwrap().facts(now()).len(), 3);
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::kept(folder.path(), &OsEntropy).unwrap();
        file.rotate(&OsEntropy, now()).unwrap();
        let before = fs::read_to_string(file.path()).unwrap();
        let refusal = file.rotate(&OsEntropy, now()).err().unwrap().to_string();
        assert!(refusal.contains("signs from 2027-01-15 08:01:00"), "{refusal}");
        assert_eq!(fs::read_to_string(file.path()).unwrap(), before);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a draft stays behind");
    }

    #[test]
    fn a_link_to_the_file_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::kept(folder.path(), &OsEntropy).unwrap();
        let link = folder.path().join("link");
        symlink(file.path(), &link).unwrap();
        KeyFile::at(&link).rotate(&OsEntropy, now()).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(file.read().unwrap().facts(now()).len(), 2);
    }

    #[test]
    fn a_file_that_is_broken_is_named_with_its_line_and_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        assert!(KeyFile::at(&path).read().err().unwrap().to_string().contains("keys cannot be read"));
        fs::write(&path, "hunter2\n").unwrap();
        let refusal = KeyFile::at(&path).read().err().unwrap().to_string();
        assert!(
            refusal.contains("line 1") && refusal.contains("keys") && !refusal.contains("hunter2"),
            "{refusal}"
        );
    }
}
