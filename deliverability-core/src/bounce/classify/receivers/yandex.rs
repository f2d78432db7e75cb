//! Yandex (yandex.com/support/mail).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Yandex],
    phrases: &[Phrases {
        source: "yandex.com/support/mail: sending errors; returned mail",
        compared: None,
        says: &[
            ("message rejected under suspicion of spam", ContentSpam),
            ("suspicion of spam", ContentSpam),
            ("no such user", UserUnknown),
            ("policy rejection", PolicyUnspecified),
        ],
    }],
    statuses: &[],
    code: no_code,
};
