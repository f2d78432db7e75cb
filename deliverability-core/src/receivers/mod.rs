//! The large receivers: who they are, and what each demands of a sender, with the day it was read.

mod receiver;
mod recognition;

pub use receiver::Receiver;
