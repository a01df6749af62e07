//! An instance of the shop as a process of its own (`src/bin/instance`), to be paused and killed. What it complains of is
//! kept for whoever asks afterwards.

use serde_json::Value;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

/// What an instance is told on its standard input, so that its next write stops between commit and renewal.
pub const STOP_WHEN_COMMITTED: &str = "stop when committed";
/// What it then says on its standard output.
pub const COMMITTED: &str = "committed";

/// What an instance is told, so that it stops when a receiver has answered its next webhook, before that is noted.
pub const STOP_WHEN_ANSWERED: &str = "stop when answered";
/// What it then says.
pub const ANSWERED: &str = "answered";

/// Far more than an instance takes to open on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process that answers. Dropping it kills it.
pub struct Instance {
    process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    address: String,
    complaints: Arc<Mutex<Vec<Value>>>,
    logging: JoinHandle<()>,
}

impl Instance {
    /// Starts the program with these settings, and waits until it answers.
    pub async fn start(program: &str, arguments: &[&str], settings: &[(&str, String)]) -> Self {
        let mut process = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(settings.iter().map(|(name, value)| (name, value)))
            // A group of its own: if the test is killed while it is paused, the system ends it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program can be started");
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let errors = process.stderr.take().expect("the log is piped");
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let (opened, address) = tokio::sync::oneshot::channel();
        let logging = tokio::spawn(keep(BufReader::new(errors).lines(), Arc::clone(&complaints), opened));
        let address = tokio::time::timeout(PATIENCE, address).await.expect("the shop opens in time");
        Self {
            process,
            input: input.expect("the input is piped"),
            output: BufReader::new(output.expect("the output is piped")).lines(),
            address: address.expect("the shop opens; its log is above"),
            complaints,
            logging,
        }
    }

    /// Returns where it answers, as a URL without a path.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Holds it still until [`Instance::resume`].
    pub async fn pause(&self) {
        self.signal("STOP").await;
    }

    /// Lets it go on.
    pub async fn resume(&self) {
        self.signal("CONT").await;
    }

    /// Makes its next write stop between commit and renewal, for good.
    pub async fn stop_when_committed(&mut self) {
        self.tell(STOP_WHEN_COMMITTED).await;
    }

    /// Waits until a write has been stopped.
    pub async fn committed(&mut self) {
        self.hear(COMMITTED).await;
    }

    /// Makes it stop, for good, when the next webhook is answered and before that is noted.
    pub async fn stop_when_answered(&mut self) {
        self.tell(STOP_WHEN_ANSWERED).await;
    }

    /// Waits until a webhook has been answered.
    pub async fn answered(&mut self) {
        self.hear(ANSWERED).await;
    }

    async fn tell(&mut self, what: &str) {
        let told = self.input.write_all(format!("{what}\n").as_bytes()).await;
        told.expect("the program reads what it is told");
    }

    async fn hear(&mut self, what: &str) {
        loop {
            let line = self.output.next_line().await.expect("the program's output can be read");
            if line.expect("the program runs") == what {
                return;
            }
        }
    }

    /// Ends it with SIGKILL, and returns its warnings and errors, as its log has them.
    pub async fn kill(mut self) -> Vec<Value> {
        self.process.kill().await.expect("the program can be killed");
        self.logging.await.expect("the log can be read to its end");
        std::mem::take(&mut self.complaints.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn signal(&self, name: &str) {
        let id = self.process.id().expect("the program runs").to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().await;
        assert!(sent.is_ok_and(|status| status.success()), "cannot send {name} to process {id}");
    }
}

/// Keeps what the program complains of, and tells where it answers.
async fn keep(
    mut lines: Lines<BufReader<tokio::process::ChildStderr>>,
    complaints: Arc<Mutex<Vec<Value>>>,
    opened: tokio::sync::oneshot::Sender<String>,
) {
    let mut opened = Some(opened);
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(line) = serde_json::from_str::<Value>(&line) else {
            eprintln!("{line}");
            continue;
        };
        if line["message"] == "the shop is open"
            && let (Some(opened), Some(address)) = (opened.take(), line["address"].as_str())
        {
            let _ = opened.send(format!("http://{address}"));
        }
        if line["level"] != "INFO" {
            complaints.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }
}
