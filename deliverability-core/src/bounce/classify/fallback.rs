//! What codes alone say, where no words are known.

use crate::bounce::cause::Cause::{self, *};
use crate::bounce::status_code::EnhancedStatusCode;

/// What the registry's meaning of an enhanced status code comes to (RFC 3463, 5248, 7372, 7505, 7293, 8617, 8689).
pub(super) const fn of_status(status: EnhancedStatusCode) -> Cause {
    match (status.subject, status.detail) {
        (1, 1 | 3 | 4 | 6) | (7, 17) => UserUnknown,
        (1, 2) | (4, 4) | (7, 18) => RecipientDomain,
        (1, 7) => SenderRejected,
        (1, 8) => SenderDomain,
        (1, 10) => RecipientNullMx,
        (2, 1) => MailboxDisabled,
        (2, 2) => MailboxFull,
        (2, 3) | (3, 4) | (7, 16) => Size,
        (2, 4) | (3, 1 | 2 | 5) | (4, 3 | 5) | (7, 19) => ServerError,
        (4, 1 | 2) => Network,
        (4, 6) => Loop,
        (4, 7) => Expired,
        (6, _) => RfcNoncompliant,
        (7, 0..=7 | 15) => PolicyUnspecified,
        (7, 8 | 9 | 12..=14) => AuthRequired,
        (7, 10 | 11 | 30) => TlsRequired,
        (7, 20..=22) => DkimFail,
        (7, 23) => SpfFail,
        (7, 24) => SpfError,
        (7, 25) => PtrMismatch,
        (7, 26) => AuthMissing,
        (7, 27) => SenderNullMx,
        (5, 3) | (7, 28) => RateLimited,
        (7, 29) => ArcFail,
        _ => Unknown,
    }
}

/// What a reply code says that stands for one thing only (RFC 5321 §4.2.3, RFC 4954 §6, RFC 7504 §5.1).
pub(super) const fn of_code(code: u16) -> Cause {
    match code {
        // Courier on the sender, as 5.1.7 and 5.1.8.
        517 => SenderRejected,
        530 | 535 => AuthRequired,
        538 => TlsRequired,
        // Symantec.cloud: the recipient is not on the customer's list of addresses.
        542 => UserUnknown,
        // RFC 7504 §3: the domain takes no mail.
        556 => RecipientNullMx,
        _ => Unknown,
    }
}
