//! The XML of a report, out of what it was packed in.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::GzDecoder;

use super::read::{ReadError, ReadErrorKind};
use super::zip;

/// The XML, at most `limit` bytes of it: no more than that is ever unpacked.
pub(super) fn unpack(bytes: &[u8], limit: u64) -> Result<Cow<'_, [u8]>, ReadError> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return read_all(GzDecoder::new(bytes), limit).map(Cow::Owned);
    }
    if bytes.starts_with(b"PK") {
        return zip::unpack(bytes, limit).map(Cow::Owned);
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(ReadError::new(ReadErrorKind::TooLarge { limit }));
    }
    Ok(Cow::Borrowed(bytes))
}

/// Everything that `packed` gives, unless that is more than `limit` bytes.
pub(super) fn read_all(packed: impl Read, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut unpacked = Vec::new();
    let read = packed.take(limit.saturating_add(1)).read_to_end(&mut unpacked);
    read.map_err(|error| ReadError::new(ReadErrorKind::Damaged(error.to_string())))?;
    if u64::try_from(unpacked.len()).unwrap_or(u64::MAX) > limit {
        return Err(ReadError::new(ReadErrorKind::TooLarge { limit }));
    }
    Ok(unpacked)
}
