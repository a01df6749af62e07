//! Secrets that stand in files of their own, as container platforms mount them: the contents take the place of the value.

use super::entries::Entries;
use super::{Problem, SettingsError};
use std::fs;

/// Puts the contents of `auth.secret_file` and `auth.pepper_file` where their values belong.
///
/// # Errors
/// A file that cannot be read or is empty; a secret that is given twice.
pub(super) fn resolve(entries: &mut Entries) -> Result<(), SettingsError> {
    for (key, file) in [("auth.secret", "auth.secret_file"), ("auth.pepper", "auth.pepper_file")] {
        let Some(secret) = read(entries, file)? else { continue };
        if entries.get(key).is_some() {
            let advice = format!("is given beside {file}; set one of them");
            return Err(Problem::new(key, entries.origin(key), advice).into());
        }
        let origin = format!("the file {}, named by {}", entries.text(file), entries.origin(file));
        entries.insert(key, secret, origin);
    }
    Ok(())
}

/// Reads the text in the file that a key names, without the white space around it.
pub(super) fn read(entries: &Entries, key: &str) -> Result<Option<String>, SettingsError> {
    let Some(entry) = entries.get(key) else { return Ok(None) };
    let refuse = |why: String| Problem::new(key, &entry.origin, format!("names {}, {why}", entry.value));
    let text =
        fs::read_to_string(&entry.value).map_err(|error| refuse(format!("which cannot be read: {error}")))?;
    match text.trim() {
        "" => Err(refuse("which is empty".to_owned()).into()),
        text => Ok(Some(text.to_owned())),
    }
}
