//! One server process under a watchdog. Statics are never dropped and a killed process drops nothing, so the watchdog is
//! a shell of its own: it holds the reading end of a pipe, and when the pipe ends it stops the server and removes its
//! folder.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread,
};

/// `sh -c WATCHDOG sh SIGNAL PREPARATION PROGRAM ARGUMENT…`: prepares a fresh folder, serves from it, cleans up.
///
/// The first number printed is the server's process. A background command gets no standard input, hence descriptor 3.
/// From then on only the server holds our output: its reader sees when a server dies by itself, and the shell cannot
/// die of writing to a reader that was killed.
const WATCHDOG: &str = r#"
exec 3<&0 2>&1
signal=$1 preparation=$2; shift 2
folder=$(mktemp -d) || exit 1
trap 'cd /; rm -rf "$folder"' EXIT
cd "$folder" && eval "$preparation" || exit 1
sh -c 'echo "$$"; exec "$0" "$@"' "$@" 3<&- & server=$!
exec >/dev/null 2>&1
{ cat <&3; kill -s "$signal" "$server"; } & watcher=$!
wait "$server"
kill "$watcher"
"#;

/// What a server needs to be told apart from others.
pub(crate) struct Recipe<'a> {
    /// The user to run as, where the own one will not do.
    pub(crate) user: Option<&'a str>,
    /// Shell commands that fill the empty folder before the program starts in it.
    pub(crate) preparation: &'a str,
    /// The program and its arguments.
    pub(crate) command: &'a [&'a str],
    /// What stands in the line that says that connections are welcome.
    pub(crate) ready: &'a str,
    /// The signal that ends the program at once, without leaving anything of the system's behind.
    pub(crate) signal: &'a str,
}

/// A server that runs. Dropping it stops the program and waits until it has gone.
pub(crate) struct Server {
    watchdog: Child,
    pid: String,
    welcome: String,
}

impl Server {
    /// Starts a server and waits until it takes connections.
    ///
    /// # Errors
    /// What the server printed, when it ended instead.
    pub(crate) fn start(recipe: &Recipe<'_>) -> Result<Self, String> {
        let mut words = recipe.user.map_or_else(Vec::new, |user| vec!["runuser", "-u", user, "--"]);
        words.extend(["sh", "-c", WATCHDOG, "sh", recipe.signal, recipe.preparation]);
        let mut watchdog = Command::new(words[0])
            .args(&words[1..])
            .args(recipe.command)
            .current_dir("/")
            .process_group(0) // Ctrl-C is for the tests; their end is what ends the server
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut output = BufReader::new(watchdog.stdout.take().expect("the output is piped")).lines();
        let (mut pid, mut printed) = (String::new(), String::new());
        while let Some(Ok(line)) = output.next() {
            if line.contains(recipe.ready) {
                // The server goes on printing; an unread pipe would fill and block it.
                thread::spawn(move || output.for_each(drop));
                return Ok(Self { watchdog, pid, welcome: line });
            }
            if line.parse::<u32>().is_ok() {
                pid = line;
            } else {
                printed += &(line + "\n");
            }
        }
        stop(&mut watchdog);
        Err(printed)
    }

    /// Returns the line that said that connections are welcome.
    pub(crate) fn welcome(&self) -> &str {
        &self.welcome
    }

    /// Sends a signal to the server itself.
    pub(crate) fn signal(&self, name: &str) {
        send(name, &self.pid);
    }

    /// Ends the server and its children with SIGKILL, before it learns that any of them has gone. The children are dead, and
    /// hold nothing of the server's any more, when this returns.
    pub(crate) fn kill(&self) {
        self.signal("STOP");
        await_state('T', &self.pid); // from here on it has no more children
        let children = children_of(&self.pid);
        for child in &children {
            send("KILL", child);
        }
        for child in &children {
            await_state('Z', child);
        }
        self.signal("KILL");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop(&mut self.watchdog);
    }
}

fn send(signal: &str, process: &str) {
    let sent = Command::new("sh").args(["-c", r#"kill -s "$1" "$2""#, "sh", signal, process]).status();
    assert!(sent.is_ok_and(|status| status.success()), "cannot send {signal} to process {process}");
}

/// Waits until a process is in a state, as proc(5) names it, or gone: a signal acts some time after it was sent.
fn await_state(state: char, process: &str) {
    let stat = format!("/proc/{process}/stat");
    let state_of = |line: String| line.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    while std::fs::read_to_string(&stat).ok().and_then(state_of).is_some_and(|is| is != state) {
        thread::yield_now();
    }
}

/// Returns the processes that a process has started. While it is stopped it buries none of them, so each id is still theirs.
fn children_of(process: &str) -> Vec<String> {
    let tasks = format!("/proc/{process}/task/{process}/children");
    let children = std::fs::read_to_string(&tasks).unwrap_or_else(|error| panic!("{tasks}: {error}"));
    children.split_whitespace().map(ToOwned::to_owned).collect()
}

/// Ends the pipe and waits until the watchdog has cleaned up.
fn stop(watchdog: &mut Child) {
    drop(watchdog.stdin.take());
    if let Err(error) = watchdog.wait() {
        eprintln!("a test server's watchdog cannot be awaited: {error}");
    }
}

/// Runs a client program on some input and returns what it printed.
///
/// # Errors
/// What it complained about, when it could not run or failed.
pub(crate) fn printed_by(command: &mut Command, input: &str) -> Result<String, String> {
    let mut run = || {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes()))?;
        child.wait_with_output()
    };
    let output = run().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    }
    Err(format!("{}: {}", command.get_program().display(), String::from_utf8_lossy(&output.stderr)))
}

/// Returns the folder of `PATH`, or else of `others`, that has all of these programs.
pub(crate) fn folder_with(programs: &[&str], others: Vec<PathBuf>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(others)
        .find(|folder| programs.iter().all(|program| folder.join(program).is_file()))
}

/// Starts a server on a free port; another port is tried when somebody took it meanwhile.
///
/// # Panics
/// When no port would do.
pub(crate) fn on_free_port(mut start: impl FnMut(u16) -> Result<Server, String>) -> (Server, u16) {
    let mut printed = String::new();
    for _ in 0..5 {
        let port = free_port().unwrap_or_else(|error| panic!("there is no free port: {error}"));
        match start(port) {
            Ok(server) => return (server, port),
            Err(error) => printed = error,
        }
    }
    panic!("a test server does not start; it printed:\n{printed}");
}

/// Returns a port that nobody listens on, below those that the kernel hands out: so that a server which is down for a
/// moment finds its port free when it comes back.
fn free_port() -> io::Result<u16> {
    const FIRST: u16 = 16_384;
    const COUNT: u16 = 16_384;
    static TRIED: AtomicU16 = AtomicU16::new(0);
    // Test processes run side by side; their numbers spread them over the range.
    let spread = u16::try_from(process::id().wrapping_mul(61) % u32::from(COUNT)).unwrap_or_default();
    let mut refused = io::Error::other("none was tried");
    for _ in 0..COUNT {
        let step = TRIED.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + spread.wrapping_add(step) % COUNT;
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => return Ok(port),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}
