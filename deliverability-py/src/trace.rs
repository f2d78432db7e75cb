//! The way of a message through its servers.

use core::net::IpAddr;

use deliverability_core::header::body_start;
use deliverability_core::header::trace as core_trace;
use deliverability_core::network::Network;
use pyo3::prelude::*;

use crate::field::variant_words;
use crate::input::{Domain, each};
use crate::received::Received;
use crate::record::bytes_of;
use crate::span::{self, Span};
use crate::value::value_class;

value_class! {
    /// The way of a message, as its Received fields tell (RFC 5321 §4.4), from the last hop to the first.
    Trace {
        /// The Received fields, from the top: at most 100.
        hops: Vec<Hop>,
        /// Who handed the message to the first trusted server.
        source: Source,
        /// How it was decided where the trusted fields end.
        boundary: Boundary,
        /// How the message came into the world: unverified, unless all fields are trusted.
        origin: Origin,
        /// What the fields of a web host say about the script or account that the message came from.
        script: Option<Script>,
        /// What is odd about the way, from the top.
        notes: Vec<TraceNote>,
        /// The header section, which spans index.
        text: String,
    } with {
        /// The address of the connecting client, where it is known: what SPF is judged for.
        #[getter]
        fn source_ip<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            let known = self.source.ip.filter(|_| self.source.kind == SourceKind::Client);
            crate::field::Field::to_py(&known, py)
        }
    }
}

value_class! {
    /// One Received field of a message, and what it is worth.
    Hop {
        /// The field.
        received: Received,
        /// Where its value stands in the `text` of the trace.
        span: Span,
        /// Whether a trusted server wrote the field. Any other may be forged.
        is_trusted: bool,
        /// What kind of address the client has.
        address_kind: Option<AddressKind>,
        /// How the client handed the message over.
        origin: Origin,
        /// Seconds between the field below and this one: how long the host below held the message.
        /// Negative where the clocks disagree; `None` for the lowest field and where a date is missing.
        delay: Option<i64>,
    }
}

value_class! {
    /// Who handed a message to the first trusted server.
    Source {
        /// Who.
        kind: SourceKind,
        /// The hop that saw it, counted from the top, from 0.
        hop: Option<usize>,
        /// The address that was seen: the client's own for "client" alone.
        ip: Option<IpAddr>,
    }
}

impl From<core_trace::Source> for Source {
    fn from(source: core_trace::Source) -> Self {
        let (kind, ip) = match source {
            core_trace::Source::Client { ip, .. } => (SourceKind::Client, Some(ip)),
            core_trace::Source::Hidden { ip, .. } => (SourceKind::Hidden, Some(ip)),
            core_trace::Source::Inside { ip, .. } => (SourceKind::Inside, ip),
            core_trace::Source::Local { .. } => (SourceKind::Local, None),
            core_trace::Source::Unnoted { .. } => (SourceKind::Unnoted, None),
            _ => (SourceKind::None, None),
        };
        Self { kind, hop: source.hop(), ip }
    }
}

value_class! {
    /// What the fields of a web host say about a script or account.
    Script {
        /// The script: its address, its path or its name.
        path: Option<String>,
        /// The program that ran it.
        program: Option<String>,
        /// The directory it ran in, with the site in front.
        directory: Option<String>,
        /// The number of the user it ran as.
        uid: Option<u32>,
        /// The account that was logged in.
        account: Option<String>,
        /// The web host's server.
        server: Option<String>,
        /// Who called the page, or sat at the web mail.
        visitor: Option<IpAddr>,
        /// Whether a script is named, not an account alone.
        is_named: bool,
        /// Where the values of the fields stand in the `text` of the trace.
        spans: Vec<Span>,
    }
}

