//! Things by name, found first where the texts before had them: programs write their keys in one order.

/// Things by name.
pub(super) struct Names<T> {
    all: Vec<Named<T>>,
    /// Which came after each, the last time, by place; at 0, which came first.
    after: Vec<usize>,
}

struct Named<T> {
    name: Box<str>,
    /// The last text that had it.
    met: u64,
    is: T,
}

/// Where one is in a text: after which other; 0 is the beginning.
#[derive(Clone, Copy, Default)]
pub(super) struct After(usize);

impl<T> Names<T> {
    /// Names things.
    pub(super) fn new<'n>(all: impl IntoIterator<Item = (&'n str, T)>) -> Self {
        let named = all.into_iter().map(|(name, is)| Named { name: name.into(), met: 0, is });
        let all: Vec<_> = named.collect();
        let after = (0..=all.len()).collect();
        Self { all, after }
    }

    /// Lists them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.all.iter().map(|named| &named.is)
    }

    /// Finds one by its name, in a text of a number, after another. Absent: nothing has this name, or the text
    /// had it before.
    pub(super) fn find(&mut self, name: &str, after: After, text: u64) -> Option<After> {
        let guess = self.after.get_mut(after.0)?;
        if self.all.get(*guess).is_none_or(|named| *named.name != *name) {
            *guess = self.all.iter().position(|named| *named.name == *name)?;
        }
        let (place, named) = (*guess, self.all.get_mut(*guess)?);
        let is_first = std::mem::replace(&mut named.met, text) != text;
        is_first.then_some(After(place + 1))
    }

    /// Returns what was found.
    pub(super) fn get(&mut self, found: After) -> Option<&mut T> {
        self.all.get_mut(found.0.checked_sub(1)?).map(|named| &mut named.is)
    }
}
