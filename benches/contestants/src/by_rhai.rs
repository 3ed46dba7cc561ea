//! Rhai: one function, its tree optimised once, called for each row. It says nothing of its way.

use contestants::{Told, facts, read};
use rhai::{AST, Array, Dynamic, Engine, ImmutableString, Map, OptimizationLevel, Scope};
use std::rc::Rc;
use yardstick::by_hand::Values;
use yardstick::stage::serve;
use yardstick::{Contestant, Row};

const POLICY: &str = include_str!("../policies/als.rhai");

/// The allocator of `bareme`, for all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), String> {
    serve::<Rhai>()
}

thread_local! {
    /// One engine for every script: making one registers the whole library.
    static ENGINE: Rc<Engine> = Rc::new(engine());
}

fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::Full);
    engine
}

/// A compiled script.
pub struct Rhai {
    engine: Rc<Engine>,
    script: AST,
    scope: Scope<'static>,
}

impl Contestant for Rhai {
    type Input = Dynamic;
    const ROWS: usize = 98_000;
    const BATCH: usize = 4_900;

    fn compile(variant: u32) -> Result<Self, String> {
        let engine = ENGINE.with(Rc::clone);
        let text = format!("{POLICY}\nfn variant() {{ {variant} }}\n");
        let script = engine.compile(text).map_err(|error| error.to_string())?;
        Ok(Self { engine, script, scope: Scope::new() })
    }

    /// A shared map: handing it to the function copies nothing.
    fn input(&self, row: &Row) -> Result<Dynamic, String> {
        let value = |told| match told {
            Told::Number(number) => Dynamic::from_int(i64::from(number)),
            Told::Text(text) => Dynamic::from(ImmutableString::from(text)),
            Told::Flag(flag) => Dynamic::from_bool(flag),
        };
        let facts = facts(row).into_iter().map(|(name, told)| (name.into(), value(told)));
        Ok(Dynamic::from_map(facts.collect::<Map>()).into_shared())
    }

    fn evaluate(&mut self, input: &Dynamic) -> Result<Values, String> {
        let Self { engine, script, scope } = self;
        let called = engine.call_fn::<Array>(scope, script, "evaluate", (input.clone(),));
        let values = called.map_err(|error| error.to_string())?;
        read(|at| i16::try_from(values.get(at)?.as_int().ok()?).ok())
    }
}
