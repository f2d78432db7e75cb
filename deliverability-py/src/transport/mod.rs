//! MTA-STS, TLS reporting and BIMI.

pub(crate) mod outcome;
pub(crate) mod record;
