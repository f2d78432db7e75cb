//! What sending servers and list managers write into the mail that they return, beside the reply.

use crate::bounce::cause::Cause::*;
use crate::bounce::classify::rule::Phrases;

pub(in crate::bounce::classify) const PHRASES: &[Phrases] = &[
    Phrases {
        source: "returned mail: sendmail and Exchange warnings, Sun Messaging Server, x3",
        compared: None,
        says: &[
            ("still undelivered after", Expired),
            ("notification about a delay in the delivery", Expired),
            ("has not yet been delivered", Expired),
            ("was aborted after", Expired),
        ],
    },
    Phrases {
        source: "returned mail: Exim pipe transports, Google Groups in every language, fml, MessageLabs, T-Online",
        compared: None,
        says: &[
            ("the following text was generated during the delivery attempt", ServerError),
            ("groups.google.com/support", SenderRejected),
            ("duplicated message-id", Loop),
            ("542 * rejected", UserUnknown),
            ("a problem occurred. (ask your postmaster for help", IpBlockedPrivate),
            ("mail rejected by destination domain", PolicyUnspecified),
        ],
    },
    Phrases {
        source: "RFC 5321 §4.2.2: the client said what the server does not take",
        compared: None,
        says: &[
            ("command parameter not implemented", RfcNoncompliant),
            ("command not implemented", RfcNoncompliant),
            ("command not recognized", RfcNoncompliant),
            ("command unrecognized", RfcNoncompliant),
            ("unrecognized command", RfcNoncompliant),
            ("bad sequence of commands", RfcNoncompliant),
            ("out of sequence", RfcNoncompliant),
            ("unrecognized parameter", RfcNoncompliant),
            ("no data after bdat", RfcNoncompliant),
            ("cannot decode response", RfcNoncompliant),
            ("unimplemented command", RfcNoncompliant),
            ("protocol violation", RfcNoncompliant),
            ("protocol error", RfcNoncompliant),
            ("syntax error", RfcNoncompliant),
            ("syntax error in parameters or arguments", RfcNoncompliant),
        ],
    },
];
