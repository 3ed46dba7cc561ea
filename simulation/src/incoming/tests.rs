//! What a table says before its first row, and what its cells are as texts.

use super::*;
use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::data_type::{
    ByteArray, ByteArrayType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
    Int96, Int96Type,
};
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use ::parquet::file::writer::SerializedFileWriter;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int8Array, Int16Array, Int32Array, Int64Array, LargeStringArray, NullArray, RecordBatch,
    StringArray, StringViewArray, TimestampMillisecondArray, UInt8Array, UInt16Array, UInt32Array,
    UInt64Array,
};
use arrow_schema::{Field, Schema};
use proptest::prelude::*;
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
    let texts: DictionaryArray<arrow_array::types::Int32Type> =
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
    let instants: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![0]));
    let told = parquet(vec![("x", instants)]);
    assert!(matches!(told, Err(ReadError::Type { name, ty }) if name == "x" && ty == "TIMESTAMP"));
}

/// A column as it is and as it may have been written by others, some of whose cells are not there.
fn column() -> impl Strategy<Value = ArrayRef> {
    fn all<T: std::fmt::Debug + Clone>(
        of: impl Strategy<Value = T>,
    ) -> impl Strategy<Value = Vec<Option<T>>> {
        // The same value comes again, as dictionaries like it.
        let few = proptest::collection::vec(of, 1..6);
        let place = proptest::option::weighted(0.8, any::<proptest::sample::Index>());
        (few, proptest::collection::vec(place, ROWS)).prop_map(|(few, places)| {
            places.into_iter().map(|place| place.map(|place| place.get(&few).clone())).collect()
        })
    }
    macro_rules! of {
        ($array:ty, $value:ty) => {
            all(any::<$value>()).prop_map(|values| -> ArrayRef { Arc::new(<$array>::from(values)) })
        };
    }
    let decimals = |precision: u8, most: i128| {
        all(-most..=most).prop_map(move |values| -> ArrayRef {
            let array = Decimal128Array::from(values);
            Arc::new(array.with_precision_and_scale(precision, 2).unwrap())
        })
    };
    let whole = all(any::<i64>()).prop_map(|mut values| -> ArrayRef {
        values.iter_mut().for_each(|value| *value = value.or(Some(0)));
        Arc::new(Int64Array::from(values))
    });
    prop_oneof![
        of!(Int8Array, i8),
        of!(Int16Array, i16),
        of!(Int32Array, i32),
        of!(Int64Array, i64),
        of!(UInt8Array, u8),
        of!(UInt16Array, u16),
        of!(UInt32Array, u32),
        of!(UInt64Array, u64),
        of!(Date32Array, i32),
        of!(BooleanArray, bool),
        decimals(9, 999_999_999),
        decimals(18, 999_999_999_999_999_999),
        decimals(38, 10_i128.pow(38) - 1),
        of!(StringArray, String),
        of!(LargeStringArray, String),
        of!(StringViewArray, String),
        Just(Arc::new(NullArray::new(ROWS)) as ArrayRef),
        whole,
    ]
}

