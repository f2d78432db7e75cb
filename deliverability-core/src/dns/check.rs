//! Checks as pure functions of the answers known so far.

use core::cell::{Cell, RefCell};
use core::future::Future;

use super::{Answer, Answers, DnsError, Driver, Query, Resolver, Zone};

/// What is known of the DNS.
pub trait Known {
    /// The answer to `query`.
    ///
    /// # Errors
    ///
    /// `Err(q)`: not known yet, and `q` is what to ask. It need not be `query` itself: an
    /// [`Overlay`](super::Overlay) that lays a CNAME asks for its target.
    fn get(&self, query: &Query) -> Result<Answer, Query>;
}

impl<K: Known + ?Sized> Known for &K {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        (**self).get(query)
    }
}

impl<K: Known + ?Sized> Known for Box<K> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        (**self).get(query)
    }
}

/// Where a check stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<T> {
    /// Answers are missing.
    Need(Needed),
    /// Every answer was there.
    Done(T),
}

impl<T> Step<T> {
    /// The outcome, if the check is done.
    pub fn done(self) -> Option<T> {
        match self {
            Self::Done(outcome) => Some(outcome),
            Self::Need(_) => None,
        }
    }

    /// The outcome; what is needed instead is added to `needed`.
    pub fn or_need(self, needed: &mut Needed) -> Option<T> {
        match self {
            Self::Done(outcome) => Some(outcome),
            Self::Need(more) => {
                needed.extend(more);
                None
            }
        }
    }
}

/// The queries that a check waits for. At least one of them was not answered yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Needed {
    /// What a driver that asks as little as possible asks next: without them no step is progress.
    /// A check that wants many independent answers names the first here and foresees the rest, so
    /// that wide checks do not crowd out deep ones.
    pub blocking: Vec<Query>,
    /// What will be asked later as far as can be seen now, in the order wanted.
    pub foreseen: Vec<Query>,
}

impl Needed {
    /// The first of `missing` blocks, the rest is foreseen; `None` if nothing is missing.
    pub fn in_order(missing: impl IntoIterator<Item = Query>) -> Option<Self> {
        let mut missing = missing.into_iter();
        let first = missing.next()?;
        Some(Self { blocking: vec![first], foreseen: missing.collect() })
    }

    /// Adds another check's needs behind these: blocking to blocking, foreseen to foreseen.
    pub fn extend(&mut self, other: Self) {
        self.blocking.extend(other.blocking);
        self.foreseen.extend(other.foreseen);
    }

    /// Whether nothing is needed.
    pub fn is_empty(&self) -> bool {
        self.blocking.is_empty() && self.foreseen.is_empty()
    }
}

