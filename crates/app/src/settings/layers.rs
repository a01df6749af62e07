//! The four layers, put on top of each other by the `config` crate, which keeps the origin of each value.

use super::entries::{DEFAULT, Entries};
use super::{Environment, Problem, Profile, SettingsError, keys};
use config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};
use std::path::PathBuf;

/// Reads the layers for a profile.
///
/// # Errors
/// Files that are no TOML, and every key that does not exist, in whatever layer it stands.
pub(super) fn read(environment: &Environment, profile: Profile) -> Result<Entries, SettingsError> {
    let folder = environment.variable("APP_CONFIG_DIR")?;
    let folder = PathBuf::from(folder.map_or("config".to_owned(), |variable| variable.value));
    let file = |name: &str| {
        File::from(folder.join(name).with_extension("toml")).format(FileFormat::Toml).required(false)
    };
    let merged = Config::builder()
        .add_source(defaults())
        .add_source(file("default"))
        .add_source(file(profile.as_str()))
        .add_source(variables(environment)?)
        .build()
        .and_then(|config| config.collect())
        .map_err(|error| unreadable(&error))?;
    let mut leaves = Vec::new();
    flatten("", Value::new(None, ValueKind::Table(merged)), &mut leaves);
    accept(leaves)
}

/// A layer whose values each know where they came from.
#[derive(Clone, Debug)]
struct Layer(Map<String, Value>);

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

fn value(text: &str, origin: &str) -> Value {
    Value::new(Some(&origin.to_owned()), text)
}

fn defaults() -> Layer {
    let given = keys::KEYS.iter().filter_map(|key| Some((key.name, key.default?)));
    Layer(given.map(|(name, default)| (name.to_owned(), value(default, DEFAULT))).collect())
}

fn variables(environment: &Environment) -> Result<Layer, SettingsError> {
    let mut layer = Map::new();
    let mut unknown = Vec::new();
    for (name, variable) in environment.all()? {
        let Some(rest) = name.strip_prefix("APP__") else { continue };
        let key = rest.to_ascii_lowercase().replace("__", ".");
        if keys::find(&key).is_some() && keys::variable_of(&key) == name {
            layer.insert(key, value(&variable.value, &variable.origin));
        } else {
            unknown.push(Problem::new(&key, &variable.origin, UNKNOWN));
        }
    }
    if unknown.is_empty() { Ok(Layer(layer)) } else { Err(SettingsError(unknown)) }
}

const UNKNOWN: &str = "is not a setting; `app config` lists those that there are";

/// A value in a table, by the path that leads to it.
fn flatten(path: &str, value: Value, leaves: &mut Vec<(String, Value)>) {
    match value.kind {
        ValueKind::Table(table) => {
            for (name, value) in table {
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                flatten(&path, value, leaves);
            }
        }
        _ => leaves.push((path.to_owned(), value)),
    }
}

fn accept(leaves: Vec<(String, Value)>) -> Result<Entries, SettingsError> {
    let (mut entries, mut problems) = (Entries::default(), Vec::new());
    for (name, value) in leaves {
        let origin = value.origin().unwrap_or("a file of settings").to_owned();
        let Some(key) = keys::find(&name) else {
            problems.push(Problem::new(&name, &origin, UNKNOWN));
            continue;
        };
        match value.into_string() {
            Ok(text) => entries.insert(key.name, text, origin),
            Err(_) => problems.push(Problem::new(&name, &origin, "must be a single value")),
        }
    }
    problems.sort_by(|a, b| a.key.cmp(&b.key));
    if problems.is_empty() { Ok(entries) } else { Err(SettingsError(problems)) }
}

fn unreadable(error: &ConfigError) -> SettingsError {
    let (file, why) = match error {
        ConfigError::FileParse { uri, cause } => {
            (uri.as_deref().unwrap_or("a file of settings"), cause.to_string())
        }
        error => ("the folder of settings", error.to_string()),
    };
    Problem::new("config", file, format!("cannot be read as TOML: {}", why.trim())).into()
}
