//! Bounces in words: who was not reached, and the sentence that says why.
//!
//! Servers word this in a hundred ways and lay it out in few: an address heads a block of lines, or an SMTP dialogue
//! shows the command and its reply. The layouts are read here; a form with a layout of its own has a file.

mod blocks;
mod dialogue;
mod kddi;
mod said;
mod separator;
mod session;

pub(super) use blocks::{Block, Blocks};
pub(super) use dialogue::Dialogue;
pub(super) use kddi::reason as kddi_reason;
pub(super) use said::{host_of, said, without_tail};
pub(super) use separator::split_original;
pub(super) use session::Session;
