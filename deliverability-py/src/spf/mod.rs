//! SPF: `check_host` and records.

pub(crate) mod cause;
pub(crate) mod evaluation;
pub(crate) mod explanation;
pub(crate) mod lint;
pub(crate) mod received;
pub(crate) mod record;
pub(crate) mod rewrite;
pub(crate) mod trace;
pub(crate) mod tree;
pub(crate) mod what_if;
