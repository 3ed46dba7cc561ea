//! What a table says before its first row, and what its cells are as texts.

use super::*;
use ::parquet::arrow::ArrowWriter;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, RecordBatch,
    StringArray, TimestampSecondArray, UInt8Array,
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
fn dictionaries_are_read_as_their_values() {
    let texts: DictionaryArray<Int32Type> =
        [Some("é"), None, Some("é"), Some("b")].into_iter().collect();
    let numbers = Int64Array::from(vec![7, -1]);
    let numbers = DictionaryArray::new(UInt8Array::from(vec![1, 0, 0, 1]), Arc::new(numbers));
    let plain = Int64Array::from(vec![1, 2, 3, 4]);
    let mut table =
        parquet(vec![("a", Arc::new(texts)), ("b", Arc::new(numbers)), ("c", Arc::new(plain))])
            .unwrap();
    assert_eq!(table.kinds, [Incoming::Text, Incoming::Number, Incoming::Number]);
    let all = cells(&mut table);
    assert_eq!(all, [["é", "-1", "1"], ["", "7", "2"], ["é", "7", "3"], ["b", "-1", "4"]]);
    let floats = Float64Array::from(vec![0.1]);
    let floats = DictionaryArray::new(UInt8Array::from(vec![0]), Arc::new(floats));
    let told = parquet(vec![("x", Arc::new(floats))]);
    assert!(matches!(told, Err(ReadError::Float(name)) if name == "x"));
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

/// A drawn population as Parquet.
fn drawn(size: u64) -> Vec<u8> {
    let population = crate::Population::new(1, size, None).unwrap();
    let headings = crate::Population::headings();
    let mut sink = crate::Sink::new(crate::Form::Parquet, &headings, Vec::new()).unwrap();
    population.rows().for_each(|row| sink.row(&row).unwrap());
    sink.end().unwrap()
}

/// Reads to the end, or to what stops it; tells how many rows were read.
fn read_on(bytes: &[u8]) -> (u64, Option<ReadError>) {
    let mut table = match Table::parquet(file(bytes)) {
        Ok(table) => table,
        Err(error) => return (0, Some(error)),
    };
    let mut rows = 0;
    loop {
        match table.read() {
            Ok(None) => return (rows, None),
            Ok(Some(_)) => rows += 1,
            Err(error) => return (rows, Some(error)),
        }
    }
}

#[test]
fn whatever_byte_is_changed_reading_ends_with_rows_or_an_error() {
    let whole = drawn(500);
    let (mut stopped, mut damaged) = (0, 0);
    for at in (0..whole.len()).step_by(whole.len() / 400) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let (rows, error) = read_on(&bytes);
        stopped += u64::from(error.is_some());
        damaged += u64::from(matches!(error, Some(ReadError::Damaged { .. })));
        assert!(error.is_some() || rows == 500, "{at}: {rows} rows");
    }
    assert!(stopped > 100 && damaged > 50, "{stopped}, {damaged}");
}

#[test]
fn a_file_that_is_cut_or_has_lost_its_middle_is_told() {
    let whole = drawn(20_000);
    assert!(matches!(read_on(&whole), (20_000, None)));
    for kept in [0, 3, 4, 11, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        let (rows, error) = read_on(&whole[..kept]);
        assert!(matches!((rows, error), (0, Some(ReadError::NotWhole))), "{kept}");
    }
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0);
    let (rows, error) = read_on(&bytes);
    let told = matches!(error, Some(ReadError::Damaged { rows: after }) if after == rows);
    assert!(told && rows < 20_000, "{rows} rows, {error:?}");
}

#[test]
fn a_codec_that_is_not_there_is_refused_before_the_first_row() {
    let whole = drawn(30);
    let footer = whole.len()
        - 8
        - u32::from_le_bytes(whole[whole.len() - 8..whole.len() - 4].try_into().unwrap()) as usize;
    // Snappy is 1 and ZSTD 6, twice as much as it is written: one of the twos of the footer is the codec.
    let twos = (footer..whole.len() - 8).filter(|at| whole[*at] == 2);
    let refused = twos.filter_map(|at| {
        let mut bytes = whole.clone();
        bytes[at] = 12;
        match read_on(&bytes) {
            (0, Some(ReadError::Codec { name, codec })) => Some((name, codec)),
            _ => None,
        }
    });
    let refused: Vec<(String, String)> = refused.collect();
    assert!(refused.contains(&("offre.loyer".to_owned(), "ZSTD".to_owned())), "{refused:?}");
}
