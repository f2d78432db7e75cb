//! Why a signature does not verify.
//!
//! Nothing here decides a signature. What is named was proven by the hash that the signer made,
//! unless its text says otherwise.

mod banner;
mod body;
mod change;
mod charset;
mod encoding;
mod footer;
mod header;
mod header_variants;
mod hops;
mod insertion;
mod links;
mod parts;
mod recoding;
mod rewrites;
mod rsa;
mod search;
mod signs;
mod wrapping;

pub use change::{BodyChange, HeaderChange};
pub(crate) use header::Signer;
pub(super) use header::header_change;
pub(super) use hops::{Hops, hops};
pub(super) use rsa::{Recovered, recover};

use super::message::{Fields, Limits, Signed};

/// How many different bodies that were signed are searched for. A forged message may name many.
const MAX_SEARCHES: usize = 4;

/// Finds what happened to the body, for each signature whose hash of it differs. Without a body
/// the search is left out.
pub(super) fn bodies<'a>(
    signed: impl Iterator<Item = &'a mut Signed>,
    fields: &Fields,
    body: Option<&[u8]>,
    limits: &Limits,
) {
    let mut searched: Vec<(search::Wanted, BodyChange)> = Vec::new();
    for signed in signed.filter(|signed| signed.body_matches() == Some(false)) {
        let (Some(signature), Some(found)) = (&signed.reading.signature, &signed.body) else { continue };
        let wanted = search::Wanted::of(signature);
        let change = match (searched.iter().find(|(other, _)| *other == wanted), body) {
            (Some((_, change)), _) => change.clone(),
            // RFC 6376 §3.5: l= must not be greater than the body is long.
            _ if found.digest.is_none() => {
                BodyChange::Shorter { signed: signature.body_length.unwrap_or_default(), octets: found.octets }
            }
            (None, Some(body)) if searched.len() < MAX_SEARCHES => body::search(&wanted, body, fields, limits),
            _ => BodyChange::NotSearched,
        };
        searched.push((wanted, change.clone()));
        signed.change = Some(change);
    }
}
