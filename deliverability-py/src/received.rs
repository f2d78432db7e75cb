//! The Received field.

use core::fmt;
use core::net::IpAddr;

use deliverability_core::Span as CoreSpan;
use deliverability_core::header::received as core_received;
use pyo3::prelude::*;

use crate::field::{Field, variant_words};
use crate::record::{self, record_class};
use crate::span::{self, Span};
use crate::tree::Tree;
use crate::value::value_class;

record_class! {
    /// A Received field, as far as it could be understood (RFC 5321 §4.4).
    ///
    /// `parse` takes a field's value, or the whole field with its name, folds and all, and refuses
    /// nothing: what is not understood is left in `unread`. All of it is what the server named in
    /// `by` says, if it was that server that wrote the field; `trace` tells which fields can be
    /// relied on.
    ///
    /// >>> import deliverability as dv
    /// >>> field = dv.Received.parse("from mx.a.test (h7.b.test [192.0.2.7]) by mx.c.test with ESMTPS id 4F7D2")
    /// >>> field.ip.ip, str(field.helo), field.is_encrypted
    /// ('192.0.2.7', 'mx.a.test', True)
    Received of Read, matched by (ip, helo, by) {
        /// The first word behind `from`, whatever it is. (`from` is a word of Python.)
        #[getter]
        fn from_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.from.as_ref()).to_py(py)
        }

        /// What the client called itself in HELO, EHLO or LHLO.
        #[getter]
        fn helo<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.helo.as_ref()).to_py(py)
        }

        /// The client's name as the server found it in DNS. `None` if there was none, and where the
        /// server does not tell.
        #[getter]
        fn rdns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.rdns.as_ref()).to_py(py)
        }

        /// Whether the server noted that `rdns` does not lead back to the address.
        #[getter]
        fn is_rdns_doubted(&self) -> bool {
            self.record.field.is_rdns_doubted
        }

        /// The client's address, as the server saw it.
        #[getter]
        fn ip<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.address(self.record.field.ip).to_py(py)
        }

        /// The address of the server whose mailbox the message was fetched from: that is no client.
        #[getter]
        fn fetched_from<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.address(self.record.field.fetched_from).to_py(py)
        }

        /// The user whom the client's ident service, or a qmail server's session, names.
        #[getter]
        fn ident<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.ident.as_ref()).to_py(py)
        }

        /// That the client had authenticated itself.
        #[getter]
        fn authentication<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.authenticated().to_py(py)
        }

        /// Encryption of the session, where more is told about it than in `protocol`.
        #[getter]
        fn tls<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.encrypted().to_py(py)
        }

        /// The host that wrote the field.
        #[getter]
        fn by<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.by.as_ref()).to_py(py)
        }

        /// An address that the field names for that host.
        #[getter]
        fn by_ip<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.address(self.record.field.by_ip).to_py(py)
        }

        /// What stands behind `via`.
        #[getter]
        fn via<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.via.as_ref()).to_py(py)
        }

        /// What stands behind `with`; or behind `via`, if that is a protocol and nothing stands
        /// behind `with`.
        #[getter]
        fn protocol<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.handed_over().to_py(py)
        }

        /// The id of the message at that host.
        #[getter]
        fn id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.id.as_ref()).to_py(py)
        }

        /// The recipient behind `for`.
        #[getter]
        fn recipient<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.recipient.as_ref()).to_py(py)
        }

        /// The envelope sender; an empty word for the null sender.
        #[getter]
        fn envelope_from<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.envelope_from.as_ref()).to_py(py)
        }

        /// The program that wrote the field, as it calls itself, such as "Exim 4.96".
        #[getter]
        fn software<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.word(self.record.field.software.as_ref()).to_py(py)
        }

        /// Who submitted the message on the host itself.
        #[getter]
        fn submission<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.submitted().to_py(py)
        }

        /// When the field was written.
        #[getter]
        fn date<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.written().to_py(py)
        }

        /// Words and comments that were not understood; at most 16.
        #[getter]
        fn unread<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.not_understood().to_py(py)
        }

        /// How the message was handed over, where the field says so.
        #[getter]
        fn transmission<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.record.field.transmission().map(Transmission::from).to_py(py)
        }

        /// Whether the field says that the client had authenticated itself.
        #[getter]
        fn is_authenticated(&self) -> bool {
            self.record.field.is_authenticated()
        }

        /// Whether the field says that the session was encrypted.
        #[getter]
        fn is_encrypted(&self) -> bool {
            self.record.field.is_encrypted()
        }

        /// Whether a client on the Internet or in a network handed the message over, not a program or
        /// user of the host itself.
        #[getter]
        fn has_client(&self) -> bool {
            self.record.field.has_client()
        }
    }
}

