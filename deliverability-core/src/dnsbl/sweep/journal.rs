//! What a sweep has settled, kept in a file of lines, so that a later run goes on from there.

use core::net::{IpAddr, Ipv4Addr};
use core::time::Duration;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::cell::{Cell, Tests};
use super::past::Past;
use crate::cut::cut;
use crate::dns::{Answer, Query, RecordData, RecordType, Response};
use crate::dnsbl::query_name::Subject;
use crate::dnsbl::verdict::Status;
use crate::domain::DomainName;
use crate::escaped::without_unseen;

/// The first line of every journal.
const HEADER: &str = "deliverability sweep 1";
/// Longest line that is read, in octets; what is written is bounded so that it stays below.
const MAX_LINE: u64 = 16 * 1024;
/// Most octets of words in a line: a list's own reason always fits.
const MAX_WORDS: usize = 8 * 1024;
/// Most values of a test point that are kept.
const MAX_VALUES: usize = 256;

/// A file that holds what was settled: one line for each cell, appended when it is known.
///
/// A line has the subject, the list's zone, the status in a word (`listed`, `not_listed`,
/// `refused`, `unhealthy`, `untestable`), its values joined by commas and words to it, separated by
/// tabs. What failed is not kept. A line that begins with a tab holds what a test point answered,
/// and when. A torn last line, left by a run that was killed, is dropped when the file is opened.
///
/// ```no_run
/// use deliverability_core::{dns::Bulk, dnsbl::sweep::{Journal, Sweep}, network::Network};
/// use futures_util::StreamExt as _;
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let resolver = Bulk::with_name_servers(["192.0.2.53:53".parse()?])?;
/// let network: Network = "198.51.100.0/24".parse()?;
/// let mut journal = Journal::open("sweep.journal")?;
/// let mut sweep = Sweep::of(network.addresses(), &resolver).resume(&journal);
/// while let Some(cell) = sweep.next().await {
///     journal.keep(&cell)?;
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Journal {
    file: File,
    past: Past,
    /// When the tests were made that were kept last, for each list.
    tests: std::collections::HashMap<DomainName, Vec<SystemTime>>,
    line: String,
}

impl Journal {
    /// Opens a journal, or begins one where there is no file or an empty one.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, is no journal, or has a line that cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut past = Past::default();
        let whole = read_lines(&file, |line| match line {
            Line::Cell(entry) => past.settle(&entry.subject, &entry.zone),
            Line::Test { query, at, answer } => past.set_test(query, at, answer),
        })?;
        file.set_len(whole)?;
        if whole == 0 {
            file.write_all(format!("{HEADER}\n").as_bytes())?;
        }
        Ok(Self { file, past, tests: std::collections::HashMap::new(), line: String::new() })
    }

    /// Reads the cells of a journal, in the order in which they were settled.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`].
    pub fn read(path: impl AsRef<Path>, mut each: impl FnMut(Entry)) -> Result<(), JournalError> {
        let read = read_lines(&File::open(path)?, |line| {
            if let Line::Cell(entry) = line {
                each(entry);
            }
        });
        read.map(drop)
    }

    /// How many cells the journal held when it was opened.
    pub fn settled(&self) -> u64 {
        self.past.len()
    }

    /// Appends a cell if it is [settled](Cell::is_settled), and the tests of its list if they are
    /// new. It is with the operating system when this returns.
    ///
    /// # Errors
    ///
    /// Those of writing to the file.
    pub fn keep(&mut self, cell: &Cell) -> io::Result<()> {
        let (true, Some(tests)) = (cell.is_settled(), cell.tests()) else { return Ok(()) };
        self.line.clear();
        let kept = self.tests.entry(cell.list().zone().clone()).or_default();
        if !kept.contains(&tests.at) {
            kept.push(tests.at);
            write_tests(&mut self.line, tests);
        }
        write_cell(&mut self.line, cell);
        self.file.write_all(self.line.as_bytes())
    }

    pub(super) const fn past(&self) -> &Past {
        &self.past
    }
}

/// One settled cell as a journal holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// What the list was asked about.
    pub subject: Subject,
    /// The list's zone.
    pub zone: DomainName,
    /// `listed`, `not_listed`, `refused`, `unhealthy` or `untestable`.
    pub status: String,
    /// The values of an entry.
    pub values: Vec<Ipv4Addr>,
    /// The list's own words, or why nothing is known.
    pub words: Option<String>,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("the journal cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// The file is something else.
    #[error("not the journal of a sweep: its first line is not \"{HEADER}\"")]
    NotAJournal,
    /// A whole line is malformed.
    #[error("line {line} of the journal cannot be read; take it out, and its cell is asked again")]
    Malformed {
        /// Counted from 1.
        line: usize,
    },
}

enum Line {
    Cell(Entry),
    Test { query: Query, at: SystemTime, answer: Answer },
}

