//! CEL: one program for each value, since an expression names nothing that others could read; each adds its
//! value to the context of those after it. It says nothing of its way.

use cel::{Context, Env, Program, Value};
use contestants::{RESULTS, Told, facts, read};
use std::collections::HashMap;
use std::sync::Arc;
use yardstick::by_hand::Values;
use yardstick::stage::serve;
use yardstick::{Contestant, Row};

/// The allocator of `bareme`, for all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), String> {
    serve::<Cel>()
}

/// What is computed, in order. What is not in [`RESULTS`] is a step towards what is.
const PROGRAMS: &[(&str, &str)] = &[
    ("points_age", "(today - born) / 10000 < 30 ? 70 : 0"),
    ("points_mobility", "moved >= 70 ? 70 : 0"),
    (
        "outside",
        "rent * 100 > 33 * income ? rent * 100 - 33 * income : \
         (rent * 100 < 26 * income ? 26 * income - rent * 100 : 0)",
    ),
    ("steps", "(outside + income - 1) / income"),
    ("points_effort", "steps > 10 ? 0 : 40 - 4 * steps"),
    ("points_turned_down", "turned_down ? 40 : 0"),
    ("points_declined", "declined ? -40 : 0"),
    ("points_seniority", "rank > 20 ? 0 : 21 - rank"),
    (
        "lines_als",
        "points_age + points_mobility + points_effort + points_turned_down + points_declined \
         + points_seniority",
    ),
    ("grid_als", "lines_als < 0 ? 0 : (lines_als > 240 ? 240 : lines_als)"),
    ("shared", "choice != 'anonyme'"),
    ("points_base", "shared && validated && (contributes || compensated) ? 240 : 0"),
    ("points_a", "shared && (recruited_far || commute > 40) ? 166 : 0"),
    (
        "points_b",
        "shared && (situation == 'apprenti' || (situation == 'cdi' && today - hired >= 20000)) \
         ? 80 : 0",
    ),
    ("points_c", "shared && (disabled || dependants >= 2) ? 34 : 0"),
    ("lines_company", "points_base + points_a + points_b + points_c"),
    ("grid_company", "lines_company > 520 ? 520 : lines_company"),
    ("grid_balance", "category == behind ? 240 : 0"),
    ("points_dwelling", "dwellings[dwelling]"),
    ("points_priority", "priority ? 50 : 0"),
    ("waited", "today - requested"),
    (
        "points_waiting",
        "waited < 20000 ? 0 : (waited < 30000 ? 5 : (waited < 50000 ? 10 : \
         (waited < 80000 ? 20 : 30)))",
    ),
    ("lines_territory", "points_dwelling + points_priority + points_waiting"),
    ("grid_territory", "lines_territory > 100 ? 100 : lines_territory"),
    ("total", "grid_als + grid_company + grid_balance + grid_territory"),
    ("eligible", "taxed <= ceilings[household > 6 ? 5 : household - 1] ? 1 : 0"),
];

const DWELLINGS: [(&str, i64); 8] = [
    ("sans_abri", 60),
    ("hébergement", 50),
    ("insalubre", 45),
    ("suroccupé", 35),
    ("chez_tiers", 30),
    ("temporaire", 25),
    ("locataire_privé", 10),
    ("locataire_social", 0),
];
const CEILINGS: [i64; 6] = [20_870, 27_870, 33_516, 40_462, 47_599, 53_644];

thread_local! {
    /// The tables, under every row.
    static TABLES: &'static Context<'static, 'static> = Box::leak(Box::new(tables()));
}

fn tables() -> Context<'static, 'static> {
    let mut context = Context::with_env(Arc::new(Env::stdlib()));
    let dwellings = DWELLINGS.iter().map(|(name, points)| ((*name).to_owned(), *points));
    context.add_variable_from_value("dwellings", dwellings.collect::<HashMap<String, i64>>());
    context.add_variable_from_value("ceilings", CEILINGS.to_vec());
    context
}

/// Compiled programs, each with where its value goes among the results.
pub struct Cel {
    programs: Vec<(&'static str, Program, Option<usize>)>,
    /// Another for each variant, so that no two policies are the same.
    _variant: Program,
}

impl Contestant for Cel {
    type Input = Context<'static, 'static>;
    const ROWS: usize = 98_000;
    const BATCH: usize = 4_900;

    fn compile(variant: u32) -> Result<Self, String> {
        let compiled = |(name, text): &(&'static str, &str)| {
            let program = Program::compile(text).map_err(|error| error.to_string())?;
            Ok((*name, program, RESULTS.iter().position(|result| result == name)))
        };
        let variant = Program::compile(&format!("rank + {variant}"));
        Ok(Self {
            programs: PROGRAMS.iter().map(compiled).collect::<Result<_, String>>()?,
            _variant: variant.map_err(|error| error.to_string())?,
        })
    }

    fn input(&self, row: &Row) -> Result<Self::Input, String> {
        let mut context = TABLES.with(|tables| tables.new_inner_scope());
        for (name, told) in facts(row) {
            match told {
                Told::Number(number) => context.add_variable_from_value(name, i64::from(number)),
                Told::Text(text) => context.add_variable_from_value(name, text),
                Told::Flag(flag) => context.add_variable_from_value(name, flag),
            }
        }
        Ok(context)
    }

    fn evaluate(&mut self, input: &Self::Input) -> Result<Values, String> {
        let mut context = input.new_inner_scope();
        let mut found = [None; RESULTS.len()];
        for (name, program, place) in &self.programs {
            let value = program.execute(&context).map_err(|error| format!("{name}: {error}"))?;
            if let (Some(slot), Value::Int(number)) =
                (place.and_then(|place| found.get_mut(place)), &value)
            {
                *slot = i16::try_from(*number).ok();
            }
            context.add_variable_from_value(*name, value);
        }
        read(|at| found.get(at).copied().flatten())
    }
}