/// A field, and the text that its spans index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Read {
    text: String,
    field: core_received::Received<'static>,
}

impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl record::Record for Read {
    const WHAT: &'static str = "Received field";
    type Kind = core::convert::Infallible;

    fn read(bytes: &[u8]) -> Result<Self, (Self::Kind, CoreSpan, String)> {
        Ok(Self { text: span::text(bytes), field: core_received::Received::parse(bytes).into_owned() })
    }

    fn parts(&self, bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        let (field, own) = (&self.field, Received::of(&bytes.into(), &self.clone().into()));
        let word = |word: &Option<core_received::Word<'static>>| own.word(word.as_ref()).tree();
        vec![
            ("from", word(&field.from)),
            ("helo", word(&field.helo)),
            ("rdns", word(&field.rdns)),
            ("is_rdns_doubted", field.is_rdns_doubted.tree()),
            ("ip", own.address(field.ip).tree()),
            ("fetched_from", own.address(field.fetched_from).tree()),
            ("ident", word(&field.ident)),
            ("authentication", own.authenticated().tree()),
            ("tls", own.encrypted().tree()),
            ("by", word(&field.by)),
            ("by_ip", own.address(field.by_ip).tree()),
            ("via", word(&field.via)),
            ("protocol", own.handed_over().tree()),
            ("id", word(&field.id)),
            ("recipient", word(&field.recipient)),
            ("envelope_from", word(&field.envelope_from)),
            ("software", word(&field.software)),
            ("submission", own.submitted().tree()),
            ("date", own.written().tree()),
            ("unread", own.not_understood().tree()),
        ]
    }
}

impl Received {
    /// A field of the core, and the text that its spans index.
    pub(crate) fn of_core(text: &[u8], field: core_received::Received<'static>) -> Self {
        Self::of(&text.into(), &Read { text: span::text(text), field }.into())
    }

    fn at(&self, span: CoreSpan) -> Span {
        Span::of_bytes(&self.bytes, span)
    }

    fn word(&self, word: Option<&core_received::Word<'static>>) -> Option<ReceivedWord> {
        word.map(|word| ReceivedWord { text: word.as_str().to_owned(), span: self.at(word.span) })
    }

    fn address(&self, address: Option<core_received::Address>) -> Option<ReceivedAddress> {
        address.map(|address| ReceivedAddress { ip: address.ip, span: self.at(address.span) })
    }

    fn authenticated(&self) -> Option<ReceivedAuthentication> {
        let authentication = self.record.field.authentication.as_ref()?;
        Some(ReceivedAuthentication {
            by: authentication.by.into(),
            mechanism: self.word(authentication.mechanism.as_ref()),
            user: self.word(authentication.user.as_ref()),
            word: authentication.as_str().to_owned(),
        })
    }

    fn encrypted(&self) -> Option<ReceivedTls> {
        let tls = self.record.field.tls.as_ref()?;
        Some(ReceivedTls {
            version: tls.version.and_then(tls_version),
            cipher: self.word(tls.cipher.as_ref()),
            span: self.at(tls.span),
        })
    }

    fn handed_over(&self) -> Option<ReceivedProtocol> {
        let protocol = self.record.field.protocol.as_ref()?;
        Some(ReceivedProtocol {
            word: self.word(Some(&protocol.word))?,
            transmission: protocol.transmission.into(),
            is_authenticated: protocol.is_authenticated,
            is_encrypted: protocol.is_encrypted,
        })
    }

    fn submitted(&self) -> Option<ReceivedSubmission> {
        let submission = self.record.field.submission.as_ref()?;
        Some(ReceivedSubmission { uid: submission.uid, user: self.word(submission.user.as_ref()) })
    }

    fn written(&self) -> Option<ReceivedDate> {
        let date = self.record.field.date?;
        Some(ReceivedDate { seconds: date.seconds, offset: date.offset, span: self.at(date.span) })
    }

