//! A slot says what a dossier says of the same text, whatever the short way that it took.

use super::*;
use crate::incoming::Held;
use arrow_array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringArray};
use engine::{EntityDef, Exact, FieldDef, Unit};
use proptest::prelude::*;

fn schema() -> Schema {
    let types = [
        Type::Number(Unit::NONE, NumberForm::Whole),
        Type::Number(Unit::NONE, NumberForm::Decimal),
        Type::Number(Unit::NONE, NumberForm::Percent),
        Type::Bool,
        Type::Date,
        Type::Text,
        Type::Code,
    ];
    let field = |(at, ty): (usize, Type)| FieldDef {
        optional: true,
        ..FieldDef::unmarked(EntityId(0), format!("f{at}"), "", ty)
    };
    let fields: Vec<FieldDef> = types.into_iter().enumerate().map(field).collect();
    let ids = (0..7).map(FieldId).collect();
    let entity = EntityDef { name: "e".to_owned(), label: None, list: false, fields: ids };
    Schema { enums: Vec::new(), entities: vec![entity], fields }
}

fn column(unit: Option<&str>, values: &[(&str, &str)]) -> Column {
    let values = values.iter().map(|(text, meant)| ((*text).to_owned(), (*meant).to_owned()));
    let unit = unit.map(str::to_owned);
    let (values, proof) = (values.collect(), Proven::As(Proof::Declared));
    Column { at: 0, named: Named::Field(FieldId(0)), unit, values, proof }
}

/// Reads the same text twice, the second time from what was kept, and gives back the facts.
fn read(schema: &Schema, id: FieldId, column: &Column, text: &str) -> Result<[Fact; 2], CellFault> {
    given(schema, id, column, Given::Text(text))
}

fn given(
    schema: &Schema,
    id: FieldId,
    column: &Column,
    given: Given<'_>,
) -> Result<[Fact; 2], CellFault> {
    let cells = Cells::new(schema);
    let mut field = Field::new(schema, id).unwrap();
    let mut once = |row| -> Result<Fact, CellFault> {
        let read = field.read(&cells, column, (given, Given::Absent))?;
        let beyond = field.push(row, read);
        Ok(beyond.map_or_else(|| field.fact(row), Fact::known))
    };
    Ok([once(0)?, once(1)?])
}

proptest! {
    #[test]
    fn a_slot_is_what_a_dossier_says(
        field in 0_u32..7,
        text in prop_oneof![
            "[0-9]{0,14}([.,][0-9]{0,3})?",
            "-?[0-9]{1,4}( [0-9]{3})?([.][0-9]{1,4})?( ?%)?",
            "(oui|non|true|null|Non communiqué| |2019-10-15|2019-02-30|0[0-9]{4})?",
            "\\PC{0,6}",
        ],
    ) {
        let schema = schema();
        let due = Cells::new(&schema).fact(FieldId(field), &text);
        let found = read(&schema, FieldId(field), &column(None, &[]), &text);
        match (due, found) {
            (Ok(state), Ok(facts)) => {
                for fact in facts {
                    prop_assert_eq!(&fact.state, &state);
                }
            }
            (due, found) => prop_assert_eq!(due.err(), found.err()),
        }
    }
}

/// A cell as a typed table holds it.
fn typed() -> impl Strategy<Value = Given<'static>> {
    prop_oneof![
        Just(Given::Absent),
        any::<bool>().prop_map(Given::Truth),
        any::<i32>().prop_map(Given::Day),
        (-800_000_i32..800_000).prop_map(Given::Day),
        (any::<i128>(), 0_u8..19).prop_map(|(count, scale)| Given::Number(count, scale)),
        (-1_000_i128..1_000_000, 0_u8..5).prop_map(|(count, scale)| Given::Number(count, scale)),
    ]
}

proptest! {
    #[test]
    fn a_typed_cell_is_what_a_dossier_says_of_its_text(field in 0_u32..7, cell in typed()) {
        let schema = schema();
        let due = Cells::new(&schema).fact(FieldId(field), &cell.text());
        let found = given(&schema, FieldId(field), &column(None, &[]), cell);
        match (due, found) {
            (Ok(state), Ok(facts)) => {
                for fact in facts {
                    prop_assert_eq!(&fact.state, &state);
                }
            }
            (due, found) => prop_assert_eq!(due.err(), found.err()),
        }
    }
}

