//! What surrounds the program: its environment variables, and the `.env` file beside it, of which only names that start
//! with `APP_` are taken and nothing is put into the process.

use super::{Problem, SettingsError};
use std::{collections::BTreeMap, io, path::PathBuf};

/// The variables that settings are read from. Tests make their own; the program has [`Environment::of_process`].
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    dot_env: Option<PathBuf>,
}

/// The value of a variable.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) value: String,
    pub(super) origin: String,
}

impl Environment {
    /// Takes the process' own variables, and `.env` in its working directory unless `APP_PROFILE` is `test`.
    pub fn of_process() -> Self {
        let ours = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("APP_"))?;
            Some((name, value.to_string_lossy().into_owned()))
        };
        Self::of(std::env::vars_os().filter_map(ours)).with_dot_env(".env")
    }

    /// Takes these variables and no `.env` file.
    pub fn of<N: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, dot_env: None }
    }

    /// Adds a `.env` file, over which the variables win; profile `test` leaves it alone.
    #[must_use]
    pub fn with_dot_env(mut self, path: impl Into<PathBuf>) -> Self {
        let test = self.variables.get("APP_PROFILE").is_some_and(|profile| profile == "test");
        self.dot_env = (!test).then(|| path.into());
        self
    }

    /// Returns one variable. An empty one is as good as none: that is what `${NAME:-}` makes of it in a compose file.
    pub(super) fn variable(&self, name: &str) -> Result<Option<Variable>, SettingsError> {
        Ok(self.all()?.remove(name))
    }

    /// Returns every variable that begins with `APP_` and is not empty.
    pub(super) fn all(&self) -> Result<BTreeMap<String, Variable>, SettingsError> {
        let of_process = self.variables.iter().map(|(name, value)| {
            let origin = format!("the environment variable {name}");
            (name.clone(), Variable { value: value.clone(), origin })
        });
        let mut all = self.of_file()?;
        all.extend(of_process);
        all.retain(|name, variable| name.starts_with("APP_") && !variable.value.is_empty());
        Ok(all)
    }

    fn of_file(&self) -> Result<BTreeMap<String, Variable>, SettingsError> {
        let Some(path) = &self.dot_env else { return Ok(BTreeMap::new()) };
        let shown = path.display();
        let unreadable = |error: dotenvy::Error| Problem::new(".env", &shown.to_string(), advice(&error));
        let lines = match dotenvy::from_path_iter(path) {
            Ok(lines) => lines,
            Err(error) if error.not_found() => return Ok(BTreeMap::new()),
            Err(error) => return Err(unreadable(error).into()),
        };
        let mut variables = BTreeMap::new();
        for line in lines {
            let (name, value) = line.map_err(unreadable)?;
            let origin = format!("{name} in {shown}");
            variables.insert(name, Variable { value, origin });
        }
        Ok(variables)
    }
}

/// Tells what is wrong with a `.env` file without repeating a value.
fn advice(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(line, _) => {
            let name = line.split('=').next().unwrap_or_default();
            format!("has a line that is not NAME=value; it begins with `{name}`")
        }
        dotenvy::Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            "cannot be read: permission denied".to_owned()
        }
        error => format!("cannot be read: {error}"),
    }
}
