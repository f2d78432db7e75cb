//! What is known of a list.

use core::hash::{Hash, Hasher};
use core::net::Ipv4Addr;
use std::collections::BTreeMap;
use std::sync::Arc;

use deliverability_core::DomainName;
use deliverability_core::dnsbl::{self, DeadList, KnownList, List, Pattern, catalogue, default_lists, known};
use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::error::{Unreadable, kind_word};
use crate::field::{Field, class_field, core_words};
use crate::input::Domain;
use crate::tree::Tree;
use crate::value::{Reduced, hash, repr, value_class};

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
enum MadeOf {
    Arguments {
        codes: Vec<(Ipv4Addr, String)>,
        rfc_test_points: bool,
    },
    /// The text of a list file.
    File(Arc<str>),
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
        let kind = dnsbl::Kind::from_py(kind)?;
        let role = role.map_or(Ok(dnsbl::Role::Block), dnsbl::Role::from_py)?;
        let codes = codes.unwrap_or_default().into_iter().map(code).collect::<PyResult<Vec<_>>>()?;
        let mut list = List::new(zone.0, kind).with_role(role);
        if rfc_test_points {
            list = list.with_rfc_test_points();
        }
        for (value, meaning) in &codes {
            list = list.with_code(Pattern::one(value.octets()), meaning.clone());
        }
        let list = delist.into_iter().fold(list, List::with_delist);
        Ok(Self { list, made_of: Some(MadeOf::Arguments { codes, rfc_test_points }) })
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
        self.list.kind().to_py(py)
    }

    /// What being listed means.
    #[getter]
    fn role<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.list.role().to_py(py)
    }

    /// How much a listing matters, where that is known.
    #[getter]
    fn impact<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.list.impact().to_py(py)
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

    /// How removal is had and how long that takes, in words.
    #[getter]
    fn removal(&self) -> Option<&str> {
        self.list.removal()
    }

    /// What an entry tells of its cause, where the code does not say.
    #[getter]
    fn cause<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.list.cause().to_py(py)
    }

    /// What else is worth knowing before an entry is acted on.
    #[getter]
    fn note(&self) -> Option<&str> {
        self.list.note()
    }

    /// Who may ask it.
    #[getter]
    fn terms<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.list.terms().to_py(py)
    }

    /// Which part of a host name it wants to be asked about.
    #[getter]
    fn name_form<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.list.name_form().to_py(py)
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
        let core = |name: &str| py.import("deliverability._core")?.getattr(name);
        let (made_codes, rfc_test_points) = match &this.made_of {
            None => return Ok((core("_dnsbl_list")?, (this.zone(),).into_pyobject(py)?)),
            Some(MadeOf::File(text)) => {
                return Ok((core("_dnsbl_list_of_file")?, (&**text, this.zone()).into_pyobject(py)?));
            }
            Some(MadeOf::Arguments { codes, rfc_test_points }) => (codes, *rfc_test_points),
        };
        let codes: BTreeMap<_, _> =
            made_codes.iter().map(|(value, meaning)| (value.to_string(), meaning.clone())).collect();
        let arguments = (this.zone(), this.kind(py)?, this.role(py)?, codes, this.delist(), rfc_test_points);
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

    /// A list that a reply names: of the catalogue, or one with the test points of RFC 5782.
    pub(crate) fn inferred(list: &List) -> Self {
        let is_known = catalogue().contains(list);
        let made_of = (!is_known).then(|| MadeOf::Arguments { codes: Vec::new(), rfc_test_points: true });
        Self { list: list.clone(), made_of }
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

    /// Those that were given, or the default ones.
    pub(crate) fn each(lists: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Self>> {
        match lists {
            None => Ok(default_lists().iter().map(Self::of).collect()),
            Some(lists) => lists.try_iter()?.map(|list| Self::named(&list?)).collect(),
        }
    }

    pub(crate) fn tree(&self) -> Tree {
        let text = |text: Option<&str>| text.map_or(Tree::Null, |text| Tree::Text(text.to_owned()));
        Tree::Dict(vec![
            ("zone", self.list.zone().tree()),
            ("kind", self.list.kind().tree()),
            ("role", self.list.role().tree()),
            ("impact", self.list.impact().tree()),
            ("operator", text(self.list.operator())),
            ("delist", text(self.list.delist())),
            ("removal", text(self.list.removal())),
            ("cause", self.list.cause().tree()),
            ("note", text(self.list.note())),
            ("terms", self.list.terms().tree()),
            ("name_form", self.list.name_form().tree()),
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

class_field!(DnsblList, DnsblList::tree);

fn code((value, meaning): (String, String)) -> PyResult<(Ipv4Addr, String)> {
    match value.parse() {
        Ok(value) => Ok((value, meaning)),
        Err(_) => Err(Unreadable::whole("code", &"not an IPv4 address such as 127.0.0.2", "address", &value).into()),
    }
}

/// The lists of a TOML file, in its order.
#[pyfunction]
pub(crate) fn lists_from_toml(text: &str) -> PyResult<Vec<DnsblList>> {
    let lists = dnsbl::lists_from_toml(text)
        .map_err(|error| Unreadable::file("list file", &error, &kind_word(&error.kind), error.span, text))?;
    let text: Arc<str> = text.into();
    let own = |list| DnsblList { list, made_of: Some(MadeOf::File(Arc::clone(&text))) };
    Ok(lists.into_iter().map(own).collect())
}

/// One list of a file: how it is unpickled.
#[pyfunction(name = "_dnsbl_list_of_file")]
pub(crate) fn of_file(text: &str, zone: &str) -> PyResult<DnsblList> {
    let found = lists_from_toml(text)?.into_iter().find(|list| list.zone() == zone);
    found.ok_or_else(|| PyValueError::new_err(format!("the file has no list with the zone {zone:?}")))
}

/// The lists that are asked without others being given.
#[pyfunction]
pub(crate) fn dnsbl_default_lists(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, default_lists().iter().map(DnsblList::of))
}

/// Every list that is known and in use, whoever may ask it.
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

/// What is known of a zone: a list in use, a dead one, or nothing.
#[pyfunction]
pub(crate) fn known_list<'py>(py: Python<'py>, zone: &str) -> PyResult<Bound<'py, PyAny>> {
    match known(zone) {
        Some(KnownList::Active(list)) => DnsblList::of(list).into_bound_py_any(py),
        Some(KnownList::Dead(dead)) => DeadDnsblList::of(dead).into_bound_py_any(py),
        _ => Ok(py.None().into_bound(py)),
    }
}

value_class! {
    /// A list that is no longer kept, or cannot be believed.
    DeadDnsblList {
        /// The zone.
        zone: DomainName,
        /// What became of it.
        fate: dnsbl::Fate,
        /// The year, where known.
        since: Option<u16>,
        /// What happened, in words.
        why: String,
        /// Where these facts come from.
        source: String,
        /// The day these facts were read, as "YYYY-MM-DD".
        read: String,
    }
}

impl DeadDnsblList {
    pub(crate) fn of(dead: &DeadList) -> Self {
        Self {
            zone: dead.zone().clone(),
            fate: dead.fate(),
            since: dead.since(),
            why: dead.why().to_owned(),
            source: dead.source().to_owned(),
            read: dead.read().to_owned(),
        }
    }
}

core_words! {
    dnsbl::Kind = "ListKind";
    dnsbl::Role = "ListRole";
    dnsbl::Impact = "Impact";
    dnsbl::Cause = "ListCause";
    dnsbl::Terms = "ListTerms";
    dnsbl::NameForm = "NameForm";
    dnsbl::Fate = "ListFate";
}
