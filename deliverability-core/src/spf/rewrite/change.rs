//! Records to publish.

use core::fmt;
use std::sync::Arc;

use super::super::selection::is_spf_record;
use crate::dns::{Known, Overlay, Query, RecordData, Text};
use crate::domain::DomainName;

/// One SPF record to publish at a name, in place of those that stand there.
///
/// `Display` shows it in master-file form, a line a record, `-` in front of the old ones and `+` of the new.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordChange {
    /// Where.
    pub name: DomainName,
    /// The joined bytes of the SPF records that stand there; all of them go.
    pub old: Vec<Arc<[u8]>>,
    /// The record to publish.
    pub new: String,
}

impl RecordChange {
    /// A record to publish in place of all SPF records at `name`, whatever they are.
    pub fn publish(name: DomainName, new: impl Into<String>) -> Self {
        Self { name, old: Vec::new(), new: new.into() }
    }

    /// Lays the change over what `overlay` shows: other texts at the name stay.
    ///
    /// # Errors
    ///
    /// The query whose answer is missing.
    pub(crate) fn lay<B: Known>(&self, overlay: &mut Overlay<B>) -> Result<(), Query> {
        let query = Query::txt(self.name.clone());
        let standing = overlay.get(&query)?.map(|found| found.records().to_vec()).unwrap_or_default();
        let stays = |data: &RecordData| !matches!(data, RecordData::Txt(text) if is_spf_record(text.bytes()));
        let records = standing.into_iter().filter(stays).chain([RecordData::Txt(Text::from(self.new.as_str()))]);
        overlay.lay(query, records);
        Ok(())
    }
}

impl fmt::Display for RecordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for old in &self.old {
            writeln!(f, "- {}. TXT {}", self.name, Text::new(Arc::clone(old)))?;
        }
        write!(f, "+ {}. TXT {}", self.name, Text::from(self.new.as_str()))
    }
}
