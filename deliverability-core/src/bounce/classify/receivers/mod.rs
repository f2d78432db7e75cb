//! What each receiver means by its own codes and words: one file a receiver. To add a reply of a receiver, add a row
//! to its file; to add a receiver, add a file and its line in [`DIALECTS`].

mod apple;
mod att;
mod barracuda;
mod cisco;
mod comcast;
mod cox;
mod gmail;
mod gmx;
mod godaddy;
mod mailru;
mod microsoft;
mod mimecast;
mod orange;
mod proofpoint;
mod qq;
mod spectrum;
mod t_online;
mod yahoo;
mod yandex;

use super::reading::Reading;
use super::rule::Phrases;
use super::verdict::Verdict;
use crate::bounce::cause::Cause;
use crate::bounce::status_code::EnhancedStatusCode;
use crate::receivers::Receiver;

/// How a receiver speaks.
#[derive(Debug)]
pub(super) struct Dialect {
    /// Who speaks so.
    pub(super) of: &'static [Receiver],
    /// Its phrases.
    pub(super) phrases: &'static [Phrases],
    /// Subject, first and last detail of enhanced status codes that it uses in a way of its own, or alone.
    pub(super) statuses: &'static [(u16, u16, u16, Cause)],
    /// What it says in codes of its own making.
    pub(super) code: fn(&Reading) -> Option<Verdict>,
}

/// Every dialect.
pub(super) const DIALECTS: &[Dialect] = &[
    gmail::DIALECT,
    microsoft::DIALECT,
    yahoo::DIALECT,
    apple::DIALECT,
    gmx::DIALECT,
    orange::DIALECT,
    t_online::DIALECT,
    comcast::DIALECT,
    cox::DIALECT,
    spectrum::DIALECT,
    att::DIALECT,
    proofpoint::DIALECT,
    mimecast::DIALECT,
    barracuda::DIALECT,
    cisco::DIALECT,
    mailru::DIALECT,
    qq::DIALECT,
    godaddy::DIALECT,
    yandex::DIALECT,
];

impl Dialect {
    /// How `receiver` speaks.
    pub(super) fn of(receiver: Receiver) -> Option<&'static Self> {
        DIALECTS.iter().find(|dialect| dialect.of.contains(&receiver))
    }

    /// What the receiver means by an enhanced status code, where it is not what the registry says.
    pub(super) fn status(&self, status: EnhancedStatusCode) -> Option<Cause> {
        let row = self
            .statuses
            .iter()
            .find(|(subject, first, last, _)| *subject == status.subject && (*first..=*last).contains(&status.detail));
        row.map(|row| row.3)
    }
}

/// For a receiver without codes of its own.
const fn no_code(_: &Reading) -> Option<Verdict> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_has_one_dialect() {
        for receiver in Receiver::ALL {
            let count = DIALECTS.iter().filter(|dialect| dialect.of.contains(receiver)).count();
            assert_eq!(count, 1, "{receiver}");
        }
    }
}
