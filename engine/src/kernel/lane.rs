//! Lanes: whole numbers of 64 bits, or of 32 where ranges prove that nothing is wider. Vectors of these hold
//! twice as many.

use super::block::ROWS;
use std::ops::{BitAnd, BitOr, BitXor};

/// A whole number of a block. Arithmetic keeps its lowest bits, which are all where it fits.
pub(crate) trait Lane:
    Copy
    + Default
    + Ord
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + 'static
{
    /// A block of zeros.
    const ZEROS: &'static [Self; ROWS];
    /// Keeps the lowest bits of a number.
    fn of(wide: i64) -> Self;
    fn wide(self) -> i64;
    fn plus(self, more: Self) -> Self;
    fn minus(self, less: Self) -> Self;
    fn times(self, by: Self) -> Self;
    fn negated(self) -> Self;
    /// Returns a number that is 0, or none of 32 bits where this one is none.
    fn width(self) -> i64;
}

macro_rules! lane {
    ($lane:ty, $of:expr, $width:expr) => {
        impl Lane for $lane {
            const ZEROS: &'static [Self; ROWS] = &[0; ROWS];

            #[inline]
            fn of(wide: i64) -> Self {
                $of(wide)
            }

            #[inline]
            fn wide(self) -> i64 {
                self.into()
            }

            #[inline]
            fn plus(self, more: Self) -> Self {
                self.wrapping_add(more)
            }

            #[inline]
            fn minus(self, less: Self) -> Self {
                self.wrapping_sub(less)
            }

            #[inline]
            fn times(self, by: Self) -> Self {
                self.wrapping_mul(by)
            }

            #[inline]
            fn negated(self) -> Self {
                self.wrapping_neg()
            }

            #[inline]
            fn width(self) -> i64 {
                $width(self)
            }
        }
    };
}

lane!(i64, std::convert::identity, |lane: i64| lane ^ (lane >> 63));
lane!(i32, lowest, |_: i32| 0);

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lowest bits are asked")]
fn lowest(wide: i64) -> i32 {
    wide as i32
}
