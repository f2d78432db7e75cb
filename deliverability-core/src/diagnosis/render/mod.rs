//! Renderers, one file a format.

#[cfg(feature = "serde")]
mod json;
pub(super) mod text;
