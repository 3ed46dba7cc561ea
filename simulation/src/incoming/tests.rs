//! What a table says before its first row, and what its cells are as texts.

use super::*;
use ::parquet::arrow::ArrowWriter;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampSecondArray,
};
use std::io::Write;
use std::sync::Arc;

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.reopen().unwrap()
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Result<Table, ReadError> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    Table::parquet(file(&writer.into_inner().unwrap()))
}

fn cells(table: &mut Table) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    while let Some(read) = table.read().unwrap() {
        read.unwrap();
        let row = (0..table.names.len()).map(|at| table.cell(at).text().into_owned());
        all.push(row.collect());
    }
    all
}

#[test]
fn parquet_cells_are_the_texts_of_a_dossier() {
    let decimals = Decimal128Array::from(vec![Some(160_050), None, Some(-5)]);
    let decimals = decimals.with_precision_and_scale(18, 2).unwrap();
    let mut table = parquet(vec![
        ("a", Arc::new(StringArray::from(vec![Some("é"), None, Some("0")]))),
        ("b", Arc::new(decimals)),
        ("c", Arc::new(Date32Array::from(vec![Some(18_184), Some(0), Some(i32::MAX)]))),
        ("d", Arc::new(Int64Array::from(vec![1, i64::MIN, 0]))),
    ])
    .unwrap();
    assert_eq!(table.count, Some(3));
    assert_eq!(table.kinds, [Incoming::Text, Incoming::Number, Incoming::Day, Incoming::Number]);
    let all = cells(&mut table);
    assert_eq!(
        all,
        [
            ["é", "1600.5", "2019-10-15", "1"],
            ["", "", "1970-01-01", "-9223372036854775808"],
            ["0", "-0.05", "9999-99-99", "0"],
        ]
    );
}

#[test]
fn floats_and_instants_are_refused_before_the_first_row() {
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![0.1]));
    assert!(matches!(parquet(vec![("x", floats)]), Err(ReadError::Float(name)) if name == "x"));
    let instants: ArrayRef = Arc::new(TimestampSecondArray::from(vec![0]));
    assert!(
        matches!(parquet(vec![("x", instants)]), Err(ReadError::Type { name, .. }) if name == "x")
    );
}

#[test]
fn csv_is_read_with_commas_or_semicolons_and_a_mark() {
    for bytes in [&b"a,b\n1,2\n"[..], b"a;b\r\n1;2\r\n", b"\xef\xbb\xbfa,b\n1,2", b"a , b\n1,2\n"] {
        let mut table = Table::csv(file(bytes)).unwrap();
        assert_eq!(table.names, ["a", "b"]);
        assert_eq!(cells(&mut table), [["1", "2"]]);
    }
}

#[test]
fn a_wrong_row_is_its_own_fault_and_the_next_is_read() {
    let mut table = Table::csv(file(b"a,b\n1\n1,2,3\n\xff,2\n\"x\ny\",2\n")).unwrap();
    let mut read = || table.read().unwrap();
    assert_eq!(read(), Some(Err(RowFault::Ragged)));
    assert_eq!(read(), Some(Err(RowFault::Ragged)));
    assert_eq!(read(), Some(Err(RowFault::Encoding)));
    assert_eq!(read(), Some(Ok(())));
    assert_eq!(read(), None);
    let long = [b"a\n\"".as_slice(), &vec![b'x'; LONGEST + 1]].concat();
    let mut table = Table::csv(file(&long)).unwrap();
    assert_eq!(table.read().unwrap(), Some(Err(RowFault::TooLong)));
}