#[test]
fn a_unit_and_values_change_what_a_text_means() {
    let schema = schema();
    let number = |text: &str, column: &Column| read(&schema, FieldId(2), column, text);
    let [fact, again] = number("31.25", &column(Some(" %"), &[])).unwrap();
    let rate = Exact::fraction(3_125, 10_000).map(Value::Number).unwrap();
    assert_eq!(
        (&fact.state, &again.state),
        (&FactState::Known(rate.clone()), &FactState::Known(rate))
    );
    let whole = read(&schema, FieldId(0), &column(None, &[("deux", "2")]), "deux").unwrap();
    assert_eq!(whole[0].state, FactState::Known(Value::Number(Exact::whole(2))));
    assert!(read(&schema, FieldId(0), &column(None, &[("deux", "2")]), "trois").is_err());
    assert!(read(&schema, FieldId(0), &column(Some(" km"), &[]), "2").is_err());
}

#[test]
fn rows_that_no_slot_says_are_cases() {
    let schema = schema();
    let columns = [Column { named: Named::Field(FieldId(1)), ..column(None, &[]) }];
    let mut cells = Cells::new(&schema);
    let mut facts = Facts::new(&schema, &columns);
    for text in ["1.25", "1.255", ""] {
        let cell =
            facts.read(0, &mut cells, &columns[0], Given::Text(text), Given::Absent).unwrap();
        facts.push(0, [(0, cell)]);
    }
    assert_eq!(facts.rows(), 3);
    assert_eq!(facts.cases.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1]);
    facts.clear();
    assert_eq!((facts.rows(), facts.cases.len()), (0, 0));
}

#[test]
fn a_level_is_that_of_the_mapping_or_of_its_column() {
    let schema = schema();
    let cells = Cells::new(&schema);
    let mut field = Field::new(&schema, FieldId(1)).unwrap();
    let by = Column { proof: Proven::By(1), ..column(None, &[]) };
    let levels = [
        ("", Ok(Proof::Declared)),
        ("Déclaré", Ok(Proof::Declared)),
        ("vérifié", Ok(Proof::Verified)),
        ("validé", Ok(Proof::Validated(None))),
        (
            " validé  par commission d'appel ",
            Ok(Proof::Validated(Some("commission d'appel".into()))),
        ),
        ("oui", Err(())),
        ("validé par", Err(())),
        ("validé par ", Err(())),
        ("vérifié par commission", Err(())),
    ];
    let mut row = 0;
    for (level, due) in levels {
        // A third decimal, which no slot says, keeps its level too.
        for value in ["12.5", "12.555"] {
            let read = field.read(&cells, &by, (Given::Text(value), Given::Text(level)));
            assert_eq!(read.is_ok(), due.is_ok(), "{level}");
            if let (Ok(read), Ok(proof)) = (read, &due) {
                let beyond = field.push(row, read);
                assert_eq!((field.proof(row), beyond.is_some()), (proof.clone(), value.len() > 4));
                row += 1;
            }
        }
    }
    let nothing = field.read(&cells, &by, (Given::Absent, Given::Text("oui"))).unwrap();
    assert_eq!(nothing, Read { slot: Slot::Missing, proof: 0 }, "what is unknown has no level");
    for number in 0..300 {
        let level = format!("validé par {number}");
        let read = field.read(&cells, &by, (Given::Text("1"), Given::Text(&level)));
        assert_eq!(read.is_ok(), number < 252, "{number}");
    }
    let all = Column { proof: Proven::As(Proof::Verified), ..column(None, &[]) };
    let read = field.read(&cells, &all, (Given::Text("1"), Given::Absent)).unwrap();
    assert_eq!(field.levels[usize::from(read.proof)], Proof::Verified);
}

