//! Vectors that serve again: an evaluation takes those that earlier ones have left in its thread.

use crate::reach::Reach;
use crate::scalar::Scalar;
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};
use std::thread::LocalKey;

/// How many vectors of a kind are left at most.
const VECTORS: usize = 8;

/// How many places a vector that is left has at most: more than a unit of rules, fewer than a large pool.
const PLACES: usize = 4_096;

/// The vectors that are left in a thread.
pub(crate) type Left<T> = RefCell<Vec<Vec<T>>>;

/// What such vectors hold.
pub(crate) trait Kept: Sized + 'static {
    /// Where they are left.
    const LEFT: &'static LocalKey<Left<Self>>;
}

thread_local! {
    static SCALARS: Left<Scalar> = const { RefCell::new(Vec::new()) };
    static REACHES: Left<Reach> = const { RefCell::new(Vec::new()) };
}

impl Kept for Scalar {
    const LEFT: &'static LocalKey<Left<Self>> = &SCALARS;
}

impl Kept for Reach {
    const LEFT: &'static LocalKey<Left<Self>> = &REACHES;
}

/// A vector that is left to others at its end.
#[derive(Debug)]
pub(crate) struct Scratch<T: Kept>(Vec<T>);

impl<T: Kept> Scratch<T> {
    /// Takes an empty vector.
    pub(crate) fn new() -> Self {
        let left = T::LEFT.try_with(|left| left.try_borrow_mut().ok()?.pop());
        Self(left.ok().flatten().unwrap_or_default())
    }

    /// Keeps it for good.
    pub(crate) fn into_vec(mut self) -> Vec<T> {
        std::mem::take(&mut self.0)
    }
}

impl<T: Kept + Clone> Scratch<T> {
    /// Takes a vector of one value.
    pub(crate) fn of(value: T, count: usize) -> Self {
        let mut vector = Self::new();
        vector.resize(count, value);
        vector
    }
}

impl<T: Kept> Deref for Scratch<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Kept> DerefMut for Scratch<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: Kept> Drop for Scratch<T> {
    fn drop(&mut self) {
        let mut vector = std::mem::take(&mut self.0);
        if vector.capacity() == 0 || vector.capacity() > PLACES {
            return;
        }
        vector.clear();
        let leave = |left: &Left<T>| {
            if let Ok(mut left) = left.try_borrow_mut()
                && left.len() < VECTORS
            {
                left.push(vector);
            }
        };
        // A thread that ends has no place left to put it.
        T::LEFT.try_with(leave).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_served_serves_again_and_is_empty() {
        let mut first = Scratch::<Scalar>::new();
        first.resize(100, Scalar::NoValue);
        let place = first.as_ptr();
        drop(first);
        let second = Scratch::<Scalar>::new();
        assert_eq!((second.as_ptr(), second.len()), (place, 0));
        let other = Scratch::of(Scalar::NoValue, 3);
        assert_ne!(other.as_ptr(), place, "one at a time has it");
        assert_eq!(other.len(), 3);
    }

    #[test]
    fn what_a_large_pool_took_is_given_back() {
        let large = Scratch::of(Scalar::NoValue, PLACES + 1);
        drop(large);
        let many: Vec<_> = (0..2 * VECTORS).map(|_| Scratch::of(Scalar::NoValue, 1)).collect();
        drop(many);
        SCALARS.with_borrow(|left| {
            assert_eq!(left.len(), VECTORS);
            assert!(left.iter().all(|vector| vector.capacity() <= PLACES));
        });
    }
}
