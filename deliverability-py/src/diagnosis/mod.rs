//! The diagnosis: the main job.

pub(crate) mod ask;
pub(crate) mod case;
pub(crate) mod comparison;
pub(crate) mod finding;
pub(crate) mod report;
pub(crate) mod returned;
pub(crate) mod split_horizon;
mod written;
