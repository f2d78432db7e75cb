//! Many subjects × many lists (RFC 5782), as a stream: results as they come, in bounded memory.

mod asking;
mod cell;
mod journal;
mod past;
mod progress;
mod watch;

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::collections::VecDeque;

use futures_util::Stream;
use futures_util::stream::FuturesUnordered;

use self::asking::{Done, ask_question, ask_tests};
pub use self::cell::{Cell, Tests};
pub use self::journal::{Entry, Journal, JournalError};
use self::past::Past;
pub use self::progress::Progress;
use self::watch::{State, Watch};
use super::catalogue::default_lists;
use super::list::List;
use super::query_name::Subject;
use crate::dns::Resolver;
use crate::network;

/// Subjects that wait for one list while its test points are asked.
const PARKED: usize = 4096;
/// Cells passed over, settled or none, before others have their turn.
const PASSED_OVER: usize = 4096;
/// Failures of one list in a row after which it is left alone.
const PATIENCE: u32 = 8;

/// Asks lists about many subjects: a stream of [`Cell`]s, one for each subject and each list that
/// holds such subjects, in the order in which they are known.
///
/// - The test points of a list are asked before its first question, once, and again after an hour.
///   A list that cannot be believed whatever it answers, because they refuse, are silent or show
///   that it lists the world, is asked nothing.
/// - A list that refuses is left alone for the rest of the run. One that fails eight times in a
///   row, or whose test points fail, is left alone for an hour. Its cells are
///   [unknown](Cell::is_unknown) for that reason, and were [not asked](Cell::was_asked).
/// - Each question is asked once, and TXT after a hit only.
/// - At most [`Sweep::in_flight`] cells are under way, of one list at most a quarter of that
///   (more where there are fewer lists). Memory is bounded by that, by the number of lists and by
///   what [`Sweep::resume`] was given, however many subjects there are: they are taken from the
///   iterator one by one.
///
/// Dropping it cancels what is under way; [`Sweep::finish`] waits for that and begins nothing new.
/// With a [`Journal`] a stopped sweep goes on where it was.
///
/// ```
/// use deliverability_core::dns::Zone;
/// use deliverability_core::dnsbl::{Kind, List, sweep::Sweep};
/// use deliverability_core::network::Network;
/// use futures_util::StreamExt as _;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let zone: Zone = "2.0.0.127.bl.example A 127.0.0.2\n7.2.0.192.bl.example A 127.0.0.3".parse()?;
/// let list = List::new("bl.example".parse()?, Kind::Ip).with_rfc_test_points();
/// let network: Network = "192.0.2.0/28".parse()?;
/// let mut sweep = Sweep::of(network.addresses(), &zone).lists([list]);
/// while let Some(cell) = sweep.next().await {
///     if cell.is_listed() {
///         assert_eq!(cell.to_string(), "192.0.2.7 bl.example: listed: 127.0.0.3");
///     }
/// }
/// assert_eq!((sweep.progress().settled, sweep.progress().listed), (16, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap().unwrap();
/// ```
pub struct Sweep<'a, R: 'a> {
    subjects: Box<dyn Iterator<Item = Subject> + Send + 'a>,
    /// The subject whose cells are being handed out, and the next list to ask about it.
    current: Option<(Subject, usize)>,
    resolver: R,
    watches: Vec<Watch>,
    in_flight: usize,
    under_way: FuturesUnordered<Pin<Box<dyn Future<Output = Done> + Send + 'a>>>,
    /// Cells that nobody need be asked about.
    ready: VecDeque<Cell>,
    past: Past,
    progress: Progress,
    finishing: bool,
}

