//! Renderers, one file a format.

#[cfg(feature = "serde")]
mod json;
pub(super) mod markdown;
mod markdown_text;
pub(super) mod text;
mod words;