    fn not_understood(&self) -> Vec<Span> {
        self.record.field.unread.iter().map(|span| self.at(*span)).collect()
    }
}

value_class! {
    /// A word of a Received field, and where it stands in its `text`.
    ReceivedWord {
        /// What was written, without the brackets `<` and `>` around it; folds are one space.
        text: String,
        /// Where it stands.
        span: Span,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

value_class! {
    /// An address of a Received field, and where it stands in its `text`.
    ReceivedAddress {
        /// The address; an IPv4-mapped IPv6 address is given as IPv4.
        ip: IpAddr,
        /// Where it stands, without brackets, port and `IPv6:` tag.
        span: Span,
    } with {
        fn __str__(&self) -> String {
            self.ip.to_string()
        }
    }
}

value_class! {
    /// What a Received field says of the client's authentication.
    ReceivedAuthentication {
        /// What says so.
        by: AuthenticatedBy,
        /// The mechanism of SASL, or the word behind `with`, where there is one.
        mechanism: Option<ReceivedWord>,
        /// Who it was, where that is told.
        user: Option<ReceivedWord>,
        /// One word for what says so: the mechanism or protocol where it is named, else the
        /// program's name.
        word: String,
    } with {
        fn __str__(&self) -> String {
            self.word.clone()
        }
    }
}

value_class! {
    /// What a Received field says of the session's encryption.
    ReceivedTls {
        /// The version, where one is named.
        version: Option<TlsVersion>,
        /// The cipher suite, as the server calls it.
        cipher: Option<ReceivedWord>,
        /// Where the note stands.
        span: Span,
    }
}

value_class! {
    /// The protocol that a Received field names.
    ReceivedProtocol {
        /// What stands behind `with`, such as "ESMTPSA".
        word: ReceivedWord,
        /// What it means.
        transmission: Transmission,
        /// Whether the word says that the client had authenticated itself (RFC 3848, the `A`).
        is_authenticated: bool,
        /// Whether the word says that the session was encrypted (RFC 3848, the `S`).
        is_encrypted: bool,
    } with {
        fn __str__(&self) -> String {
            self.word.text.clone()
        }
    }
}

value_class! {
    /// A user or program of the host itself that submitted a message.
    ReceivedSubmission {
        /// The number of the user.
        uid: Option<u32>,
        /// The name of the user.
        user: Option<ReceivedWord>,
    }
}

value_class! {
    /// When a Received field was written, by the clock of the server that wrote it.
    ReceivedDate {
        /// Seconds since 1970, UTC; negative before that.
        seconds: i64,
        /// Minutes east of UTC; `None` where the zone is not known, and `seconds` was taken as UTC.
        offset: Option<i32>,
        /// Where it stands, without comments behind it.
        span: Span,
    }
}

variant_words! {
    /// How a message was handed over.
    Transmission from core_received::Transmission {
        Smtp = "smtp",
        Lmtp = "lmtp",
        Http = "http",
        Mapi = "mapi",
        Local = "local",
        Fetched = "fetched",
        Other = "other",
    } else Other
}

variant_words! {
    /// What says that a client had authenticated itself.
    AuthenticatedBy from core_received::AuthenticatedBy {
        Protocol = "protocol",
        Mechanism = "mechanism",
        Postfix = "postfix",
        Sendmail = "sendmail",
        CriticalPath = "critical_path",
        CommuniGate = "communi_gate",
        Webmail = "webmail",
        Other = "other",
    } else Other
}

variant_words! {
    /// A version of TLS, as it is usually written.
    TlsVersion { Ssl = "SSL", Tls10 = "TLSv1", Tls11 = "TLSv1.1", Tls12 = "TLSv1.2", Tls13 = "TLSv1.3", }
}

fn tls_version(version: core_received::TlsVersion) -> Option<TlsVersion> {
    Some(match version {
        core_received::TlsVersion::Ssl => TlsVersion::Ssl,
        core_received::TlsVersion::Tls10 => TlsVersion::Tls10,
        core_received::TlsVersion::Tls11 => TlsVersion::Tls11,
        core_received::TlsVersion::Tls12 => TlsVersion::Tls12,
        core_received::TlsVersion::Tls13 => TlsVersion::Tls13,
        _ => return None,
    })
}
