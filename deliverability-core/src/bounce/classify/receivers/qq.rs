//! Tencent QQ (service.mail.qq.com).

use super::{Dialect, no_code};
use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;
use crate::receivers::Receiver;

pub(super) const DIALECT: Dialect = Dialect {
    of: &[Receiver::Qq],
    phrases: &[Phrases {
        source: "service.mail.qq.com/cgi-bin/help; returned mail",
        compared: Some(
            "2026-11-22: smtp.codes/qq and the texts of service.mail.qq.com as quoted in Chinese; not compared: bounce attacks, \
             connection denied, domain spf",
        ),
        says: &[
            ("dmarc check failed", DmarcPolicy),
            ("spf check failed", SpfFail),
            ("domain spf", SpfFail),
            ("ip frequency limited", RateLimited),
            ("connection frequency limited", RateLimited),
            ("frequency limited", RateLimited),
            ("suspected bounce attacks", PolicyUnspecified),
            ("suspected spam ip", IpBlockedPrivate),
            ("suspected spam", ContentSpam),
            ("mail content denied", ContentSpam),
            ("spam is embedded", ContentSpam),
            ("mail is rejected by recipients", PolicyUnspecified),
            ("sender frequency", RateLimited),
            ("mailbox not found", UserUnknown),
            // Too much came for this recipient in a short time.
            ("mailbox unavailable or access denied", RateLimited),
            ("connection denied", IpBlockedPrivate),
        ],
    }],
    statuses: &[],
    code: no_code,
};
