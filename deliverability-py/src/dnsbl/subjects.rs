//! What a sweep asks about, taken from an iterable of Python's as it is needed.

use core::net::IpAddr;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deliverability_core::dnsbl::Subject;
use deliverability_core::network::Network;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyString};

use crate::error::Unreadable;
use crate::input::Domain;

/// How many items are taken from the iterable at a time.
const AT_A_TIME: usize = 16;

/// The subjects that were taken and not asked about yet: an iterator that ends while there are
/// none, and goes on when more were [put in](Self::take_from).
#[derive(Clone, Default)]
pub(crate) struct Subjects(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    waiting: VecDeque<Source>,
    /// Whether the iterable has no more.
    ended: bool,
}

/// One item of the iterable.
enum Source {
    One(Subject),
    Each(Box<dyn Iterator<Item = IpAddr> + Send>),
}

impl Subjects {
    /// None at all.
    pub(crate) fn none() -> Self {
        let none = Self::default();
        none.lock().ended = true;
        none
    }

    /// Whether there are none left, but the iterable may have more.
    pub(crate) fn are_wanted(&self) -> bool {
        let taken = self.lock();
        taken.waiting.is_empty() && !taken.ended
    }

    /// Takes the next few items. What comes before one that cannot be read is kept.
    pub(crate) fn take_from(&self, iterator: &mut Bound<'_, PyIterator>) -> PyResult<()> {
        iterator.py().check_signals()?;
        for _ in 0..AT_A_TIME {
            let Some(item) = iterator.next() else {
                self.lock().ended = true;
                return Ok(());
            };
            let source = Source::of(&item?)?;
            self.lock().waiting.push_back(source);
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Iterator for Subjects {
    type Item = Subject;

    fn next(&mut self) -> Option<Subject> {
        let mut taken = self.lock();
        loop {
            if let Source::Each(addresses) = taken.waiting.front_mut()? {
                match addresses.next() {
                    Some(ip) => return Some(Subject::Ip(ip)),
                    None => drop(taken.waiting.pop_front()),
                }
            } else if let Some(Source::One(subject)) = taken.waiting.pop_front() {
                return Some(subject);
            }
        }
    }
}

impl Source {
    fn of(item: &Bound<'_, PyAny>) -> PyResult<Self> {
        if item.is_instance_of::<PyString>() {
            return Self::read(item);
        }
        // An interface of `ipaddress` is shown with its network, and is an address all the same.
        let address = if item.hasattr("ip")? { item.getattr("ip")? } else { item.clone() };
        if !address.hasattr("max_prefixlen")? {
            let shown = item.get_type().name()?;
            let expected = "addresses are str or objects of ipaddress: an address, a network or a domain name";
            return Err(PyTypeError::new_err(format!("{expected}, not {shown}")));
        }
        Self::read(address.str()?.as_any())
    }

    fn read(item: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = item.cast::<PyString>()?.to_string_lossy();
        if let Ok(ip) = text.parse() {
            return Ok(Self::One(Subject::Ip(ip)));
        }
        if let Ok(network) = text.parse::<Network>() {
            return Ok(Self::Each(Box::new(network.addresses())));
        }
        let last = text.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
        // No top-level domain is a number (RFC 3696 §2): this was to be an address.
        if text.contains([':', '/', '@']) || last.bytes().all(|byte| byte.is_ascii_digit()) {
            let error = "neither an address, a network such as 192.0.2.0/24 nor a domain name";
            return Err(Unreadable::whole("address", &error, "address", &text).into());
        }
        Ok(Self::One(Subject::Domain(item.extract::<Domain>()?.0)))
    }
}