/// A check: a pure function from the answers known so far to an outcome, or to what to ask.
///
/// Same answers, same step: no clock, no I/O, no randomness. [`Check::step`] is the only method
/// to implement; the others run a check to its end, each for another kind of caller. All of them
/// give the same outcome.
///
/// Checks compose: references, boxes, tuples and `Vec`s of checks are checks. Put deep checks
/// (SPF) before wide ones (two hundred lists): what comes first is asked first.
///
/// ```
/// use deliverability_core::{dns::Zone, reverse_dns::Iprev, spf::CheckHost, Check};
///
/// let zone: Zone = r#"example.org TXT "v=spf1 ip4:192.0.2.1 -all""#.parse()?;
/// let ip = "192.0.2.1".parse()?;
/// let both = (CheckHost::new(ip, "amy@example.org"), Iprev::of(ip));
/// let (spf, iprev) = both.in_zone(&zone);
/// assert_eq!((spf.result().as_str(), iprev.result().as_str()), ("pass", "permerror"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Check {
    /// What the check finds. Evaluation cannot fail: failures are outcomes.
    type Outcome;

    /// The outcome, or the queries it still needs.
    fn step(&self, known: &dyn Known) -> Step<Self::Outcome>;

    /// Runs to the end over an async resolver: round trips are the depth of the question, not its
    /// width. Drop the future to cancel. See [`Driver`] for other ways to drive.
    ///
    /// # Panics
    ///
    /// If the check asks only for what it was already given, which is a bug in the check.
    fn run<'a, R: Resolver + ?Sized>(&'a self, resolver: &'a R) -> impl Future<Output = Self::Outcome> + Send + 'a
    where
        Self: Sized + Sync,
        Self::Outcome: Send,
    {
        async move { Driver::default().drive(self, resolver).await.0 }
    }

    /// Runs over a zone in memory, in one pass.
    fn in_zone(&self, zone: &Zone) -> Self::Outcome
    where
        Self: Sized,
    {
        match self.step(zone) {
            Step::Done(outcome) => outcome,
            Step::Need(_) => self.run_with(|query| zone.answer(query)),
        }
    }

    /// Runs over a blocking callback, in one pass, one query at a time, each asked once.
    fn run_with(&self, mut ask: impl FnMut(&Query) -> Answer) -> Self::Outcome
    where
        Self: Sized,
    {
        match self.try_run_with(|query| Ok::<_, core::convert::Infallible>(ask(query))) {
            Ok(outcome) => outcome,
            Err(never) => match never {},
        }
    }

    /// Runs over a blocking callback that may break off with an error of its own.
    ///
    /// # Errors
    ///
    /// The first error of the callback, after which it is not called again.
    ///
    /// # Panics
    ///
    /// If the check needs more although all it asked was answered, which is a bug in the check.
    fn try_run_with<E>(&self, ask: impl FnMut(&Query) -> Result<Answer, E>) -> Result<Self::Outcome, E>
    where
        Self: Sized,
    {
        let asking = Asking { ask: RefCell::new(ask), known: RefCell::default(), broken: Cell::new(None) };
        loop {
            let before = asking.known.borrow().len();
            let step = self.step(&asking);
            if let Some(error) = asking.broken.take() {
                return Err(error);
            }
            match step {
                Step::Done(outcome) => return Ok(outcome),
                // One pass does: a second one is for checks that note a query without asking it.
                Step::Need(needed) => {
                    for query in &needed.blocking {
                        let _ = asking.get(query);
                    }
                    if let Some(error) = asking.broken.take() {
                        return Err(error);
                    }
                    assert!(
                        asking.known.borrow().len() > before,
                        "a check asks only for what it was given: {needed:?}"
                    );
                }
            }
        }
    }

    /// Runs over recorded answers; what is missing is [`DnsError::NotRecorded`].
    fn replay(&self, answers: &Answers) -> Self::Outcome
    where
        Self: Sized,
    {
        self.run_with(|query| answers.get(query).cloned().unwrap_or(Err(DnsError::NotRecorded)))
    }
}

/// What a callback knows: everything, until it breaks off.
struct Asking<F, E> {
    ask: RefCell<F>,
    known: RefCell<Answers>,
    broken: Cell<Option<E>>,
}

impl<F: FnMut(&Query) -> Result<Answer, E>, E> Known for Asking<F, E> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        if let Some(answer) = self.known.borrow().get(query) {
            return Ok(answer.clone());
        }
        if let Some(error) = self.broken.take() {
            self.broken.set(Some(error));
            return Err(query.clone());
        }
        match (self.ask.borrow_mut())(query) {
            Ok(answer) => {
                self.known.borrow_mut().insert(query.clone(), answer.clone());
                Ok(answer)
            }
            Err(error) => {
                self.broken.set(Some(error));
                Err(query.clone())
            }
        }
    }
}

impl<C: Check + ?Sized> Check for &C {
    type Outcome = C::Outcome;

    fn step(&self, known: &dyn Known) -> Step<Self::Outcome> {
        (**self).step(known)
    }
}

impl<C: Check + ?Sized> Check for Box<C> {
    type Outcome = C::Outcome;

    fn step(&self, known: &dyn Known) -> Step<Self::Outcome> {
        (**self).step(known)
    }
}

impl<C: Check> Check for Vec<C> {
    type Outcome = Vec<C::Outcome>;

    fn step(&self, known: &dyn Known) -> Step<Self::Outcome> {
        let mut needed = Needed::default();
        let outcomes: Vec<_> = self.iter().filter_map(|check| check.step(known).or_need(&mut needed)).collect();
        if needed.is_empty() { Step::Done(outcomes) } else { Step::Need(needed) }
    }
}

macro_rules! check_tuples {
    ($($name:ident)+) => {
        impl<$($name: Check),+> Check for ($($name,)+) {
            type Outcome = ($($name::Outcome,)+);

            #[allow(non_snake_case, reason = "the type parameters name the parts")]
            fn step(&self, known: &dyn Known) -> Step<Self::Outcome> {
                let ($($name,)+) = self;
                let mut needed = Needed::default();
                $(let $name = $name.step(known).or_need(&mut needed);)+
                match ($($name,)+) {
                    ($(Some($name),)+) => Step::Done(($($name,)+)),
                    _ => Step::Need(needed),
                }
            }
        }
    };
}

check_tuples!(A);
check_tuples!(A B);
check_tuples!(A B C);
check_tuples!(A B C D);
check_tuples!(A B C D E);
check_tuples!(A B C D E F);
check_tuples!(A B C D E F G);
check_tuples!(A B C D E F G H);
