//! What was made of texts, remembered by their bytes, within a bound.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::hashing::Keyed;

/// Values by the bytes of the texts they were made of. When the bound is reached, what was not
/// asked for lately goes.
pub(crate) struct Remembered<V> {
    bound: usize,
    generations: RwLock<Generations<V>>,
}

/// What was asked for since the last change of generation, and what was before.
struct Generations<V> {
    young: Entries<V>,
    old: Entries<V>,
    /// The cost of the young ones.
    spent: usize,
}

type Entries<V> = HashMap<Arc<[u8]>, Entry<V>, Keyed>;

struct Entry<V> {
    value: V,
    cost: usize,
}

impl<V: Clone> Remembered<V> {
    /// Remembers values whose costs sum up to `bound` at most.
    pub(crate) fn new(bound: usize) -> Self {
        let generations = Generations { young: Entries::default(), old: Entries::default(), spent: 0 };
        Self { bound, generations: RwLock::new(generations) }
    }

    pub(crate) const fn bound(&self) -> usize {
        self.bound
    }

    /// The value for a text; it counts as young from now on.
    pub(crate) fn get(&self, text: &[u8]) -> Option<V> {
        {
            let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(entry) = generations.young.get(text) {
                return Some(entry.value.clone());
            }
            generations.old.get(text)?;
        }
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have moved it meanwhile.
        let Some((text, entry)) = generations.old.remove_entry(text) else {
            return generations.young.get(text).map(|entry| entry.value.clone());
        };
        let value = entry.value.clone();
        generations.keep(text, entry, self.bound / 2);
        Some(value)
    }

    /// Remembers a value, unless it alone costs more than half the bound.
    pub(crate) fn insert(&self, text: &Arc<[u8]>, value: V, cost: usize) {
        if cost > self.bound / 2 {
            return;
        }
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        generations.old.remove(&**text);
        generations.keep(Arc::clone(text), Entry { value, cost }, self.bound / 2);
    }

    /// How many values are remembered.
    pub(crate) fn len(&self) -> usize {
        let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        generations.young.len().saturating_add(generations.old.len())
    }
}

impl<V> Generations<V> {
    /// Takes a young one in; the young ones are the old ones when they fill half the bound.
    fn keep(&mut self, text: Arc<[u8]>, entry: Entry<V>, half: usize) {
        let cost = entry.cost;
        if self.spent.saturating_add(cost) > half {
            self.old = core::mem::take(&mut self.young);
            self.spent = 0;
        }
        if self.young.insert(text, entry).is_none() {
            self.spent = self.spent.saturating_add(cost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(n: usize) -> Arc<[u8]> {
        Arc::from(n.to_string().as_bytes())
    }

    #[test]
    fn the_bound_holds_and_what_is_used_stays() {
        let remembered = Remembered::new(20);
        remembered.insert(&text(0), 0, 1);
        for n in 1..1000 {
            remembered.insert(&text(n), n, 1);
            assert_eq!((remembered.get(&text(0)), remembered.get(&text(n))), (Some(0), Some(n)));
            assert!(remembered.len() <= 20, "{}", remembered.len());
        }
        assert_eq!(remembered.get(&text(1)), None);
        remembered.insert(&text(1), 1, 11);
        assert_eq!(remembered.get(&text(1)), None);
    }

    #[test]
    fn a_text_is_remembered_once() {
        let remembered = Remembered::new(20);
        (0..100).for_each(|n| remembered.insert(&text(7), n, 1));
        assert_eq!((remembered.len(), remembered.get(&text(7))), (1, Some(99)));
    }
}
