//! Keys as a file keeps them: one a line, the newest first, `2026-11-28T04:05:06Z SECRET`. The last line may be a secret
//! alone, which is what a file has before the first rotation. What is wrong is told by the line's number, never its content.

use super::{Key, KeyRing};
use crate::AuthSecret;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{Invalid, Timestamp};
use secrecy::SecretString;

impl KeyRing {
    /// Reads the keys of a file.
    ///
    /// # Errors
    /// No key, a line that is none, keys that are not in order or there twice.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let mut keys: Vec<Key> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let wrong = |what: &str| Invalid::owned(format!("has a line {} that {what}", at + 1));
            let (made_at, secret) = parts(line);
            let secret = AuthSecret::parse(secret.into()).map_err(|invalid| wrong(&invalid.to_string()))?;
            let (is_last, is_word) = (at + 1 == lines.len(), !secret.expose().contains(char::is_whitespace));
            if made_at.is_none() && !is_last {
                return Err(wrong("does not begin with when the key was made, as all but the last must"));
            }
            if !is_word && lines.len() > 1 {
                return Err(wrong("is more than a time and a secret"));
            }
            let key = Key::new(secret, made_at);
            if keys.iter().any(|newer| newer.id() == key.id()) {
                return Err(wrong("repeats a key"));
            }
            if keys.last().is_some_and(|newer| key.made_at >= newer.made_at) {
                return Err(wrong("is newer than the one before it"));
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(Invalid::new("has no key"));
        }
        Ok(Self::from_keys(keys))
    }

    /// Writes the keys for a file.
    pub fn lines(&self) -> SecretString {
        let line = |key: &Key| match key.made_at {
            Some(made_at) => format!("{} {}\n", shown(made_at), key.secret.expose()),
            None => format!("{}\n", key.secret.expose()),
        };
        self.keys.iter().map(line).collect::<String>().into()
    }
}

/// Returns when the key of a line was made, and its secret.
fn parts(line: &str) -> (Option<Timestamp>, &str) {
    let dated = line.split_once(char::is_whitespace).and_then(|(moment, secret)| {
        Some((DateTime::parse_from_rfc3339(moment).ok()?.with_timezone(&Utc), secret.trim_start()))
    });
    dated.map_or((None, line), |(made_at, secret)| (Some(made_at), secret))
}

fn shown(moment: Timestamp) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OsEntropy;
    use secrecy::ExposeSecret;

    const ONE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    const TWO: &str = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

    fn refusal(text: &str) -> String {
        KeyRing::parse(text).err().unwrap_or_else(|| panic!("it was taken: {text}")).to_string()
    }

    #[test]
    fn a_file_with_one_secret_is_a_ring() {
        for text in
            [ONE.to_owned(), format!("\n  {ONE} \n\n"), "a secret with words, as people like it".to_owned()]
        {
            let ring = KeyRing::parse(&text).unwrap_or_else(|invalid| panic!("{invalid}"));
            assert_eq!(ring.secrets().map(AuthSecret::expose).collect::<Vec<_>>(), [text.trim()]);
            assert_eq!(ring.facts(Timestamp::UNIX_EPOCH)[0].made_at, None);
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let made_at = Timestamp::from_timestamp(1_800_000_000, 0).unwrap();
        let rotated =
            KeyRing::parse(ONE).ok().unwrap().rotate(&OsEntropy, made_at).unwrap_or_else(|_| panic!());
        let lines = rotated.lines();
        assert!(lines.expose_secret().starts_with("2027-01-15T08:00:00Z "));
        assert!(lines.expose_secret().ends_with(&format!("\n{ONE}\n")));
        let read = KeyRing::parse(lines.expose_secret()).unwrap_or_else(|invalid| panic!("{invalid}"));
        assert!(read.is_as(&rotated) && read.facts(made_at) == rotated.facts(made_at));
    }

    #[test]
    fn a_broken_file_is_refused_by_its_line_and_not_repeated() {
        let (newer, older) = ("2026-11-28T04:05:06Z", "2026-11-21T04:05:06Z");
        for (text, what) in [
            (String::new(), "has no key"),
            ("\n \n".to_owned(), "has no key"),
            ("hunter2".to_owned(), "line 1 that must have at least 32 bytes"),
            (format!("{newer} {ONE}\nhunter2"), "line 2 that must have"),
            (format!("{newer} {ONE}\n{older}"), "line 2 that must have"),
            (format!("{ONE}\n{TWO}"), "line 1 that does not begin with when"),
            (format!("{ONE}\n{newer} {TWO}"), "line 1 that does not begin with when"),
            (format!("{older} {ONE}\n{newer} {TWO}"), "line 2 that is newer"),
            (format!("{newer} {ONE}\n{newer} {TWO}"), "line 2 that is newer"),
            (format!("{newer} {ONE}\n{older} {ONE}"), "line 2 that repeats a key"),
            (format!("{newer} {ONE}\n2026-11-21 {TWO}"), "line 2 that is more than"),
            (format!("{newer} {ONE} {TWO}\n{older} {TWO}"), "line 1 that is more than"),
        ] {
            let refusal = refusal(&text);
            assert!(refusal.contains(what), "{text}: {refusal}");
            assert!(![ONE, TWO, "hunter2"].iter().any(|secret| refusal.contains(secret)), "{refusal}");
        }
    }
}
