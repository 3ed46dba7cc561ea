//! What leaves is what was given, in each form, and a file that takes no more is told.

use super::*;

fn headings() -> Vec<Heading> {
    vec![
        Heading::new("nom", Kind::Text),
        Heading::new("vrai", Kind::Truth),
        Heading::new("entier", Kind::Whole),
        Heading::new("montant", Kind::Decimal(2)),
        Heading::new("jour", Kind::Day),
    ]
}

fn rows() -> Vec<Vec<Cell<'static>>> {
    let day = Date::new(2019, 10, 15).unwrap();
    vec![
        vec![
            Cell::of("a, \"b\"\nc"),
            Cell::Truth(true),
            Cell::Count(-3),
            Cell::Count(-123_450),
            Cell::Day(day),
        ],
        vec![Cell::Absent, Cell::Absent, Cell::Absent, Cell::Absent, Cell::Absent],
        vec![
            Cell::of("é"),
            Cell::Truth(false),
            Cell::Count(i64::MAX),
            Cell::Count(5),
            Cell::Day(day),
        ],
    ]
}

fn written(form: Form) -> Vec<u8> {
    let mut sink = Sink::new(form, &headings(), Vec::new()).unwrap();
    for row in rows() {
        sink.row(&row).unwrap();
    }
    sink.end().unwrap()
}

#[test]
fn texts_keep_their_signs_and_numbers_their_decimals() {
    let csv = String::from_utf8(written(Form::Csv)).unwrap();
    let expected = "nom,vrai,entier,montant,jour\n\"a, \"\"b\"\"\nc\",oui,-3,-1234.5,2019-10-15\n\
                    ,,,,\né,non,9223372036854775807,0.05,2019-10-15\n";
    assert_eq!(csv, expected);
    let json: serde_json::Value = serde_json::from_slice(&written(Form::Json)).unwrap();
    let first = json.get(0).unwrap();
    assert_eq!(first.get("nom").unwrap(), "a, \"b\"\nc");
    assert_eq!(first.get("montant").unwrap(), "-1234.5");
    assert_eq!(first.get("entier").unwrap(), -3);
    assert!(json.get(1).unwrap().as_object().unwrap().values().all(serde_json::Value::is_null));
}

#[test]
fn a_parquet_table_has_decimals_and_days() {
    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let scratch = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(scratch.path(), written(Form::Parquet)).unwrap();
    let file = std::fs::File::open(scratch.path()).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let types: Vec<String> =
        reader.schema().fields().iter().map(|field| field.data_type().to_string()).collect();
    assert_eq!(types, ["Utf8", "Boolean", "Int64", "Decimal128(18, 2)", "Date32"]);
    let batch = reader.build().unwrap().next().unwrap().unwrap();
    assert_eq!(batch.num_rows(), 3);
    assert!(batch.columns().iter().all(|column| column.is_null(1) && !column.is_null(2)));
}

/// Takes so many bytes, then none.
struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0 < bytes.len() {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_in_each_form() {
    for form in [Form::Csv, Form::Parquet, Form::Json] {
        for room in [0, 60] {
            let told = Sink::new(form, &headings(), Full(room)).and_then(|mut sink| {
                for _ in 0..20_000 {
                    rows().iter().try_for_each(|row| sink.row(row))?;
                }
                sink.end().map(drop)
            });
            assert!(told.is_err(), "{form:?} in {room} bytes");
        }
    }
}

#[test]
fn numbers_are_written_without_decimals_that_say_nothing() {
    for (count, scale, written) in
        [(0, 2, "0"), (5, 2, "0.05"), (-50, 2, "-0.5"), (1_200, 2, "12"), (7, 0, "7")]
    {
        assert_eq!(number(count, scale), written);
    }
    assert_eq!(number(i64::MIN.into(), 2), "-92233720368547758.08");
}

#[test]
fn a_form_is_the_end_of_a_name() {
    assert_eq!(Form::of_name("a.b.PARQUET"), Some(Form::Parquet));
    assert_eq!(Form::of_name("a.csv"), Some(Form::Csv));
    assert!(["csv", "a.xlsx", "", "a.csv.gz"].iter().all(|name| Form::of_name(name).is_none()));
}

#[test]
fn columns_that_are_not_those_of_the_headings_are_refused() {
    let filled = |fill: fn(&mut Filling<'_>)| {
        let headings = [Heading::new("nom", Kind::Text), Heading::new("points", Kind::Decimal(2))];
        let mut sink = Sink::new(Form::Parquet, &headings, Vec::new()).unwrap();
        sink.columns(fill)
    };
    let whole = filled(|into| {
        into.texts(["a", "b"].into_iter());
        into.wholes([Some(150), None].into_iter());
    });
    assert!(whole.is_ok(), "{whole:?}");
    let wrong: [fn(&mut Filling<'_>); 4] = [
        |into| into.texts(["a", "b"].into_iter()),
        |into| {
            into.wholes([Some(150), None].into_iter());
            into.texts(["a", "b"].into_iter());
        },
        |into| {
            into.texts(["a"].into_iter());
            into.wholes([Some(150), None].into_iter());
        },
        |into| {
            into.texts(["a"].into_iter());
            into.wholes([None].into_iter());
            into.truths(&[true]);
        },
    ];
    for (at, fill) in wrong.into_iter().enumerate() {
        assert!(matches!(filled(fill), Err(TableError::Columns)), "{at}");
    }
    let mut rows_alone = Sink::new(Form::Csv, &headings(), Vec::new()).unwrap();
    assert!(matches!(rows_alone.columns(|_| {}), Err(TableError::Columns)));
}
