//! A contestant as a process that is asked line by line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use yardstick::stage::{NONE, Verb};

/// A contestant that runs, until it is let go.
pub struct Conducted {
    child: Child,
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Conducted {
    /// Starts it. Errors: a sentence.
    pub fn start(mut command: Command) -> Result<Self, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("ne démarre pas : {error}"))?;
        let asks = child.stdin.take();
        let answers = child.stdout.take().ok_or("sans sortie")?;
        Ok(Self { child, asks, answers: BufReader::new(answers) })
    }

    /// Asks without waiting.
    pub fn ask(&mut self, line: &str) -> Result<(), String> {
        let asks = self.asks.as_mut().ok_or("n'écoute plus")?;
        let said = writeln!(asks, "{line}").and_then(|()| asks.flush());
        said.map_err(|_| "s'est arrêté".to_owned())
    }

    /// Waits for an answer.
    pub fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) | Err(_) => Err("s'est arrêté".to_owned()),
            Ok(_) => Ok(line.trim().to_owned()),
        }
    }

    /// Asks for a time. Unit: nanoseconds; `None` where there is nothing to time. Errors: what it says instead.
    pub fn time(&mut self, line: &str) -> Result<Option<f64>, String> {
        self.ask(line)?;
        self.timed()
    }

    /// Waits for a time.
    pub fn timed(&mut self) -> Result<Option<f64>, String> {
        let answer = self.answer()?;
        match answer.parse() {
            Ok(time) => Ok(Some(time)),
            Err(_) if answer == NONE => Ok(None),
            Err(_) => Err(answer),
        }
    }

    /// Has it write what it says of its rows; returns how many values a row has.
    pub fn say(&mut self, path: &str) -> Result<usize, String> {
        self.ask(&format!("say {path}"))?;
        let answer = self.answer()?;
        answer.parse().map_err(|_| answer)
    }

    /// Asks for a time, once.
    pub fn once(&mut self, verb: Verb) -> Result<Option<f64>, String> {
        self.time(verb.word())
    }

    /// Returns its memory, now and at most, where the system tells. Unit: bytes.
    pub fn memory(&self) -> Option<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let told = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()? * 1024.0)
        };
        Some(Memory { now: told("VmRSS:")?, most: told("VmHWM:")? })
    }
}

/// What a process holds. Unit: bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub now: f64,
    pub most: f64,
}

impl Drop for Conducted {
    /// Nobody asks any more: it ends by itself.
    fn drop(&mut self) {
        self.asks = None;
        let _ = self.child.wait();
    }
}
