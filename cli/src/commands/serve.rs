//! `servir`: the HTTP interface, until it is told to stop.

mod configured;
mod demo;

use crate::arguments::Format;
use crate::arguments::registry::Place;
use crate::arguments::serve::Serve;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{self, Keys};
use crate::{files, render, store, terminal};
use configured::Told;
use registry::{Access, Registry, Settings, machine_clock};
use server::{App, Config, Ear, LogForm, Mistake, Reloader, Watching, asked_to_end};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// What is logged when the environment does not say: ours, and what goes wrong elsewhere.
const TRACES: &str = "warn,server=info,registry=info,sqlx=error";

/// What a demonstration logs: what goes wrong.
const DEMO_TRACES: &str = "warn,sqlx=error";

/// The variable that says what is logged.
const FILTER: &str = "BAREME_TRACES";

/// Runs the command.
pub fn run(arguments: &Serve, format: Format) -> Result<Exit, Failure> {
    if arguments.nouvelle_cle {
        return new_key(format);
    }
    let config = match configured::read(arguments)? {
        Told::Config(config) => *config,
        Told::Mistakes(path, mistakes) => return Ok(refused(path.as_deref(), &mistakes)),
    };
    let access = match config.access() {
        Ok(access) => access,
        Err(mistake) => return Ok(refused(None, &[mistake])),
    };
    let traces = match traces(if arguments.demo { DEMO_TRACES } else { TRACES }) {
        Ok(traces) => traces,
        Err(mistake) => return Ok(refused(None, &[mistake])),
    };
    if arguments.verifier_config {
        let address = config.address();
        terminal::answer(&format!("La configuration est bonne : écoute sur {address}\n"))?;
        return Ok(Exit::Yes);
    }
    log(config.journal, traces);
    if arguments.demo {
        let desk = demo::Desk::new(arguments.repertoire.as_deref())?;
        let config = Config { registre: Some(desk.registry()), cles: Some(desk.keys()), ..config };
        let keys = Keys::read_or_draw(&desk.keys(), demo::ORIGIN)?.0;
        serve(&config, access, keys, Purpose::Demonstration)?;
    } else {
        let keys = Keys::read(&store::directory(&place(&config))?)?;
        serve(&config, access, keys, Purpose::Work)?;
    }
    Ok(Exit::Yes)
}

/// What a server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To be tried: its registry is made, its example decided.
    Demonstration,
    /// To work, on a registry that is there.
    Work,
}

/// Serves until the process is told to end.
fn serve(
    config: &Config,
    access: server::Access,
    keys: Keys,
    purpose: Purpose,
) -> Result<(), Failure> {
    let place = place(config);
    let link_key = keys::links(&store::directory(&place)?)?.bytes();
    let settings = Settings {
        url: store::address(&place)?,
        master: keys.master,
        key: keys.log,
        cadence: 1,
        clock: machine_clock(),
    };
    let opening = match purpose {
        Purpose::Demonstration => Access::Create,
        Purpose::Work => Access::Write,
    };
    let runtime = Runtime::new()?;
    let registry = runtime.block_on(Registry::open_for(settings, opening))?;
    let reloader = Arc::new(begin(config, &runtime, &registry)?);
    let listener = listen(config, &runtime)?;
    let here = listener.local_addr()?;
    let mut behaviour = config.settings(link_key);
    if config.url_publique.is_none() {
        behaviour.public = format!("http://{here}");
    }
    let app = App::new(reloader.clone(), registry.clone(), access, behaviour);
    let state = app.clone();
    let told = move |attempt: &server::Attempt| state.metrics.looked(attempt.outcome.word());
    let judging = reloader.clone();
    std::thread::spawn(move || judging.judge());
    let watched = server::watch(reloader, ear(config), told).map_err(|_| Failure::Unwatched)?;
    if purpose == Purpose::Demonstration {
        terminal::answer(&demo::shown(&runtime, &app)?)?;
    }
    terminal::explain(&format!("Barème écoute sur http://{here} (Ctrl-C pour arrêter)\n"));
    terminal::flush()?;
    runtime.block_on(server::serve(listener, app, asked_to_end()))?;
    drop(watched);
    runtime.block_on(registry.leave());
    Ok(())
}

fn place(config: &Config) -> Place {
    Place { registre: config.registre.clone(), cles: config.cles.clone() }
}

fn ear(config: &Config) -> Ear {
    match config.surveillance {
        Watching::Evenements => Ear::Events,
        Watching::Releve => Ear::Polling,
    }
}

/// Makes the rules of the directory ready, or those that served last when they are not fit to.
fn begin(config: &Config, runtime: &Runtime, registry: &Registry) -> Result<Reloader, Failure> {
    let directory: PathBuf = files::locate(config.recueil.as_deref(), Path::new("."))?;
    let last_good = runtime.block_on(server::last_good(registry))?;
    let keeper = server::keeper(runtime.handle().clone(), registry.clone());
    Ok(Reloader::begin(&directory, keeper, last_good)?)
}

fn listen(config: &Config, runtime: &Runtime) -> Result<TcpListener, Failure> {
    let address = config.address();
    let listening = runtime.block_on(TcpListener::bind(address));
    listening.map_err(|error| Failure::Listen { address: address.to_string(), error })
}

/// Says what is wrong with a configuration, and how to mend it.
fn refused(path: Option<&Path>, mistakes: &[Mistake]) -> Exit {
    for mistake in mistakes {
        terminal::explain(&render::configuration(path, mistake));
    }
    Exit::Usage
}

/// Draws a key of access, and what a configuration keeps of it.
fn new_key(format: Format) -> Result<Exit, Failure> {
    let key = server::draw_key().map_err(|_| Failure::NoRandomness)?;
    let hash = server::hash_of(&key);
    match format {
        Format::Json => {
            terminal::answer_json(&serde_json::json!({ "cle": key, "empreinte": hash }))?;
        }
        Format::Humain | Format::Court => {
            let text = format!(
                "Clé, à donner et non à garder : {key}\nEmpreinte, pour « acces » : {hash}\n"
            );
            terminal::answer(&text)?;
        }
    }
    Ok(Exit::Yes)
}

/// Reads what is to be logged: levels, each of a part or of all the others. Errors: one that is no level.
fn traces(usual: &str) -> Result<Targets, Mistake> {
    let said = store::variable(FILTER);
    let said = said.as_deref().unwrap_or(usual);
    // A word alone would be the name of a part that nobody has, and nothing a level.
    let is_plain = |part: &str| {
        let level = part.rsplit_once('=').map_or(part, |(_, level)| level).trim();
        !level.is_empty() && level.parse::<LevelFilter>().is_ok()
    };
    let read = said.split(',').all(is_plain).then(|| said.parse().ok()).flatten();
    read.ok_or_else(|| Mistake {
        place: None,
        message: format!("« {FILTER} » ne dit pas ce que le journal doit garder"),
        help: format!(
            "écrivez un niveau, ou des niveaux par partie : « {FILTER}=warn,server=info »"
        ),
    })
}

/// Sends logs to the standard error. They hold no value of a person: routes are named by their pattern.
fn log(form: LogForm, traces: Targets) {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let kept = tracing_subscriber::registry().with(traces);
    // One that is set already stays: nothing is lost.
    let set = match form {
        LogForm::Texte => kept.with(lines.with_ansi(false)).try_init(),
        LogForm::Json => kept.with(lines.json().flatten_event(true)).try_init(),
    };
    drop(set);
}
