//! Received fields and the way of a message.

use deliverability_core::Span;
use deliverability_core::header::received::{Received, Word};
use deliverability_core::header::trace::{Limits, Trace, Trusted};

pub(crate) const RECEIVED_WORDS: &[&str] = &[
    "Received:",
    "\r\n ",
    "\r\n",
    "from ",
    " by ",
    " with ",
    " via ",
    " id ",
    " for ",
    " as user ",
    "over TLS ",
    "envelope-from ",
    "a.test",
    "unknown",
    "[192.0.2.1]",
    "([172.17.0.1]",
    "([192.0.2.1]:25 helo=a ident=b)",
    "(HELO a) (amy@192.0.2.2)",
    "(10.0.0.1)",
    "[IPv6:2001:db8::1]",
    "::ffff:192.0.2.3",
    "(Authenticated sender: amy)",
    "(using TLSv1.3 with cipher X (256/256 bits))",
    "(envelope-from <amy@a.test>)",
    "(Postfix, from userid 33)",
    "(qmail 1 invoked by uid 2)",
    "(via HTTP)",
    "ESMTPSA",
    "local",
    "POP3",
    "<a(b);c@d>",
    "(",
    ")",
    ";",
    "\\",
    "\"",
    "; Tue, 2 Mar 2004 12:51:44 -0500 (EST)",
    "; Sun Nov 13 14:50:12 2005",
    "2024-01-02 10:11:12.123 +0000",
    "31 Dec 99 23:59:60 Z",
    "X-PHP-Script: a/b.php for 192.0.2.9\r\n",
    "X-AntiAbuse: Originator/Caller UID/GID - [1 2]\r\n",
];

/// Words lie in the text and are what stands there; what was read does not depend on the text living on. A
/// trace of the same bytes keeps within its limits and says nothing that does not print.
pub fn received(data: &[u8]) {
    let read = Received::parse(data);
    for word in words(&read) {
        assert!(word.span.end <= data.len(), "{word:?}");
        let written = String::from_utf8_lossy(word.span.of(data)).into_owned();
        let is_folded = written.contains(['\r', '\n']);
        assert!(is_folded || word.text == written, "{word:?} is {written:?}");
        assert!(!word.to_string().chars().any(char::is_control), "{word:?}");
    }
    for span in spans(&read) {
        assert!(span.start <= span.end && span.end <= data.len(), "{span} of {read:?}");
    }
    for address in [read.ip, read.by_ip, read.fetched_from].into_iter().flatten() {
        assert!(address.span.start < address.span.end && address.span.end <= data.len(), "{address:?}");
    }
    assert_eq!(read.clone().into_owned(), read);
    trace(data);
}

fn trace(data: &[u8]) {
    let trusted = Trusted::default().network("192.0.2.0/24".parse().expect("a network"));
    for trace in [Trace::of(data), Trace::with(data, &trusted, &Limits::default())] {
        assert!(trace.hops().len() <= 100);
        let first_unverified = trace.hops().iter().position(|hop| !hop.is_trusted()).unwrap_or(trace.hops().len());
        assert!(trace.hops().iter().skip(first_unverified).all(|hop| !hop.is_trusted()));
        assert!(trace.source().hop().is_none_or(|hop| hop < trace.hops().len() && hop < first_unverified));
        for hop in trace.hops() {
            assert!(spans(hop.received()).all(|span| hop.span_of(span).end <= hop.span().end));
        }
        assert!(!trace.notes().iter().any(|note| note.to_string().chars().any(char::is_control)), "{trace:?}");
    }
}

fn words<'a, 'b>(read: &'b Received<'a>) -> impl Iterator<Item = &'b Word<'a>> {
    let authentication = read.authentication.as_ref();
    let words = [
        read.from.as_ref(),
        read.helo.as_ref(),
        read.rdns.as_ref(),
        read.ident.as_ref(),
        read.by.as_ref(),
        read.via.as_ref(),
        read.id.as_ref(),
        read.recipient.as_ref(),
        read.envelope_from.as_ref(),
        read.software.as_ref(),
        read.protocol.as_ref().map(|protocol| &protocol.word),
        read.tls.as_ref().and_then(|tls| tls.cipher.as_ref()),
        read.submission.as_ref().and_then(|submission| submission.user.as_ref()),
        authentication.and_then(|authentication| authentication.user.as_ref()),
        authentication.and_then(|authentication| authentication.mechanism.as_ref()),
    ];
    words.into_iter().flatten()
}

fn spans(read: &Received<'_>) -> impl Iterator<Item = Span> {
    let own = [read.date.map(|date| date.span), read.tls.as_ref().map(|tls| tls.span)];
    own.into_iter()
        .flatten()
        .chain(read.unread.iter().copied())
        .chain(words(read).map(|word| word.span).collect::<Vec<_>>())
}
