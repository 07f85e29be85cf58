use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Limits how many permits each key holds at a time, so that one can't take them all.
#[derive(Debug)]
pub struct Limiter<K> {
    max: usize,
    held: Arc<Mutex<HashMap<K, usize>>>,
}

/// A permit of a [`Limiter`], until it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Permit<K: Copy + Eq + Hash> {
    limiter: Limiter<K>,
    key: K,
}

impl<K: Copy + Eq + Hash> Limiter<K> {
    /// `max` is the number of permits for each key.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self {
            max,
            held: Arc::default(),
        }
    }

    /// `None` when the key holds all of its permits.
    #[must_use]
    pub fn try_acquire(&self, key: K) -> Option<Permit<K>> {
        let mut held = self.lock();
        let number = held.entry(key).or_default();
        if *number >= self.max {
            return None;
        }
        *number += 1;
        Some(Permit {
            limiter: self.clone(),
            key,
        })
    }

    /// No change under the lock can be left half done, so a poisoned lock is usable.
    fn lock(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Clone for Limiter<K> {
    fn clone(&self) -> Self {
        Self {
            max: self.max,
            held: Arc::clone(&self.held),
        }
    }
}

impl<K: Copy + Eq + Hash> Drop for Permit<K> {
    fn drop(&mut self) {
        let mut held = self.limiter.lock();
        match held.get_mut(&self.key) {
            Some(number) if *number > 1 => *number -= 1,
            _ => {
                held.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_all_its_permits_keeps_no_other_out() {
        let limiter = Limiter::new(2);
        let (first, second) = (
            limiter.try_acquire("here").unwrap(),
            limiter.try_acquire("here").unwrap(),
        );
        assert!(limiter.try_acquire("here").is_none());
        assert!(limiter.try_acquire("there").is_some());
        drop(first);
        let third = limiter.try_acquire("here").unwrap();
        assert!(limiter.try_acquire("here").is_none());
        drop((second, third));
        assert!(
            limiter.lock().is_empty(),
            "nothing is kept of keys without permits"
        );
    }
}