impl<'a, R: Resolver + Clone + 'a> Sweep<'a, R> {
    /// Asks about these subjects: addresses (IPv4-mapped ones as IPv4) or domain names, taken one
    /// by one. `resolver` is one that is cheap to clone, as a reference or an `Arc` is.
    ///
    /// Without [`Sweep::lists`] the [`default_lists`] are asked.
    pub fn of<S>(subjects: impl IntoIterator<Item = S, IntoIter: Send + 'a>, resolver: R) -> Self
    where
        S: Into<Subject>,
    {
        let subjects = subjects.into_iter().map(|subject| match subject.into() {
            Subject::Ip(ip) => Subject::Ip(network::canonical(ip)),
            domain @ Subject::Domain(_) => domain,
        });
        let sweep = Self {
            subjects: Box::new(subjects),
            current: None,
            resolver,
            watches: Vec::new(),
            in_flight: 128,
            under_way: FuturesUnordered::new(),
            ready: VecDeque::new(),
            past: Past::default(),
            progress: Progress::default(),
            finishing: false,
        };
        sweep.lists(default_lists().iter().cloned())
    }

    /// Asks these lists instead of the default ones.
    #[must_use]
    pub fn lists(self, lists: impl IntoIterator<Item = List>) -> Self {
        Self { watches: lists.into_iter().map(Watch::new).collect(), ..self }
    }

    /// Keeps at most this many cells under way (at least 1); 128 if not set.
    #[must_use]
    pub fn in_flight(self, cells: usize) -> Self {
        Self { in_flight: cells.max(1), ..self }
    }

    /// Passes over the cells that an earlier run settled, and takes what it knew of test points
    /// for an hour. To be called after [`Sweep::lists`].
    #[must_use]
    pub fn resume(mut self, journal: &Journal) -> Self {
        self.past = journal.past().clone();
        for watch in &mut self.watches {
            watch.recall(&self.past);
        }
        self
    }

    /// Begins nothing new: the stream ends when what is under way is done.
    pub fn finish(&mut self) {
        self.finishing = true;
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress { in_flight: self.under_way.len(), ..self.progress }
    }

    /// Begins as much as may be under way. Whether it had to stop although there is more to do.
    fn begin(&mut self) -> bool {
        let mut passed_over = 0;
        while !self.finishing && self.under_way.len() < self.in_flight && self.ready.is_empty() {
            if self.begin_parked() {
                continue;
            }
            let Some((subject, nth)) = self.next_cell() else { return false };
            let Some(watch) = self.watches.get(nth) else { return false };
            let is_cell = watch.list().kind().holds(&subject);
            if !is_cell || self.past.holds(&subject, watch.list().zone()) {
                self.progress.resumed += u64::from(is_cell);
                passed_over += 1;
                if passed_over == PASSED_OVER {
                    return true;
                }
            } else if !self.place(nth, subject) {
                return false;
            }
        }
        false
    }

    /// The next subject and list, whether they go together or not.
    fn next_cell(&mut self) -> Option<(Subject, usize)> {
        let after_last = self.watches.len();
        let (subject, nth) = match self.current.take() {
            Some((subject, nth)) if nth < after_last => (subject, nth),
            _ if after_last == 0 => return None,
            _ => (self.subjects.next()?, 0),
        };
        self.current = Some((subject.clone(), nth.saturating_add(1)));
        Some((subject, nth))
    }

    /// Asks, parks or settles a cell; `false` if it had to be put back.
    fn place(&mut self, nth: usize, subject: Subject) -> bool {
        let most = self.most_of_one_list();
        let Some(watch) = self.watches.get_mut(nth) else { return false };
        match watch.state(&subject) {
            State::Untested => {
                watch.begin_tests(&subject);
                let tests = ask_tests(self.resolver.clone(), nth, watch.list().clone(), subject.clone());
                self.under_way.push(Box::pin(tests));
                watch.park(subject);
            }
            State::Alone(status) => {
                let cell = Cell::left_alone(subject, watch.list().clone(), status.clone());
                self.ready.push_back(cell);
            }
            State::Tested(tests) if watch.under_way() < most => {
                let question = ask_question(self.resolver.clone(), nth, watch.list().clone(), subject, tests);
                watch.begin_question();
                self.under_way.push(Box::pin(question));
            }
            State::Testing | State::Tested(_) if watch.parked() < PARKED => watch.park(subject),
            State::Testing | State::Tested(_) => {
                self.current = Some((subject, nth));
                return false;
            }
        }
        true
    }

    /// Goes on with a cell that was parked; `false` if there is none that can.
    fn begin_parked(&mut self) -> bool {
        let most = self.most_of_one_list();
        let free = |watch: &mut Watch| watch.unpark(most);
        let found = self.watches.iter_mut().enumerate().find_map(|(nth, watch)| Some((nth, free(watch)?)));
        found.is_some_and(|(nth, subject)| self.place(nth, subject))
    }

    fn most_of_one_list(&self) -> usize {
        self.in_flight.div_ceil(self.watches.len().clamp(1, 4))
    }

    fn take_in(&mut self, done: Done) {
        match done {
            Done::Tests { nth, subject, tests } => {
                if let Some(watch) = self.watches.get_mut(nth) {
                    watch.tested(&subject, tests);
                }
            }
            Done::Question { nth, cell } => {
                if let Some(watch) = self.watches.get_mut(nth) {
                    watch.answered(&cell, PATIENCE);
                }
                self.ready.push_back(cell);
            }
        }
    }
}

impl<'a, R: Resolver + Clone + Unpin + 'a> Stream for Sweep<'a, R> {
    type Item = Cell;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Cell>> {
        let this = &mut *self;
        loop {
            if let Some(cell) = this.ready.pop_front() {
                this.progress.count(&cell);
                return Poll::Ready(Some(cell));
            }
            let goes_on = this.begin();
            if !this.ready.is_empty() {
                continue;
            }
            match Pin::new(&mut this.under_way).poll_next(context) {
                Poll::Ready(Some(done)) => this.take_in(done),
                _ if goes_on => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl<R> fmt::Debug for Sweep<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists: Vec<_> = self.watches.iter().map(|watch| watch.list().zone()).collect();
        f.debug_struct("Sweep").field("lists", &lists).field("progress", &self.progress).finish_non_exhaustive()
    }
}
