//! A process of its own that records decisions until it is stopped.

use registry::Settings;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// What a process says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The identifier of a decision that was acknowledged.
    Recorded(String),
    /// Why it was not.
    Refused(String),
}

/// A process that records.
pub struct Load {
    process: Child,
    out: BufReader<ChildStdout>,
}

impl Load {
    /// Starts it on a registry.
    pub fn new(settings: &Settings) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_registry_load")), settings)
    }

    /// Starts it with no more room than some blocks of 1,024 bytes for each file, as a full disk has.
    pub fn with_room(settings: &Settings, blocks: u64) -> Self {
        let mut shell = Command::new("bash");
        let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.args(["-c", &limit, env!("CARGO_BIN_EXE_registry_load")]);
        Self::of(shell, settings)
    }

    fn of(mut command: Command, settings: &Settings) -> Self {
        let keys = [settings.master.to_text().to_string(), settings.key.secret().to_owned()];
        let command = command.arg(&settings.url).args(keys).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        Self { process, out }
    }

    /// Waits for what it says next; nothing once it has ended.
    pub fn next(&mut self) -> Option<Said> {
        let mut line = String::new();
        // A line that the kill has cut was not said.
        self.out.read_line(&mut line).ok().filter(|_| line.ends_with('\n'))?;
        let (_, what) = line.trim_end().split_once(' ').unwrap();
        Some(match what.strip_prefix("refus : ") {
            Some(why) => Said::Refused(why.to_owned()),
            None => Said::Recorded(what.to_owned()),
        })
    }

    /// Kills it, and returns what it had still said.
    pub fn kill(mut self) -> Vec<Said> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::iter::from_fn(|| self.next()).collect()
    }
}