/// Reads all whole lines; gives the length of the file up to the end of the last.
fn read_lines(file: &File, mut each: impl FnMut(Line)) -> Result<u64, JournalError> {
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(0))?;
    let (mut whole, mut text, mut number) = (0, Vec::new(), 0);
    loop {
        text.clear();
        io::Read::take(&mut reader, MAX_LINE).read_until(b'\n', &mut text)?;
        number += 1;
        let Some(line) = text.strip_suffix(b"\n") else {
            // Torn, or at the end; but a file that begins otherwise is left as it is.
            let begins_so = number > 1 || HEADER.as_bytes().starts_with(&text);
            let is_last = u64::try_from(text.len()).is_ok_and(|length| length < MAX_LINE);
            return match (begins_so, is_last) {
                (true, true) => Ok(whole),
                (true, false) => Err(JournalError::Malformed { line: number }),
                (false, _) => Err(JournalError::NotAJournal),
            };
        };
        if number == 1 {
            if line != HEADER.as_bytes() {
                return Err(JournalError::NotAJournal);
            }
        } else {
            let read = core::str::from_utf8(line).ok().and_then(read_line);
            each(read.ok_or(JournalError::Malformed { line: number })?);
        }
        whole += u64::try_from(text.len()).unwrap_or_default();
    }
}

fn read_line(line: &str) -> Option<Line> {
    let mut fields = line.split('\t');
    let first = fields.next()?;
    if first.is_empty() {
        let at = UNIX_EPOCH.checked_add(Duration::from_secs(fields.next()?.parse().ok()?))?;
        let query = Query::new(fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        return Some(Line::Test { query, at, answer: read_answer(fields.next()?)? });
    }
    let subject = match first.parse() {
        Ok(ip) => Subject::Ip(ip),
        Err(_) => Subject::Domain(first.parse().ok()?),
    };
    let (zone, status) = (fields.next()?.parse().ok()?, fields.next()?.to_owned());
    let values = fields.next()?;
    let values = values.split(',').filter(|value| !value.is_empty()).map(str::parse).collect::<Result<_, _>>().ok()?;
    let words = fields.next().filter(|words| !words.is_empty()).map(str::to_owned);
    Some(Line::Cell(Entry { subject, zone, status, values, words }))
}

fn read_answer(text: &str) -> Option<Answer> {
    Some(match text {
        "nxdomain" => Response::nxdomain().into_answer(),
        "no_data" => Response::no_data().into_answer(),
        values => {
            let records = values.split(',').map(|value| value.parse().map(RecordData::A));
            Response::new(records.collect::<Result<Vec<_>, _>>().ok()?).into_answer()
        }
    })
}

/// Test points that answered; those that failed, or said what no list says, are asked again.
fn write_tests(line: &mut String, tests: &Tests) {
    let seconds = tests.at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    for (query, answer) in tests.answers.iter() {
        let Ok(response) = answer else { continue };
        let is_value = |record: &RecordData| matches!(record, RecordData::A(_));
        let is_kept = response.records().len() <= MAX_VALUES && response.records().iter().all(is_value);
        if query.record_type != RecordType::A || !is_kept {
            continue;
        }
        let said = match response.records() {
            [] if response.is_nxdomain() => "nxdomain".to_owned(),
            [] => "no_data".to_owned(),
            records => joined(records),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(line, "\t{seconds}\t{}\t{}\t{said}", query.name, query.record_type);
    }
}

fn write_cell(line: &mut String, cell: &Cell) {
    let (word, values, words) = match cell.status() {
        Status::Listed { codes, reason, .. } => {
            let mut values: Vec<RecordData> = codes.iter().map(|code| RecordData::A(code.address)).collect();
            values.dedup();
            ("listed", joined(&values), reason.as_deref())
        }
        Status::NotListed => ("not_listed", String::new(), None),
        Status::Refused { why } => ("refused", String::new(), Some(why.as_str())),
        Status::Unhealthy { why } => ("unhealthy", String::new(), Some(why.as_str())),
        Status::Untestable => ("untestable", String::new(), None),
        Status::Failed(_) => return,
    };
    let words = without_unseen(words.unwrap_or_default());
    let (subject, zone, words) = (written(cell.subject()), cell.list().zone(), cut(&words, MAX_WORDS));
    let _ = writeln!(line, "{subject}\t{zone}\t{word}\t{values}\t{words}");
}

/// A name that reads as an address has a final dot, which no address has.
fn written(subject: &Subject) -> String {
    match subject {
        Subject::Domain(name) if name.to_string().parse::<IpAddr>().is_ok() => format!("{name}."),
        other => other.to_string(),
    }
}

fn joined(records: &[RecordData]) -> String {
    records.iter().map(RecordData::to_string).collect::<Vec<_>>().join(",")
}
