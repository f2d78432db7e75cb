//! The large receivers: who they are, and what each demands of a sender, with the day it was read.

mod policy;
mod portal;
mod receiver;
mod recognition;

pub use policy::{Policy, Requirement, Scope, policies};
pub use receiver::Receiver;