/// How many rows the columns of [`column`] have.
const ROWS: usize = 60;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_file_has_the_cells_of_the_columns_that_were_written(
        columns in proptest::collection::vec(column(), 1..5),
        of_group in 1_usize..90,
        of_page in 1_usize..40,
        dictionary in any::<bool>(),
        second in any::<bool>(),
        snappy in any::<bool>(),
    ) {
        let names = (0..columns.len()).map(|at| format!("c{at}"));
        let fields = names.zip(&columns).map(|(name, column)| {
            Field::new(name, column.data_type().clone(), column.is_nullable())
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
        let version = if second { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
        let codec = if snappy { Compression::SNAPPY } else { Compression::UNCOMPRESSED };
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(of_group))
            .set_data_page_row_count_limit(of_page)
            .set_write_batch_size(of_page)
            .set_dictionary_enabled(dictionary)
            .set_writer_version(version)
            .set_compression(codec)
            .build();
        let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        let mut read = Table::parquet(file(&writer.into_inner().unwrap())).unwrap();
        let mut held = Table::held(&batch).unwrap();
        prop_assert_eq!(&read.kinds, &held.kinds);
        prop_assert_eq!(read.count, held.count);
        prop_assert_eq!(cells(&mut read), cells(&mut held));
    }
}

/// A file of one column of one value, annotated as the writer likes.
fn annotated<T: ::parquet::data_type::DataType>(
    column: &str,
    value: T::T,
) -> Result<Table, ReadError> {
    let end = if column.ends_with('}') { "" } else { ";" };
    let schema = format!("message table {{ {column}{end} }}");
    let schema = Arc::new(::parquet::schema::parser::parse_message_type(&schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<T>().write_batch(&[value], Some(&[1]), Some(&[0])).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    Table::parquet(file(&writer.into_inner().unwrap()))
}

#[test]
fn the_annotations_of_older_files_are_read_too() {
    let text = |table: Result<Table, ReadError>| cells(&mut table.unwrap()).concat().concat();
    let bytes = |value: &[u8]| ByteArray::from(value.to_vec());
    let whole = |column: &str, value| text(annotated::<Int32Type>(column, value));
    assert_eq!(whole("required int32 x (INT_8)", -8), "-8");
    assert_eq!(whole("optional int32 x (UINT_32)", -1), "4294967295");
    assert_eq!(whole("required int32 x (DATE)", 18_184), "2019-10-15");
    assert_eq!(whole("required int32 x (DECIMAL(9, 3))", -12_500), "-12.5");
    assert_eq!(
        text(annotated::<Int64Type>("required int64 x (UINT_64)", -1)),
        u64::MAX.to_string()
    );
    assert_eq!(text(annotated::<Int64Type>("required int64 x (DECIMAL(18, 2))", -5)), "-0.05");
    let binary =
        |column: &str, value: &[u8]| text(annotated::<ByteArrayType>(column, bytes(value)));
    assert_eq!(binary("required binary x (UTF8)", "é".as_bytes()), "é");
    assert_eq!(binary("required binary x (JSON)", b"1"), "1");
    for (value, says) in [(&[0xff_u8][..], "-0.1"), (&[0, 0xff], "25.5"), (&[], "0")] {
        assert_eq!(binary("required binary x (DECIMAL(20, 1))", value), says, "{value:?}");
    }
    let long = annotated::<ByteArrayType>("required binary x (DECIMAL(20, 1))", bytes(&[1; 17]));
    assert!(matches!(long.unwrap().read(), Err(ReadError::Damaged { rows: 0 })));
    let no_text = annotated::<ByteArrayType>("required binary x (UTF8)", bytes(&[0xff]));
    assert!(matches!(no_text.unwrap().read(), Err(ReadError::Damaged { rows: 0 })));
}

#[test]
fn what_is_no_simple_value_is_refused_by_the_word_of_parquet() {
    let whole = |column: &str| annotated::<Int32Type>(column, 1).err();
    let long = |column: &str| annotated::<Int64Type>(column, 1).err();
    let bytes = || ByteArray::from(vec![1; 3]);
    let refused = [
        (whole("repeated int32 x"), "REPEATED"),
        (whole("required group x { required int32 y; }"), "GROUP"),
        (whole("required group x (LIST) { repeated int32 y; }"), "LIST"),
        (whole("required int32 x (TIME_MILLIS)"), "TIME_MILLIS"),
        (long("required int64 x (TIMESTAMP_MICROS)"), "TIMESTAMP_MICROS"),
        (long("required int64 x (TIMESTAMP(MILLIS,true))"), "TIMESTAMP"),
        (annotated::<Int96Type>("required int96 x", Int96::new()).err(), "INT96"),
        (annotated::<ByteArrayType>("required binary x", bytes()).err(), "BYTE_ARRAY"),
        (annotated::<ByteArrayType>("required binary x (ENUM)", bytes()).err(), "ENUM"),
        (
            annotated::<ByteArrayType>("required binary x (DECIMAL(40, 19))", bytes()).err(),
            "DECIMAL",
        ),
        (
            annotated::<FixedLenByteArrayType>(
                "required fixed_len_byte_array(3) x",
                bytes().into(),
            )
            .err(),
            "FIXED_LEN_BYTE_ARRAY",
        ),
    ];
    for (told, word) in refused {
        let said = matches!(&told, Some(ReadError::Type { name, ty }) if name == "x" && ty == word);
        assert!(said, "{word}: {told:?}");
    }
    for float in [
        annotated::<DoubleType>("required double x", 0.1).err(),
        annotated::<FloatType>("required float x", 0.1).err(),
    ] {
        assert!(matches!(float, Some(ReadError::Float(name)) if name == "x"));
    }
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
