//! What is known of a list.

use core::hash::{Hash, Hasher};
use core::net::Ipv4Addr;
use std::collections::BTreeMap;

use deliverability_core::DomainName;
use deliverability_core::dnsbl::{self, List, Pattern, catalogue};
use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::error::Unreadable;
use crate::field::{Field, variant_words};
use crate::input::Domain;
use crate::tree::Tree;
use crate::value::{Reduced, hash, repr};

/// A DNS list: one of the catalogue, or one of your own.
///
/// A list of your own has the test points of RFC 5782 §5, unless `rfc_test_points` is false: then
/// a missing entry is unknown, never clean. `codes` says what its A values mean.
#[pyclass(frozen, module = "deliverability")]
#[derive(Clone, Debug)]
pub(crate) struct DnsblList {
    pub(crate) list: List,
    /// What its constructor was given; `None` for one of the catalogue.
    made_of: Option<MadeOf>,
}

#[derive(Clone, Debug)]
struct MadeOf {
    codes: Vec<(Ipv4Addr, String)>,
    rfc_test_points: bool,
}

#[pymethods]
impl DnsblList {
    #[new]
    #[pyo3(signature = (zone, kind, role=None, codes=None, delist=None, rfc_test_points=true))]
    fn new(
        zone: Domain,
        kind: &Bound<'_, PyAny>,
        role: Option<&Bound<'_, PyAny>>,
        codes: Option<BTreeMap<String, String>>,
        delist: Option<String>,
        rfc_test_points: bool,
    ) -> PyResult<Self> {
        let kind = ListKind::from_py(kind)?;
        let role = role.map_or(Ok(ListRole::Block), ListRole::from_py)?;
        let codes = codes.unwrap_or_default().into_iter().map(code).collect::<PyResult<Vec<_>>>()?;
        let mut list = List::new(zone.0, kind.into()).with_role(role.into());
        if rfc_test_points {
            list = list.with_rfc_test_points();
        }
        for (value, meaning) in &codes {
            list = list.with_code(Pattern::one(value.octets()), meaning.clone());
        }
        let list = delist.into_iter().fold(list, List::with_delist);
        Ok(Self { list, made_of: Some(MadeOf { codes, rfc_test_points }) })
    }

    #[classattr]
    const fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("zone", "kind", "role")
    }

    /// The zone that is asked.
    #[getter]
    fn zone(&self) -> String {
        self.list.zone().to_string()
    }

    /// What it holds.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ListKind::from(self.list.kind()).to_py(py)
    }

    /// What being listed means.
    #[getter]
    fn role<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ListRole::from(self.list.role()).to_py(py)
    }

    /// How much a listing matters, where that is known.
    #[getter]
    fn impact<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.list.impact().map(Impact::from).to_py(py)
    }

    /// Who runs it.
    #[getter]
    fn operator(&self) -> Option<&str> {
        self.list.operator()
    }

    /// The page where removal is asked for.
    #[getter]
    fn delist(&self) -> Option<&str> {
        self.list.delist()
    }

    /// Who may ask it, in words.
    #[getter]
    fn access(&self) -> Option<&str> {
        self.list.access()
    }

    /// Where the facts come from.
    #[getter]
    fn source(&self) -> Option<&str> {
        self.list.source()
    }

    /// The day these facts were read, as "YYYY-MM-DD".
    #[getter]
    fn read(&self) -> Option<&str> {
        self.list.read()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.list == other.get().list)
    }

    fn __hash__(&self) -> u64 {
        hash(self.list.zone())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("<{}>", repr(slf.as_any(), "DnsblList", &["zone", "kind", "role"])?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let (py, this) = (slf.py(), slf.get());
        let Some(made) = &this.made_of else {
            let named = py.import("deliverability._core")?.getattr("_dnsbl_list")?;
            return Ok((named, (this.zone(),).into_pyobject(py)?));
        };
        let codes: BTreeMap<_, _> =
            made.codes.iter().map(|(value, meaning)| (value.to_string(), meaning.clone())).collect();
        let arguments = (this.zone(), this.kind(py)?, this.role(py)?, codes, this.delist(), made.rfc_test_points);
        Ok((slf.get_type().into_any(), arguments.into_pyobject(py)?))
    }

    /// The list as a dict of plain values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.tree().to_py(py)
    }
}

impl DnsblList {
    pub(crate) fn of(list: &List) -> Self {
        Self { list: list.clone(), made_of: None }
    }