value_class! {
    /// Something about a trace that a reader should know.
    TraceNote {
        /// What it is.
        kind: TraceNoteKind,
        /// The hop that it is about, counted from the top, from 0.
        hop: Option<usize>,
        /// The host that it is about.
        by: Option<String>,
        /// The address that was seen.
        ip: Option<IpAddr>,
        /// By or for how many seconds.
        seconds: Option<i64>,
        /// The lower hop of a loop.
        first: Option<usize>,
        /// How many fields it is about; how many there are where they are too many.
        count: Option<usize>,
        /// The whole in words; `str(note)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<&core_trace::Note> for TraceNote {
    fn from(note: &core_trace::Note) -> Self {
        let text = note.to_string();
        let of = |kind, hop| Self {
            kind,
            hop,
            by: None,
            ip: None,
            seconds: None,
            first: None,
            count: None,
            text: text.clone(),
        };
        match note {
            core_trace::Note::HiddenClient { hop, by, ip } => {
                Self { by: Some(by.clone()), ip: Some(*ip), ..of(TraceNoteKind::HiddenClient, Some(*hop)) }
            }
            core_trace::Note::Backwards { hop, seconds } => {
                Self { seconds: Some(*seconds), ..of(TraceNoteKind::Backwards, Some(*hop)) }
            }
            core_trace::Note::Held { hop, by, seconds } => {
                Self { by: Some(by.clone()), seconds: Some(*seconds), ..of(TraceNoteKind::Held, Some(*hop)) }
            }
            core_trace::Note::Loop { hop, first, by } => {
                Self { by: Some(by.clone()), first: Some(*first), ..of(TraceNoteKind::Loop, Some(*hop)) }
            }
            core_trace::Note::Unverified { hop, count } => {
                Self { count: Some(*count), ..of(TraceNoteKind::Unverified, Some(*hop)) }
            }
            core_trace::Note::TooMany { total, .. } => Self { count: Some(*total), ..of(TraceNoteKind::TooMany, None) },
            _ => of(TraceNoteKind::Other, None),
        }
    }
}

variant_words! {
    /// How it was decided where the trusted fields end.
    Boundary from core_trace::Boundary { Given = "given", Inferred = "inferred", } else Inferred
}

variant_words! {
    /// How a client handed a message over.
    Origin from core_trace::Origin {
        LocalSubmission = "local_submission",
        Script = "script",
        Webmail = "webmail",
        AuthenticatedClient = "authenticated_client",
        Mta = "mta",
        Unknown = "unknown",
    } else Unknown
}

variant_words! {
    /// What kind of address a client has.
    AddressKind from core_trace::AddressKind {
        Public = "public",
        Loopback = "loopback",
        ContainerGateway = "container_gateway",
        ContainerNetwork = "container_network",
        Private = "private",
        Shared = "shared",
        LinkLocal = "link_local",
        Reserved = "reserved",
    } else Reserved
}

variant_words! {
    /// Who handed a message to the first trusted server.
    SourceKind {
        Client = "client",
        Hidden = "hidden",
        Inside = "inside",
        Local = "local",
        Unnoted = "unnoted",
        None = "none",
    }
}

variant_words! {
    /// Something about a trace.
    TraceNoteKind {
        HiddenClient = "hidden_client",
        Backwards = "backwards",
        Held = "held",
        Loop = "loop",
        Unverified = "unverified",
        TooMany = "too_many",
        Other = "other",
    }
}

/// The way of a message through its servers, and which of its Received fields can be relied on.
///
/// `message` is a whole message or its header section, best as `bytes`. `trusted` are the reader's own
/// servers: addresses, networks, and names of hosts or domains; without them it is inferred where the
/// fields end that can be relied on. The topmost field always counts as one of the reader's servers.
///
/// At most `hops` Received fields are read (100); `tolerance` is by how many seconds clocks may disagree before
/// it is noted (60), `held` from how many seconds on a delay is (900).
///
/// >>> import deliverability as dv
/// >>> received = "Received: from a.test (b.test [192.0.2.7]) by mx.c.test; Tue, 2 Mar 2004 12:51:44 +0000"
/// >>> trace = dv.trace(received)
/// >>> trace.source_ip, trace.boundary, trace.hops[0].is_trusted
/// ('192.0.2.7', Boundary.INFERRED, True)
#[pyfunction]
#[pyo3(signature = (message, trusted=None, *, hops=None, tolerance=None, held=None))]
pub(crate) fn trace(
    message: &Bound<'_, PyAny>,
    trusted: Option<&Bound<'_, PyAny>>,
    hops: Option<usize>,
    tolerance: Option<i64>,
    held: Option<i64>,
) -> PyResult<Trace> {
    let mut limits = core_trace::Limits::default();
    limits.hops = hops.unwrap_or(limits.hops);
    limits.tolerance = tolerance.unwrap_or(limits.tolerance);
    limits.held = held.unwrap_or(limits.held);
    let bytes = bytes_of(message, "a message")?;
    let mut servers = core_trace::Trusted::default();
    for server in trusted.map_or(Ok(Vec::new()), |trusted| each(trusted, "trusted", Server::of))? {
        servers = match server {
            Server::Network(network) => servers.network(network),
            Server::Host(Domain(name)) => servers.host(name),
        };
    }
    Ok(message.py().detach(|| of_bytes(&bytes, &servers, &limits)))
}

/// A server that is trusted.
enum Server {
    Network(Network),
    Host(Domain),
}

impl Server {
    fn of(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        match value.str()?.to_string_lossy().parse() {
            Ok(network) => Ok(Self::Network(network)),
            Err(_) => value.extract().map(Self::Host),
        }
    }
}

fn of_bytes(message: &[u8], trusted: &core_trace::Trusted, limits: &core_trace::Limits) -> Trace {
    let header = message.get(..body_start(message).unwrap_or(message.len())).unwrap_or(message);
    let trace = core_trace::Trace::with(header, trusted, limits);
    Trace {
        hops: trace.hops().iter().map(|hop| of_hop(header, hop)).collect(),
        source: trace.source().into(),
        boundary: trace.boundary().into(),
        origin: trace.origin().into(),
        script: trace.script().map(|script| of_script(header, script)),
        notes: trace.notes().iter().map(TraceNote::from).collect(),
        text: span::text(header),
    }
}

fn of_hop(header: &[u8], hop: &core_trace::Hop<'_>) -> Hop {
    Hop {
        received: Received::of_core(hop.span().of(header), hop.received().clone().into_owned()),
        span: Span::of_bytes(header, hop.span()),
        is_trusted: hop.is_trusted(),
        address_kind: hop.address_kind().map(AddressKind::from),
        origin: hop.origin().into(),
        delay: hop.delay(),
    }
}

fn of_script(header: &[u8], script: &core_trace::Script) -> Script {
    Script {
        path: script.path().map(str::to_owned),
        program: script.program().map(str::to_owned),
        directory: script.directory().map(str::to_owned),
        uid: script.uid(),
        account: script.account().map(str::to_owned),
        server: script.server().map(str::to_owned),
        visitor: script.visitor(),
        is_named: script.is_named(),
        spans: script.spans().iter().map(|span| Span::of_bytes(header, *span)).collect(),
    }
}
