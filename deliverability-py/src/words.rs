//! Words of the core as members of Python's `str` enums.

use deliverability_core::receivers::{self, Receiver};
use deliverability_core::result::ChainStatus;
use deliverability_core::reverse_dns::PieceKind;
use deliverability_core::{
    self as core, ArcResult, DkimResult, DmarcResult, IprevResult, SpfResult, bounce, dmarc, dns, dnsbl,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::arc::ArcField;
use crate::authentication_results::Departure;
use crate::bounce::words::{Actor, BounceAction, BounceKind, Permanence};
use crate::diagnosis::finding::Acts;
use crate::diagnosis::report::Verdict;
use crate::diagnosis::returned::ConfirmationOutcome;
use crate::dkim::{KeyStatus, RsaForm};
use crate::dkim_set_up::DkimNamespace;
use crate::dmarc::destinations::DmarcPermission;
use crate::dmarc::discovery::DmarcStatus;
use crate::dmarc::record::AlignmentMode;
use crate::dmarc::verdict::{DisagreementKind, DmarcAlignment, DmarcCause, DmarcMechanism};
use crate::dnsbl::verdict::ListStatus;
use crate::field::{Word, core_words, variant_words};
use crate::helo::HeloForm;
use crate::historic::AdspPractices;
use crate::mail_route::{HostState, RouteKind};
use crate::mail_source::SourceRelation;
use crate::received::{AuthenticatedBy, TlsVersion, Transmission};
use crate::reverse_dns::PointerState;
use crate::sender_id::PraField;
use crate::spf::cause::CauseKind;
use crate::spf::evaluation::SpfIdentity;
use crate::spf::record::{MechanismName, Qualifier};
use crate::spf::rewrite::{ProofStatus, SpfClaim, UnprovenKind};
use crate::spf::trace::TermOutcome;
use crate::spf::tree::SpfStanding;
use crate::trace::{AddressKind, Boundary, Origin, SourceKind, TraceNoteKind};
use crate::transport::outcome::{TransportKind, TransportStatus};
use crate::transport::record::BimiAddressPreference;

/// The enum member of a word. To call the enum takes longer than a check does, so it is called once a
/// word.
pub(crate) fn to_py<W: Word>(py: Python<'_>, word: W) -> PyResult<Bound<'_, PyAny>> {
    let members = W::members().get_or_try_init(py, || members::<W>(py))?;
    let member = members.iter().find(|(text, _)| *text == word.word());
    member.map(|(_, member)| member.bind(py).clone()).ok_or_else(|| unknown::<W>(word.word()))
}

fn members<W: Word>(py: Python<'_>) -> PyResult<Vec<(&'static str, Py<PyAny>)>> {
    let class = py.import("deliverability._words")?.getattr(W::ENUM)?;
    W::ALL.iter().map(|word| Ok((word.word(), class.call1((word.word(),))?.unbind()))).collect()
}

/// The word that a `str`, or a member of its enum, names.
pub(crate) fn from_py<W: Word>(value: &Bound<'_, PyAny>) -> PyResult<W> {
    let text = value.cast::<PyString>()?.to_string_lossy().into_owned();
    W::ALL.iter().copied().find(|word| word.word() == text).ok_or_else(|| unknown::<W>(&text))
}

fn unknown<W: Word>(text: &str) -> PyErr {
    PyValueError::new_err(format!("{text:?} is not a {}", W::ENUM))
}

variant_words! {
    /// How much a problem or finding matters.
    Severity from core::Severity { Note = "note", Warning = "warning", Error = "error", Blocks = "blocks", }
}

core_words! {
    SpfResult = "SpfResult";
    IprevResult = "IprevResult";
    ArcResult = "ArcResult";
    ChainStatus = "ChainStatus";
    DkimResult = "DkimResult";
    DmarcResult = "DmarcResult";
}

variant_words! {
    /// Yes, no, or not known.
    Ternary from dns::Ternary { Yes = "yes", No = "no", Unknown = "unknown", }
}

/// All words by enum: what the Python half is tested against.
#[pyfunction(name = "_words")]
pub(crate) fn all_words(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    macro_rules! add_each {
        ($all:expr; $($word:ty,)+) => { $(add::<$word>($all)?;)+ };
    }
    let all = PyDict::new(py);
    add_each! { &all;
        SpfResult, IprevResult, Ternary, PointerState, RouteKind, HostState, SpfIdentity, Qualifier, MechanismName,
        TermOutcome, CauseKind, SpfStanding, ProofStatus, SpfClaim, UnprovenKind, PraField, dnsbl::Kind, dnsbl::Role,
        dnsbl::Cause, dnsbl::Terms, dnsbl::NameForm, dnsbl::Fate, ListStatus, dnsbl::ChangeKind, dnsbl::Impact, Acts,
        Verdict, HeloForm, PieceKind, KeyStatus, RsaForm, DkimNamespace, Severity, DkimResult, DmarcResult,
        dmarc::Policy, AlignmentMode, DmarcMechanism, DmarcAlignment, DmarcCause, DmarcStatus, DisagreementKind,
        TransportKind, TransportStatus, Departure, AdspPractices, ArcResult, ChainStatus, ArcField, DmarcPermission,
        BimiAddressPreference, bounce::Cause, Receiver, receivers::Scope, receivers::Requirement, Actor, Permanence,
        BounceKind, BounceAction, ConfirmationOutcome, Transmission, AuthenticatedBy, TlsVersion, Boundary, Origin,
        AddressKind, SourceKind, SourceRelation, TraceNoteKind,
    }
    Ok(all)
}

fn add<W: Word>(all: &Bound<'_, PyDict>) -> PyResult<()> {
    all.set_item(W::ENUM, W::ALL.iter().map(|word| word.word()).collect::<Vec<_>>())
}