    /// A list, or the zone of one in the catalogue.
    pub(crate) fn named(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(list) = value.cast::<Self>() {
            return Ok(list.get().clone());
        }
        let Ok(text) = value.cast::<PyString>() else {
            return Err(PyTypeError::new_err("lists are DnsblList, or zones of the catalogue as str"));
        };
        of_catalogue(&text.to_string_lossy())
    }

    pub(crate) fn tree(&self) -> Tree {
        let text = |text: Option<&str>| text.map_or(Tree::Null, |text| Tree::Text(text.to_owned()));
        Tree::Dict(vec![
            ("zone", self.list.zone().tree()),
            ("kind", ListKind::from(self.list.kind()).tree()),
            ("role", ListRole::from(self.list.role()).tree()),
            ("impact", self.list.impact().map(Impact::from).tree()),
            ("operator", text(self.list.operator())),
            ("delist", text(self.list.delist())),
            ("access", text(self.list.access())),
            ("source", text(self.list.source())),
            ("read", text(self.list.read())),
        ])
    }
}

impl PartialEq for DnsblList {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for DnsblList {}

impl Hash for DnsblList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.list.zone().hash(state);
    }
}

impl Field for DnsblList {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.clone().into_bound_py_any(py)
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(value.cast::<Self>()?.get().clone())
    }

    fn tree(&self) -> Tree {
        Self::tree(self)
    }
}

fn code((value, meaning): (String, String)) -> PyResult<(Ipv4Addr, String)> {
    match value.parse() {
        Ok(value) => Ok((value, meaning)),
        Err(_) => Err(Unreadable::whole("code", &"not an IPv4 address such as 127.0.0.2", "address", &value).into()),
    }
}

/// The lists that are asked without others being given.
#[pyfunction]
pub(crate) fn dnsbl_catalogue(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, catalogue().iter().map(DnsblList::of))
}

/// The list of the catalogue that has this zone.
#[pyfunction(name = "_dnsbl_list")]
pub(crate) fn of_catalogue(zone: &str) -> PyResult<DnsblList> {
    let wanted: Option<DomainName> = zone.parse().ok();
    let found = catalogue().iter().find(|list| wanted.as_ref() == Some(list.zone()));
    found.map(DnsblList::of).ok_or_else(|| {
        PyValueError::new_err(format!("no list of the catalogue has the zone {zone:?}; make a DnsblList for it"))
    })
}

variant_words! {
    /// What a list holds.
    ListKind { Ipv4 = "ipv4", Ipv6 = "ipv6", Ip = "ip", Domain = "domain", IpAndDomain = "ip_and_domain", }
}

impl From<dnsbl::Kind> for ListKind {
    fn from(kind: dnsbl::Kind) -> Self {
        match kind {
            dnsbl::Kind::Ipv4 => Self::Ipv4,
            dnsbl::Kind::Ipv6 => Self::Ipv6,
            dnsbl::Kind::Ip => Self::Ip,
            dnsbl::Kind::Domain => Self::Domain,
            _ => Self::IpAndDomain,
        }
    }
}

impl From<ListKind> for dnsbl::Kind {
    fn from(kind: ListKind) -> Self {
        match kind {
            ListKind::Ipv4 => Self::Ipv4,
            ListKind::Ipv6 => Self::Ipv6,
            ListKind::Ip => Self::Ip,
            ListKind::Domain => Self::Domain,
            ListKind::IpAndDomain => Self::IpAndDomain,
        }
    }
}

variant_words! {
    /// What being listed means.
    ListRole { Block = "block", Welcome = "welcome", Information = "information", }
}

impl From<dnsbl::Role> for ListRole {
    fn from(role: dnsbl::Role) -> Self {
        match role {
            dnsbl::Role::Block => Self::Block,
            dnsbl::Role::Welcome => Self::Welcome,
            _ => Self::Information,
        }
    }
}

impl From<ListRole> for dnsbl::Role {
    fn from(role: ListRole) -> Self {
        match role {
            ListRole::Block => Self::Block,
            ListRole::Welcome => Self::Welcome,
            ListRole::Information => Self::Information,
        }
    }
}

variant_words! {
    /// How much a listing matters.
    Impact { Note = "note", Low = "low", Medium = "medium", High = "high", Critical = "critical", }
}

impl From<dnsbl::Impact> for Impact {
    fn from(impact: dnsbl::Impact) -> Self {
        match impact {
            dnsbl::Impact::Low => Self::Low,
            dnsbl::Impact::Medium => Self::Medium,
            dnsbl::Impact::High => Self::High,
            dnsbl::Impact::Critical => Self::Critical,
            _ => Self::Note,
        }
    }
}
