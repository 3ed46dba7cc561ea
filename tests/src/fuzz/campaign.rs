//! A number of inputs given to a target, drawn from a seed: the same everywhere, whatever the order.
//!
//! Each input is judged on a thread with the stack of a server's. One that does not end, or that ends
//! the process, is left in `target/fuzz/TARGET-en-cours`; one that fails is made small and kept beside.
//!
//! `FUZZ_INPUTS` says how many inputs, `FUZZ_SEED` from which seed; `FUZZ_FILE` names a file to be
//! judged instead.

use super::change::{Stock, changed};
use super::corpus::Corpus;
use super::shrink::shrunk;
use super::{Target, Verdict, Way};
use crate::generate::Choices;
use crate::rules::root;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

const SEED: u64 = 20_191_015;

/// An input that takes longer does not end.
const GUARD: Duration = Duration::from_secs(120);

/// The stack of a thread that serves requests.
const STACK: usize = 2 << 20;

/// Numbers drawn for one input, and for the facts that a recueil is given.
const CHOICES: usize = 2_000;

/// Failures shown before giving up.
const MOST_FAILURES: usize = 10;

/// What is given to a target.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The target.
    pub target: Target,
    /// From which inputs are drawn.
    pub seed: u64,
    /// How many.
    pub inputs: u64,
    /// A file to be judged instead: one input.
    pub file: Option<PathBuf>,
}

/// How a campaign went.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Inputs taken to the end.
    pub through: u64,
    /// Inputs refused.
    pub refused: u64,
    /// The longest that an input took, and which.
    pub slowest: (Duration, u64),
    /// What does not hold, one sentence each.
    pub failures: Vec<String>,
}

impl Campaign {
    /// Makes one of what the environment asks for.
    pub fn asked(target: Target, inputs: u64) -> Self {
        let number = |name| std::env::var(name).ok().and_then(|it| it.parse().ok());
        let file = std::env::var_os("FUZZ_FILE").map(PathBuf::from);
        let inputs = if file.is_some() { 1 } else { number("FUZZ_INPUTS").unwrap_or(inputs) };
        Self { target, seed: number("FUZZ_SEED").unwrap_or(SEED), inputs, file }
    }

    /// Judges every input, or the file that the environment names.
    ///
    /// Errors: a text of the repository that cannot be read, an input that cannot be kept.
    pub fn run(&self) -> std::io::Result<Tally> {
        if let Some(path) = &self.file {
            let failure = judged(self.target, &std::fs::read(path)?).err();
            return Ok(Tally { failures: failure.into_iter().collect(), ..Tally::default() });
        }
        std::fs::create_dir_all(kept())?;
        let corpus = Arc::new(Corpus::of(self.target)?);
        let (done, results) = mpsc::channel();
        let worker = Worker { campaign: self.clone(), corpus: Arc::clone(&corpus), done };
        std::thread::Builder::new().stack_size(STACK).spawn(move || worker.judge_all())?;
        self.gathered(&corpus, &results)
    }

    /// Draws an input.
    fn input(&self, corpus: &Corpus, index: u64) -> Vec<u8> {
        let stream = drawn(self.seed, index);
        let mut c = Choices::new(&stream);
        let base = corpus.base(&mut c);
        changed(&base, &Stock { words: corpus.words(), other: &corpus.base(&mut c) }, &mut c)
    }

    fn gathered(&self, corpus: &Corpus, results: &Receiver<Judged>) -> std::io::Result<Tally> {
        let mut tally = Tally::default();
        for index in 0..self.inputs {
            let Ok(judged) = results.recv_timeout(GUARD) else {
                tally.failures.push(self.say(index, "l'entrée ne finit pas", &self.current()));
                break;
            };
            tally.slowest = tally.slowest.max((judged.elapsed, index));
            match judged.verdict {
                Ok(Way::Refused) => tally.refused += 1,
                Ok(Way::Through) => tally.through += 1,
                Err(said) => tally.failures.push(self.failure(corpus, index, &said)?),
            }
            if tally.failures.len() >= MOST_FAILURES {
                break;
            }
        }
        Ok(tally)
    }

    /// Makes a failing input small, keeps it, and says how to judge it again.
    fn failure(&self, corpus: &Corpus, index: u64, said: &str) -> std::io::Result<String> {
        let input = self.input(corpus, index);
        let small = shrunk(&input, |smaller| {
            judged(self.target, smaller).is_err_and(|other| alike(&other, said))
        });
        let said = judged(self.target, &small).err().unwrap_or_else(|| said.to_owned());
        let path = kept().join(format!("{}-{index}", self.target.name()));
        std::fs::write(&path, &small)?;
        Ok(self.say(index, &said, &path))
    }

    fn say(&self, index: u64, said: &str, path: &Path) -> String {
        let (name, seed, path) = (self.target.name(), self.seed, path.display());
        format!(
            "{name}, graine {seed}, entrée {index} : {said}\n\
             à juger de nouveau : FUZZ_FILE={path} cargo test -p tests --test fuzz {name}\n"
        )
    }

    /// Where the input being judged is kept.
    fn current(&self) -> PathBuf {
        kept().join(format!("{}-en-cours", self.target.name()))
    }
}

/// What judging an input gave.
struct Judged {
    verdict: Verdict,
    elapsed: Duration,
}

/// The thread that judges.
struct Worker {
    campaign: Campaign,
    corpus: Arc<Corpus>,
    done: Sender<Judged>,
}

impl Worker {
    /// Judges every input in turn, as long as somebody listens.
    fn judge_all(self) {
        for index in 0..self.campaign.inputs {
            let input = self.campaign.input(&self.corpus, index);
            let is_kept = std::fs::write(self.campaign.current(), &input);
            let started = Instant::now();
            let verdict = is_kept
                .map_err(|error| error.to_string())
                .and_then(|()| judged(self.campaign.target, &input));
            if self.done.send(Judged { verdict, elapsed: started.elapsed() }).is_err() {
                return;
            }
        }
        drop(std::fs::remove_file(self.campaign.current()));
    }
}

/// Judges an input; a panic is a failure like another.
fn judged(target: Target, input: &[u8]) -> Verdict {
    catch_unwind(AssertUnwindSafe(|| target.judge(input))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("?");
        Err(format!("panique : {text}"))
    })
}

/// Tells whether two failures look like the same one.
fn alike(one: &str, other: &str) -> bool {
    let head = |said: &str| said.split([':', ',']).next().unwrap_or_default().to_owned();
    head(one) == head(other)
}

/// Returns the numbers that decide of what a target draws from its input.
pub fn stream(bytes: &[u8]) -> Vec<u32> {
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    drawn(bytes.iter().fold(0xcbf2_9ce4_8422_2325, fnv), 0)
}

fn drawn(seed: u64, stream: u64) -> Vec<u32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    (0..CHOICES).map(|_| random.next_u32()).collect()
}

/// Where inputs are kept.
fn kept() -> PathBuf {
    root().join("target/fuzz")
}
