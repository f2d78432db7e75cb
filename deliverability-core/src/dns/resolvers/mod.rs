//! Resolvers: where answers come from, and what can be laid over or put around them.

mod keyed;
mod overlay;
mod recording;
mod zone;
#[cfg(feature = "zone-file")]
mod zone_file;

#[cfg(feature = "bulk")]
mod bulk;
#[cfg(feature = "tokio")]
mod caching;
#[cfg(feature = "tokio")]
mod deadline;
#[cfg(feature = "bulk")]
mod exchange;
#[cfg(feature = "hickory")]
mod hickory;
#[cfg(any(feature = "hickory", feature = "bulk"))]
mod wire;

#[cfg(feature = "bulk")]
pub use bulk::{Bulk, BulkError};
#[cfg(feature = "tokio")]
pub use caching::Caching;
#[cfg(feature = "tokio")]
pub use deadline::Deadline;
#[cfg(feature = "bulk")]
pub use exchange::{Exchange, Reply, Request};
#[cfg(feature = "hickory")]
pub use hickory::{Hickory, HickoryError};
pub use keyed::{KeyError, Keyed};
pub use overlay::Overlay;
pub use recording::Recording;
pub use zone::Zone;
#[cfg(feature = "zone-file")]
pub use zone_file::ZoneFileError;
