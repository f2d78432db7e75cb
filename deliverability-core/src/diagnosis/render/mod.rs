//! Renderers, one file a format.

#[cfg(feature = "serde")]
mod json;
pub(super) mod markdown;
mod markdown_text;
#[cfg(feature = "serde")]
mod returned_json;
mod returned_markdown;
mod returned_text;
pub(super) mod text;
mod words;
