//! One file out of a zip archive (PKWARE APPNOTE 6.3.10 §4.3): stored or deflated, as reports are.
//!
//! Sizes and places are those of the central directory; a directory that points outside the archive is
//! damage. Neither zip64 nor encryption: no report needs them.

use flate2::read::DeflateDecoder;

use super::read::{ReadError, ReadErrorKind};
use super::unpack::read_all;

/// How many entries are looked through for the XML file.
const MAX_ENTRIES: usize = 100;

/// The first file named `.xml`, else the first file.
pub(super) fn unpack(archive: &[u8], limit: u64) -> Result<Vec<u8>, ReadError> {
    let damaged = |what: &str| ReadError::new(ReadErrorKind::Damaged(what.to_owned()));
    let entries = entries(archive).ok_or_else(|| damaged("the zip archive has no directory"))?;
    let is_xml = |entry: &&Entry<'_>| entry.name.to_ascii_lowercase().ends_with(b".xml");
    let entry = entries.iter().find(is_xml).or(entries.first()).ok_or_else(|| damaged("the zip archive is empty"))?;
    if entry.is_encrypted {
        return Err(ReadError::new(ReadErrorKind::Unsupported));
    }
    let data = entry.data(archive).ok_or_else(|| damaged("the zip directory points outside the archive"))?;
    match entry.method {
        0 => read_all(data, limit),
        8 => read_all(DeflateDecoder::new(data), limit),
        _ => Err(ReadError::new(ReadErrorKind::Unsupported)),
    }
}

/// A file, as the central directory has it.
struct Entry<'a> {
    name: &'a [u8],
    is_encrypted: bool,
    method: u16,
    packed: usize,
    local_header: usize,
}

impl Entry<'_> {
    /// The packed data, behind the local header (§4.3.7).
    fn data<'a>(&self, archive: &'a [u8]) -> Option<&'a [u8]> {
        let header = archive.get(self.local_header..)?;
        header.starts_with(b"PK\x03\x04").then_some(())?;
        let start = 30_usize.checked_add(number(header, 26, 2)?)?.checked_add(number(header, 28, 2)?)?;
        header.get(start..start.checked_add(self.packed)?)
    }
}

/// The files of the central directory (§4.3.12), found from the end (§4.3.16).
fn entries(archive: &[u8]) -> Option<Vec<Entry<'_>>> {
    let earliest = archive.len().saturating_sub(22 + 0xffff);
    let tail = archive.get(earliest..)?;
    let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let mut rest = archive.get(number(tail, end.checked_add(16)?, 4)?..)?;
    let mut entries = Vec::new();
    while entries.len() < MAX_ENTRIES && rest.starts_with(b"PK\x01\x02") {
        let name_end = 46_usize.checked_add(number(rest, 28, 2)?)?;
        let name = rest.get(46..name_end)?;
        let entry = Entry {
            name,
            is_encrypted: number(rest, 8, 2)? & 1 == 1,
            method: u16::try_from(number(rest, 10, 2)?).ok()?,
            packed: number(rest, 20, 4)?,
            local_header: number(rest, 42, 4)?,
        };
        if !name.ends_with(b"/") {
            entries.push(entry);
        }
        let next = name_end.checked_add(number(rest, 30, 2)?)?.checked_add(number(rest, 32, 2)?)?;
        rest = rest.get(next..)?;
    }
    Some(entries)
}

/// A little-endian number of `length` octets.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let octets = bytes.get(at..at.checked_add(length)?)?;
    Some(octets.iter().rev().fold(0, |number, octet| number << 8 | usize::from(*octet)))
}
