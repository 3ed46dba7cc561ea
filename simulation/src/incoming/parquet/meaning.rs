//! What the values of a column of Parquet mean: its annotation, or that of older files.

use super::super::{Incoming, ReadError};
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::schema::types::Type;

/// The most decimals of a number.
const DECIMALS: i32 = 18;

/// The most digits, and bytes, of a number.
const DIGITS: i32 = 38;
const BYTES: i32 = 16;

/// What values are, and how they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Always absent.
    Nothing,
    Text,
    Truth,
    /// Whole numbers of 32 bits, or counts of so many decimals.
    Small(u8),
    /// Whole numbers of 32 bits without a sign.
    SmallUnsigned,
    /// Whole numbers of 64 bits, or counts of so many decimals.
    Long(u8),
    /// Whole numbers of 64 bits without a sign.
    LongUnsigned,
    /// Counts of so many decimals, of as many bytes as they need.
    Bytes(u8),
    /// Counts of so many decimals, all of as many bytes.
    Fixed(u8),
    Day,
}

impl Meaning {
    /// Finds what a column means.
    ///
    /// Errors: floats, and what is no simple value.
    pub(super) fn of(field: &Type) -> Result<Self, ReadError> {
        let refused = |ty: String| ReadError::Type { name: field.name().to_owned(), ty };
        let info = field.get_basic_info();
        if info.has_repetition() && info.repetition() == Repetition::REPEATED {
            return Err(refused("REPEATED".to_owned()));
        }
        if field.is_group() {
            return Err(refused(annotation(field).unwrap_or_else(|| "GROUP".to_owned())));
        }
        let (physical, logical) = (field.get_physical_type(), info.logical_type_ref());
        if logical == Some(&LogicalType::Unknown) {
            return Ok(Self::Nothing);
        }
        let is_float = matches!(physical, Physical::FLOAT | Physical::DOUBLE)
            || logical == Some(&LogicalType::Float16);
        if is_float {
            return Err(ReadError::Float(field.name().to_owned()));
        }
        let ty = || annotation(field).unwrap_or_else(|| physical.to_string());
        Self::annotated(field).ok_or_else(|| refused(ty()))
    }

    /// Finds what an annotation means, or that of an older file. Absent: nothing that a cell is.
    fn annotated(field: &Type) -> Option<Self> {
        let (physical, info) = (field.get_physical_type(), field.get_basic_info());
        match (info.logical_type_ref(), info.converted_type()) {
            (Some(LogicalType::String | LogicalType::Json), _)
            | (None, ConvertedType::UTF8 | ConvertedType::JSON) => Self::text(physical),
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Self::day(physical),
            (Some(LogicalType::Integer(whole)), _) => Self::whole(physical, whole.is_signed),
            (Some(LogicalType::Decimal(it)), _) => Self::decimal(field, it.scale, it.precision),
            (None, ConvertedType::DECIMAL) => {
                Self::decimal(field, field.get_scale(), field.get_precision())
            }
            (
                None,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
            ) => Self::whole(physical, false),
            (
                None,
                ConvertedType::NONE
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64,
            ) => match physical {
                Physical::BOOLEAN => Some(Self::Truth),
                _ => Self::whole(physical, true),
            },
            _ => None,
        }
    }

    /// Returns the decimals of counts.
    pub(super) fn scale(self) -> u8 {
        match self {
            Self::Small(scale) | Self::Long(scale) | Self::Bytes(scale) | Self::Fixed(scale) => {
                scale
            }
            Self::Nothing
            | Self::Text
            | Self::Truth
            | Self::SmallUnsigned
            | Self::LongUnsigned
            | Self::Day => 0,
        }
    }

    fn text(physical: Physical) -> Option<Self> {
        (physical == Physical::BYTE_ARRAY).then_some(Self::Text)
    }

    fn day(physical: Physical) -> Option<Self> {
        (physical == Physical::INT32).then_some(Self::Day)
    }

    fn whole(physical: Physical, is_signed: bool) -> Option<Self> {
        match (physical, is_signed) {
            (Physical::INT32, true) => Some(Self::Small(0)),
            (Physical::INT32, false) => Some(Self::SmallUnsigned),
            (Physical::INT64, true) => Some(Self::Long(0)),
            (Physical::INT64, false) => Some(Self::LongUnsigned),
            _ => None,
        }
    }

    fn decimal(field: &Type, scale: i32, precision: i32) -> Option<Self> {
        if !(0..=DECIMALS).contains(&scale) || precision > DIGITS {
            return None;
        }
        let scale = u8::try_from(scale).ok()?;
        match field.get_physical_type() {
            Physical::INT32 => Some(Self::Small(scale)),
            Physical::INT64 => Some(Self::Long(scale)),
            Physical::BYTE_ARRAY => Some(Self::Bytes(scale)),
            Physical::FIXED_LEN_BYTE_ARRAY => {
                (1..=BYTES).contains(&length(field)).then_some(Self::Fixed(scale))
            }
            _ => None,
        }
    }

    /// Returns what its cells are.
    pub(super) fn incoming(self) -> Incoming {
        match self {
            Self::Nothing | Self::Text => Incoming::Text,
            Self::Truth => Incoming::Truth,
            Self::Day => Incoming::Day,
            Self::Small(_)
            | Self::SmallUnsigned
            | Self::Long(_)
            | Self::LongUnsigned
            | Self::Bytes(_)
            | Self::Fixed(_) => Incoming::Number,
        }
    }
}

fn length(field: &Type) -> i32 {
    match field {
        Type::PrimitiveType { type_length, .. } => *type_length,
        Type::GroupType { .. } => 0,
    }
}

/// Returns the word of Parquet for what a column means, where it has one.
fn annotation(field: &Type) -> Option<String> {
    let info = field.get_basic_info();
    if let Some(logical) = info.logical_type_ref() {
        let word = format!("{logical:?}");
        return Some(word.split(['(', ' ']).next().unwrap_or_default().to_uppercase());
    }
    match info.converted_type() {
        ConvertedType::NONE => None,
        converted => Some(converted.to_string()),
    }
}
