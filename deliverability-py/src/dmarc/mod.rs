//! DMARC.

pub(crate) mod aggregate_report;
pub(crate) mod destinations;
pub(crate) mod discovery;
pub(crate) mod evaluation;
pub(crate) mod failure_report;
pub(crate) mod record;
pub(crate) mod verdict;
