//! What is done most, as often as asked, for an instruction counter: noise does not touch what it counts.
//!
//! `instructions NAME COUNT` does one thing so many times; `instructions` alone lists the names, each with
//! how many times are enough. Invariant: a thing does the same work each time, so that the difference of two counts
//! is what so many more times cost.

mod columns;

use analysis::Opened;
use columns::Filled;
use dossier::{Format, Forms};
use dsl::Compiled;
use engine::{Asked, Columns, Date, Evaluator, Outcomes, Plans, Pool};
use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many rows a batch has.
const ROWS: usize = 1_024;
/// How many rows an offer has.
const OFFER: usize = 64;

/// A thing that is done, so many times.
type Thing = fn(&Bench, usize) -> Result<(), Box<dyn Error>>;

/// Every thing, its name and how many times are enough to count it.
const THINGS: &[(&str, usize, Thing)] = &[
    ("compile", 1, compile),
    ("read", 40, read),
    ("single", 40, single),
    ("unknown", 40, unknown),
    ("sentences", 40, sentences),
    ("worded", 40, worded),
    ("traced", 20, traced),
    ("columns", 4, by_columns),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(count)) = (arguments.next(), arguments.next()) else {
        for (name, enough, _) in THINGS {
            println!("{name} {enough}");
        }
        return Ok(());
    };
    let found = THINGS.iter().find(|(held, ..)| *held == name);
    let (_, _, thing) = found.ok_or("no such thing: `instructions` alone lists them")?;
    thing(&Bench::new("policies")?, count.parse()?)
}

/// A recueil, compiled.
struct Bench {
    files: BTreeMap<String, Vec<u8>>,
    opened: Opened,
    compiled: Compiled,
}

impl Bench {
    fn new(recueil: &str) -> Result<Self, Box<dyn Error>> {
        let files = files_of(&root().join(recueil))?;
        let opened = Opened::of(&files);
        let compiled = dsl::compile(&opened.recueil, &opened.index).value;
        Ok(Self { files, opened, compiled: compiled.ok_or("the recueil does not compile")? })
    }

    fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(&self.compiled.lowered.program, &self.opened.sandbox)
    }

    /// Does something with a pool, so many times.
    fn over(&self, pool: &Pool, count: usize, does: impl Fn(&Evaluator<'_>, &Pool)) {
        let evaluator = self.evaluator();
        (0..count).for_each(|_| does(&evaluator, black_box(pool)));
    }

    fn pool(&self, example: &str) -> Result<Pool, Box<dyn Error>> {
        let text = std::fs::read(root().join("examples").join(example).with_extension("yaml"))?;
        let schema = &self.compiled.lowered.program.schema;
        let dossier = dossier::read(&text, Format::Yaml, schema, Forms::none())
            .map_err(|errors| format!("{errors:?}"))?;
        let date = dossier.date.ok_or("a dossier without a date")?;
        Ok(Pool { date, candidates: dossier.candidates })
    }
}

/// Compiles the whole recueil from its bytes.
fn compile(bench: &Bench, count: usize) -> Result<(), Box<dyn Error>> {
    for _ in 0..count {
        let opened = Opened::of(black_box(&bench.files));
        let compiled = dsl::compile(&opened.recueil, &opened.index).value;
        black_box(compiled.ok_or("the recueil does not compile")?);
    }
    Ok(())
}

/// Reads the dossier of the worked example.
fn read(bench: &Bench, count: usize) -> Result<(), Box<dyn Error>> {
    for _ in 0..count {
        black_box(bench.pool("lyon-6e")?);
    }
    Ok(())
}

/// Decides a candidate of whom nearly all is known.
fn single(bench: &Bench, count: usize) -> Result<(), Box<dyn Error>> {
    let mut pool = bench.pool("lyon-6e")?;
    pool.candidates.truncate(1);
    bench.over(&pool, count, |evaluator, pool| drop(black_box(evaluator.assess(pool))));
    Ok(())
}

/// Decides a candidate of whom little is known: what could change is bounded.
fn unknown(bench: &Bench, count: usize) -> Result<(), Box<dyn Error>> {
    let pool = bench.pool("un-candidat")?;
    bench.over(&pool, count, |evaluator, pool| drop(black_box(evaluator.assess(pool))));
    Ok(())
}

/// Ranks the candidates of the worked example, in words.
fn worded(bench: &Bench, count: usize) -> Result<(), Box<dyn Error>> {
    let pool = bench.pool("lyon-6e")?;
    bench.over(&pool, count, |evaluator, pool| drop(black_box(evaluator.rank(pool))));
    Ok(())
}

/// The same, in sentences alone, as the server answers.
fn sentences(bench: &Bench, count: usize) -> Result<(), Box<dyn Error>> {
    let pool = bench.pool("lyon-6e")?;
    bench.over(&pool, count, |evaluator, pool| drop(black_box(evaluator.tell_in_sentences(pool))));
    Ok(())
}

/// The same as [`worded`], and keeps the trace of one.
fn traced(bench: &Bench, count: usize) -> Result<(), Box<dyn Error>> {
    let pool = bench.pool("lyon-6e")?;
    bench.over(&pool, count, |evaluator, pool| drop(black_box(evaluator.rank_traced(pool, 0))));
    Ok(())
}

/// Evaluates a population by columns, under rules that kernels say whole.
fn by_columns(_: &Bench, count: usize) -> Result<(), Box<dyn Error>> {
    let bench = Bench::new("benches/recueil")?;
    let columns = Columns::new(Plans::new(bench.evaluator()));
    let day = Date::new(2019, 10, 15).ok_or("no such day")?;
    let filled = Filled::new(&bench.compiled.lowered.program.schema, ROWS);
    let batch = filled.batch(&columns, day)?;
    let pools: Vec<_> = (0..ROWS / OFFER).map(|at| at * OFFER..(at + 1) * OFFER).collect();
    let mut outcomes = Outcomes::default();
    for _ in 0..count {
        columns.evaluate(black_box(&batch), &pools, Asked::Points, &mut outcomes);
        if outcomes.walked > 0 || !outcomes.errors.is_empty() {
            return Err(format!("{} rows walked, {:?}", outcomes.walked, outcomes.errors).into());
        }
    }
    Ok(())
}

/// Returns the root of the repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Reads the files of a directory, by path from it.
fn files_of(dir: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![dir.to_path_buf()];
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(at)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(relative) = path.strip_prefix(dir) {
                files.insert(relative.to_string_lossy().into_owned(), std::fs::read(&path)?);
            }
        }
    }
    Ok(files)
}
