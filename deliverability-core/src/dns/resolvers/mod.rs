//! Resolvers: where answers come from, and what can be laid over or put around them.

mod overlay;
mod recording;
mod zone;
#[cfg(feature = "zone-file")]
mod zone_file;

#[cfg(feature = "tokio")]
mod caching;
#[cfg(feature = "tokio")]
mod deadline;
#[cfg(feature = "hickory")]
mod hickory;

#[cfg(feature = "tokio")]
pub use caching::Caching;
#[cfg(feature = "tokio")]
pub use deadline::Deadline;
#[cfg(feature = "hickory")]
pub use hickory::{Hickory, HickoryError};
pub use overlay::Overlay;
pub use recording::Recording;
pub use zone::Zone;
#[cfg(feature = "zone-file")]
pub use zone_file::ZoneFileError;
