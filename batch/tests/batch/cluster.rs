//! The function on a cluster: a scheduler and two executors, processes of this machine on loopback. What they find is,
//! byte for byte, what one machine finds, also when one of them is killed in the middle.

use crate::given::{ALL, DAY, Given};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_bareme-lot");

/// How long anything of these may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// A process, killed at its end.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn serving(arguments: &[&str]) -> Process {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    Process(command.spawn().unwrap())
}

/// Waits until something holds.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn answers(at: SocketAddr) -> bool {
    TcpStream::connect(at).is_ok()
}

/// A scheduler and its executors.
struct Cluster {
    scheduler: SocketAddr,
    process: Process,
    executors: Vec<(Process, PathBuf)>,
}

impl Cluster {
    /// Starts one whose executors have libraries of their own.
    fn start(given: &Given, libraries: &[PathBuf]) -> Self {
        let scheduler = free();
        let at = scheduler.to_string();
        let process = serving(&["ordonnanceur", "--ecoute", &at]);
        until("the scheduler listens", || answers(scheduler));
        let executor = |(number, library): (usize, &PathBuf)| {
            let [address, orders] = [free(), free()];
            let work = given.path(&format!("travail-{number}"));
            std::fs::create_dir_all(&work).unwrap();
            let process = serving(&[
                "executeur",
                "--ecoute",
                &address.to_string(),
                "--ordres",
                &orders.to_string(),
                "--ordonnanceur",
                &at,
                "--recueils",
                library.to_str().unwrap(),
                "--travail",
                work.to_str().unwrap(),
            ]);
            until("an executor listens", || answers(address));
            (process, work)
        };
        let executors = libraries.iter().enumerate().map(executor).collect();
        Self { scheduler, process, executors }
    }
}

/// Prepares the noting of a population into a file, here or on a cluster.
fn noting(given: &Given, population: &Path, cluster: Option<&Cluster>, out: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["calculer", "--population", population.to_str().unwrap()]);
    command.arg("--recueils").arg(given.library()).args(["--recueil", &given.recueil]);
    command.args(["--date", DAY, "--requete", ALL, "--parties", "8"]);
    command.arg("--sortie").arg(out);
    if let Some(cluster) = cluster {
        command.args(["--grappe", &cluster.scheduler.to_string()]);
    }
    command
}

fn said(output: &Output) -> String {
    let texts =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    texts.concat()
}

/// Notes a population on this machine; returns the bytes of what is found.
fn alone(given: &Given, population: &Path) -> Vec<u8> {
    let out = given.path("seul.parquet");
    let output = noting(given, population, None, &out).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    std::fs::read(out).unwrap()
}

#[test]
fn two_executors_find_what_one_machine_finds() {
    let given = Given::new();
    let population = given.draw(900, 7, 4);
    let expected = alone(&given, &population);
    let cluster = Cluster::start(&given, &[given.library(), given.library()]);
    let out = given.path("grappe.parquet");
    let output = noting(&given, &population, Some(&cluster), &out).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(std::fs::read(&out).unwrap() == expected, "the same bytes");
    let worked = |(_, work): &(Process, PathBuf)| std::fs::read_dir(work).unwrap().next().is_some();
    assert!(cluster.executors.iter().all(worked), "both had a part");
}

#[test]
fn an_executor_that_dies_in_the_middle_changes_no_byte() {
    let given = Given::new();
    let population = given.draw(24_000, 96, 8);
    let expected = alone(&given, &population);
    let mut cluster = Cluster::start(&given, &[given.library(), given.library()]);
    let out = given.path("grappe.parquet");
    let mut command = noting(&given, &population, Some(&cluster), &out);
    let asked = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut victim, work) = cluster.executors.pop().unwrap();
    until("the one to die has begun", || std::fs::read_dir(&work).unwrap().next().is_some());
    victim.0.kill().unwrap();
    victim.0.wait().unwrap();
    assert!(!out.exists(), "it was in the middle");
    let output = asked.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(std::fs::read(&out).unwrap() == expected, "the same bytes");
}

#[test]
fn a_scheduler_that_dies_is_told_and_nothing_is_written() {
    let given = Given::new();
    let population = given.draw(24_000, 96, 8);
    let mut cluster = Cluster::start(&given, &[given.library()]);
    let out = given.path("grappe.parquet");
    let mut command = noting(&given, &population, Some(&cluster), &out);
    let asked = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let work = cluster.executors[0].1.clone();
    until("it has begun", || std::fs::read_dir(&work).unwrap().next().is_some());
    cluster.process.0.kill().unwrap();
    let output = asked.wait_with_output().unwrap();
    assert!(!output.status.success(), "{}", said(&output));
    let told = format!("bareme-lot : la grappe {} n'a rien rendu : ", cluster.scheduler);
    assert!(said(&output).starts_with(&told), "{}", said(&output));
    assert!(!out.exists() && !out.with_extension("en_cours").exists());
}

#[test]
fn an_executor_without_the_recueil_says_which_and_nothing_is_written() {
    let given = Given::new();
    let population = given.draw(60, 2, 2);
    let empty = given.path("vide");
    std::fs::create_dir_all(&empty).unwrap();
    let cluster = Cluster::start(&given, &[empty]);
    let out = given.path("grappe.parquet");
    let output = noting(&given, &population, Some(&cluster), &out).output().unwrap();
    assert!(!output.status.success());
    let told = format!("le recueil {} n'est pas dans la bibliothèque : copiez-y", given.recueil);
    assert!(said(&output).contains(&told), "{}", said(&output));
    assert!(!out.exists() && !out.with_extension("en_cours").exists());
}
