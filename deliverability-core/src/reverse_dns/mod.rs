//! Reverse DNS and the name that a client gives (RFC 8601 §2.7.3, RFC 5321 §4.1.1.1).
//!
//! [`Iprev`] asks whether a PTR name of an address leads back to it; [`Helo`] reads the argument
//! of HELO or EHLO and asks whether it leads to the client; [`GenericName`] tells what in a name
//! looks made by a machine from the address.

mod authentication_result;
pub mod generic;
pub mod helo;
pub mod iprev;

pub use generic::{GenericName, Piece, PieceKind};
pub use helo::{Helo, HeloForm, HeloOutcome};
pub use iprev::{Iprev, Outcome as IprevOutcome, Pointer, PointerState};
