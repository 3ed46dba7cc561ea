//! ZEN: a decision graph (JDM) of three tables and the expressions of the lines; its trace is one of each node.

use contestants::{RESULTS, Told, facts, read};
use serde_json::{Map, Value};
use std::hint::black_box;
use std::rc::Rc;
use tokio::runtime::{Builder, Runtime};
use yardstick::by_hand::Values;
use yardstick::stage::serve;
use yardstick::{Contestant, Row};
use zen_engine::model::GraphContent;
use zen_engine::{Decision, EvaluationOptions, Variable};

const POLICY: &str = include_str!("../policies/als.jdm.json");
/// The expression that makes each variant another policy.
const VARIED: &str = "rank + 0";
const DEPTH: u8 = 10;

/// The allocator of `bareme`, for all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), String> {
    serve::<Zen>()
}

thread_local! {
    /// What its futures are polled by; they wait for nothing.
    static RUNTIME: Result<Rc<Runtime>, String> = Builder::new_current_thread()
        .build()
        .map(Rc::new)
        .map_err(|error| error.to_string());
}

/// A compiled graph.
pub struct Zen {
    decision: Decision,
    runtime: Rc<Runtime>,
}

impl Zen {
    fn run(
        &self,
        input: &Variable,
        trace: bool,
    ) -> Result<zen_engine::DecisionGraphResponse, String> {
        let options = EvaluationOptions { trace, max_depth: DEPTH };
        let evaluated = self.decision.evaluate_with_opts(input.clone(), options);
        self.runtime.block_on(evaluated).map_err(|error| error.to_string())
    }
}

impl Contestant for Zen {
    type Input = Variable;
    const ROWS: usize = 49_000;
    const BATCH: usize = 2_450;

    fn compile(variant: u32) -> Result<Self, String> {
        let text = POLICY.replace(VARIED, &format!("rank + {variant}"));
        let graph: GraphContent = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let mut decision = Decision::from(graph);
        decision.compile();
        Ok(Self { decision, runtime: RUNTIME.with(Clone::clone)? })
    }

    fn input(&self, row: &Row) -> Result<Variable, String> {
        let value = |told| match told {
            Told::Number(number) => Value::from(number),
            Told::Text(text) => Value::from(text),
            Told::Flag(flag) => Value::from(flag),
        };
        let facts = facts(row).into_iter().map(|(name, told)| (name.to_owned(), value(told)));
        Ok(Variable::from(Value::Object(facts.collect::<Map<_, _>>())))
    }

    fn evaluate(&mut self, input: &Variable) -> Result<Values, String> {
        let result = self.run(input, false)?.result;
        let object = result.as_object().ok_or("no object")?;
        let object = object.borrow();
        read(|at| i16::try_from(object.get_str(RESULTS.get(at)?)?.as_number()?).ok())
    }

    fn explain(&mut self, input: &Variable) -> Result<Option<()>, String> {
        let response = self.run(input, true)?;
        black_box(&response.result);
        black_box(response.trace.as_ref().ok_or("no trace")?);
        Ok(Some(()))
    }
}