/// A column of a typed table, some of whose cells are not there.
fn array() -> impl Strategy<Value = ArrayRef> {
    let day = proptest::option::weighted(0.9, -800_000_i32..800_000);
    let whole = proptest::option::weighted(0.9, prop_oneof![0_i64..4_000, any::<i64>()]);
    let fine = proptest::option::weighted(
        0.9,
        prop_oneof![0_i128..400_000, any::<i64>().prop_map(i128::from)],
    );
    let text = proptest::option::weighted(0.9, "(oui|non|12|1[.]5|Non communiqué||2019-10-15|zut)");
    let truth = proptest::option::weighted(0.9, any::<bool>());
    let decimals = |scale: i8| {
        move |values: Vec<Option<i128>>| -> ArrayRef {
            let array = Decimal128Array::from(values).with_precision_and_scale(38, scale).unwrap();
            Arc::new(array)
        }
    };
    let all = |of| proptest::collection::vec(of, 0..40);
    prop_oneof![
        all(day).prop_map(|values| -> ArrayRef { Arc::new(Date32Array::from(values)) }),
        proptest::collection::vec(whole, 0..40)
            .prop_map(|values| -> ArrayRef { Arc::new(Int64Array::from(values)) }),
        proptest::collection::vec(fine.clone(), 0..40).prop_map(decimals(2)),
        proptest::collection::vec(fine, 0..40).prop_map(decimals(4)),
        proptest::collection::vec(truth, 0..40)
            .prop_map(|values| -> ArrayRef { Arc::new(BooleanArray::from(values)) }),
        proptest::collection::vec(text, 0..40)
            .prop_map(|values| -> ArrayRef { Arc::new(StringArray::from(values)) }),
    ]
}

proptest! {
    #[test]
    fn a_block_read_at_once_says_what_its_cells_say(
        field in 0_u32..7,
        array in array(),
        from in 0_usize..20,
        gaps in proptest::collection::vec(any::<bool>(), 40),
        level in 0_usize..2,
    ) {
        let schema = schema();
        let proof = Proven::As([Proof::Declared, Proof::Verified][level].clone());
        let columns = [Column { named: Named::Field(FieldId(field)), proof, ..column(None, &[]) }];
        let (held, mut cells) = ([Held::of(&array)], Cells::new(&schema));
        let rows = from.min(array.len())..array.len();
        let mut facts = Facts::new(&schema, &columns);
        facts.look_ahead(&cells, &columns, &Block { number: 0, columns: &held, rows: rows.clone() });
        let is_seen = facts.odd().is_empty();
        let (mut plain, mut added) = (Facts::new(&schema, &columns), 0);
        for row in rows {
            let read = plain.read(0, &mut cells, &columns[0], held[0].cell(row), Given::Absent);
            prop_assert_eq!(facts.seen(0, row).is_some(), is_seen);
            let Ok(cell) = read else {
                prop_assert!(!is_seen, "a mistake is seen cell by cell");
                continue;
            };
            if let Some(seen) = facts.seen(0, row) {
                let says = |cell: &Cell| match cell {
                    Cell::Fact(Read { slot, .. }) => slot.clone(),
                    Cell::List(_) => Slot::Withheld,
                };
                prop_assert_eq!(says(&seen), says(&cell));
            }
            // Some rows stay out, as those do that are wrong elsewhere.
            if gaps[row] {
                let one = (!is_seen).then(|| (0, cell.clone()));
                if let Some((_, cell)) = &one {
                    // The cell of another reader: its levels are its own.
                    let own = facts.read(0, &mut cells, &columns[0], held[0].cell(row), Given::Absent);
                    prop_assert!(own.is_ok(), "{cell:?}");
                    facts.push(row, [(0, own.unwrap())]);
                } else {
                    facts.push(row, []);
                }
                plain.push(row, [(0, cell)]);
                added += 1;
            }
        }
        facts.settle();
        prop_assert_eq!((facts.rows(), plain.rows()), (added, added));
        for row in 0..added {
            prop_assert_eq!(facts.fact(0, row), plain.fact(0, row));
        }
        prop_assert_eq!(facts.cases.len(), plain.cases.len());
        if let Some(Target::Field(field)) = facts.targets.first().filter(|_| field != 5 && field != 6) {
            prop_assert_eq!((field.values.len(), field.proofs.len()), (added, added));
            prop_assert_eq!(field.withheld.len(), added.div_ceil(8));
            prop_assert_eq!(field.known.len(), added.div_ceil(8));
        }
    }
}
