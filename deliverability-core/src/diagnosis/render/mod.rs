//! Renderers, one file a format.

#[cfg(feature = "serde")]
pub(super) mod json;
pub(super) mod text;
