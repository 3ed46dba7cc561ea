//! regorus: Rego compiled to the code of its register machine. What is nearest to a reason is which lines of
//! the policy were reached, by its interpreter.

use contestants::{RESULTS, Told, facts, read};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, PolicyModule, Value, compile_policy_with_entrypoint};
use std::hint::black_box;
use yardstick::by_hand::Values;
use yardstick::stage::serve;
use yardstick::{Contestant, Row};

const POLICY: &str = include_str!("../policies/als.rego");
const DATA: &str = include_str!("../policies/als.data.json");
const ASKED: &str = "data.als.result";

/// The allocator of `bareme`, for all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), String> {
    serve::<Regorus>()
}

/// A compiled policy in its machine.
pub struct Regorus {
    machine: RegoVM,
    names: Vec<Value>,
    /// The interpreter, made when a first explanation is asked for.
    interpreter: Option<Engine>,
}

impl Contestant for Regorus {
    type Input = Value;
    const ROWS: usize = 49_000;
    const BATCH: usize = 2_450;

    fn compile(variant: u32) -> Result<Self, String> {
        machine(variant).map_err(|error| error.to_string()).map(|machine| Self {
            machine,
            names: RESULTS.iter().map(|name| Value::from(*name)).collect(),
            interpreter: None,
        })
    }

    fn input(&self, row: &Row) -> Result<Value, String> {
        let value = |told| match told {
            Told::Number(number) => Value::from(u64::from(number)),
            Told::Text(text) => Value::from(text),
            Told::Flag(flag) => Value::from(flag),
        };
        let mut input = Value::new_object();
        let object = input.as_object_mut().map_err(|error| error.to_string())?;
        for (name, told) in facts(row) {
            object.insert(Value::from(name), value(told));
        }
        Ok(input)
    }

    fn evaluate(&mut self, input: &Value) -> Result<Values, String> {
        self.machine.set_input(input.clone());
        let found = self.machine.execute_entry_point_by_index(0);
        let found = found.map_err(|error| error.to_string())?;
        let values = |at: usize| {
            let value = found.as_object().ok()?.get(self.names.get(at)?)?.as_i64().ok()?;
            i16::try_from(value).ok()
        };
        read(values)
    }

    fn explain(&mut self, input: &Value) -> Result<Option<()>, String> {
        let mut explained = || {
            if self.interpreter.is_none() {
                self.interpreter = Some(interpreter()?);
            }
            let Some(interpreter) = &mut self.interpreter else { return Ok(None) };
            interpreter.clear_coverage_data();
            interpreter.set_input(input.clone());
            black_box(interpreter.eval_rule(ASKED.to_owned())?);
            black_box(interpreter.get_coverage_report()?);
            Ok(Some(()))
        };
        explained().map_err(|error: Fault| error.to_string())
    }
}

type Fault = Box<dyn std::error::Error + Send + Sync>;

fn machine(variant: u32) -> Result<RegoVM, Fault> {
    let text = format!("{POLICY}\nvariant := {variant}\n");
    let data = Value::from_json_str(DATA)?;
    let module = PolicyModule { id: "als.rego".into(), content: text.as_str().into() };
    let compiled = compile_policy_with_entrypoint(data.clone(), &[module], ASKED.into())?;
    let program = Compiler::compile_from_policy(&compiled, &[ASKED])?;
    let mut machine = RegoVM::new_with_policy(compiled);
    machine.load_program(program);
    machine.set_data(data)?;
    Ok(machine)
}

fn interpreter() -> Result<Engine, Fault> {
    let mut engine = Engine::new();
    engine.add_policy("als.rego".to_owned(), POLICY.to_owned())?;
    engine.add_data(Value::from_json_str(DATA)?)?;
    engine.set_enable_coverage(true);
    Ok(engine)
}
