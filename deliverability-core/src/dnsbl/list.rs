//! A list: its zone, what it holds, what its answers mean and how to test it.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::borrow::Cow;
use std::sync::Arc;

use super::pattern::Pattern;
use super::query_name::{Family, Subject, query_name};
use super::response::{self, ListAnswer};
use super::words::{Cause, Impact, Kind, NameForm, Role, Terms};
use crate::dns::{Answer, Query};
use crate::domain::{DomainName, ParseError};

/// A DNS list and what is known of it. Cheap to clone.
///
/// A new list has the must-not-be-listed test points of RFC 5782 §5, which hold for every list
/// unless it says otherwise, and no must-be-listed ones: a list that lacks them would pass for
/// emptied. Without a must-be-listed point a missing entry is
/// [`Status::Untestable`](super::Status::Untestable).
///
/// ```
/// use deliverability_core::{Check, dns::Zone, dnsbl::{Kind, List, Lookup, Pattern, Role}};
///
/// let list = List::new("bl.example.net".parse()?, Kind::Ipv4)
///     .with_rfc_test_points()
///     .with_code(Pattern::one([127, 0, 0, 3]), "open relay")
///     .with_delist("https://bl.example.net/remove");
/// let zone: Zone = "2.0.0.127.bl.example.net A 127.0.0.2".parse()?;
/// let verdicts = Lookup::of("192.0.2.7".parse()?).lists(&[list]).in_zone(&zone);
/// assert_eq!(verdicts[0].to_string(), "bl.example.net: not listed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List(Arc<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    zone: DomainName,
    kind: Kind,
    role: Role,
    impact: Option<Impact>,
    operator: Option<Cow<'static, str>>,
    codes: Vec<CodeRule>,
    refusals: Vec<RefusalRule>,
    listed: Vec<TestPoint>,
    clean: Vec<TestPoint>,
    delist: Option<Cow<'static, str>>,
    removal: Option<Cow<'static, str>>,
    cause: Option<Cause>,
    note: Option<Cow<'static, str>>,
    terms: Option<Terms>,
    access: Option<Cow<'static, str>>,
    name_form: NameForm,
    source: Option<(Cow<'static, str>, Cow<'static, str>)>,
}

impl Kind {
    /// Whether such a list holds subjects of this kind.
    pub fn holds(self, subject: &Subject) -> bool {
        self.has(subject.family())
    }

    const fn has(self, family: Family) -> bool {
        match family {
            Family::Ipv4 => !matches!(self, Self::Ipv6 | Self::Domain),
            Family::Ipv6 => matches!(self, Self::Ipv6 | Self::Ip | Self::IpAndDomain),
            Family::Domain => matches!(self, Self::Domain | Self::IpAndDomain | Self::Ipv4AndDomain),
        }
    }
}

/// What a list means by some A values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CodeRule {
    /// The values.
    pub pattern: Pattern,
    /// What they mean.
    pub meaning: Cow<'static, str>,
    /// How much they matter, where that differs from the list as a whole.
    pub impact: Option<Impact>,
    /// What being listed by them means, where that differs from the list as a whole.
    pub role: Option<Role>,
    /// What they tell of the cause, where that differs from the list as a whole.
    pub cause: Option<Cause>,
    /// How removal of such an entry is had, where that differs from the list as a whole.
    pub removal: Option<Cow<'static, str>>,
    /// Whether the last octet is a number: a score, a level of trust, an age.
    pub is_number: bool,
}

impl CodeRule {
    /// What some values mean, in all else as the list as a whole.
    pub fn new(pattern: Pattern, meaning: impl Into<Cow<'static, str>>) -> Self {
        Self {
            pattern,
            meaning: meaning.into(),
            impact: None,
            role: None,
            cause: None,
            removal: None,
            is_number: false,
        }
    }
}

/// A values by which a list declines to answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RefusalRule {
    /// The values.
    pub pattern: Pattern,
    /// Why the list declines.
    pub why: Cow<'static, str>,
}

/// An entry that must, or must not, be in a list (RFC 5782 §5).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TestPoint {
    /// The address or name.
    pub subject: Subject,
    /// What to ask.
    pub query: Query,
    /// The value it is known to give although the same value is a refusal elsewhere.
    pub value: Option<Ipv4Addr>,
}

impl List {
    /// A block list at `zone`, with nothing else known of it.
    pub fn new(zone: DomainName, kind: Kind) -> Self {
        let list = Self(Arc::new(Inner {
            zone,
            kind,
            role: Role::Block,
            impact: None,
            operator: None,
            codes: Vec::new(),
            refusals: Vec::new(),
            listed: Vec::new(),
            clean: Vec::new(),
            delist: None,
            removal: None,
            cause: None,
            note: None,
            terms: None,
            access: None,
            name_form: NameForm::Host,
            source: None,
        }));
        // RFC 5782 §5: no list contains these, so an entry there says that all entries are void.
        rfc_test_points(kind, 1, "invalid").into_iter().fold(list, Self::with_clean_point)
    }

    /// The zone that is asked.
    pub fn zone(&self) -> &DomainName {
        &self.0.zone
    }

    /// What it holds.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What being listed means.
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// How much a listing matters, where known.
    pub fn impact(&self) -> Option<Impact> {
        self.0.impact
    }

    /// Who runs it, where known.
    pub fn operator(&self) -> Option<&str> {
        self.0.operator.as_deref()
    }

    /// What its A values mean.
    pub fn codes(&self) -> &[CodeRule] {
        &self.0.codes
    }

    /// Its own refusals; 127.255.255.0/24 is one for every list.
    pub fn refusals(&self) -> &[RefusalRule] {
        &self.0.refusals
    }

    /// The entry that must be listed, for subjects such as this one.
    pub fn listed_point(&self, subject: &Subject) -> Option<&TestPoint> {
        self.0.listed.iter().find(|point| point.subject.family() == subject.family())
    }

    /// The entry that must not be listed, for subjects such as this one.
    pub fn clean_point(&self, subject: &Subject) -> Option<&TestPoint> {
        self.0.clean.iter().find(|point| point.subject.family() == subject.family())
    }

    /// Every test point.
    pub fn points(&self) -> impl Iterator<Item = &TestPoint> {
        self.0.listed.iter().chain(&self.0.clean)
    }

    /// The page where removal is asked for, or where it says how.
    pub fn delist(&self) -> Option<&str> {
        self.0.delist.as_deref()
    }

    /// How removal is had and how long that takes, in words, where known.
    pub fn removal(&self) -> Option<&str> {
        self.0.removal.as_deref()
    }

    pub(super) fn removal_text(&self) -> Option<Cow<'static, str>> {
        self.0.removal.clone()
    }

    /// What an entry tells of its cause, where the code does not say.
    pub fn cause(&self) -> Option<Cause> {
        self.0.cause
    }

    /// What else is worth knowing before an entry is acted on.
    pub fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Whether any of its codes can mean `role`.
    pub fn can_mean(&self, role: Role) -> bool {
        self.role() == role || self.codes().iter().any(|code| code.role == Some(role))
    }

    /// Which part of a host name it wants to be asked about.
    pub fn name_form(&self) -> NameForm {
        self.0.name_form
    }

    /// Who may ask it, where known.
    pub fn terms(&self) -> Option<Terms> {
        self.0.terms
    }

    /// Who may ask it, in words.
    pub fn access(&self) -> Option<&str> {
        self.0.access.as_deref()
    }

    /// Where these facts come from: the source's short name.
    pub fn source(&self) -> Option<&str> {
        self.0.source.as_ref().map(|(name, _)| &**name)
    }

    /// The day these facts were read, as `YYYY-MM-DD`.
    pub fn read(&self) -> Option<&str> {
        self.0.source.as_ref().map(|(_, day)| &**day)
    }

    /// The question for `subject`.
    ///
    /// # Errors
    ///
    /// As [`query_name`].
    pub fn query(&self, subject: &Subject) -> Result<Query, ParseError> {
        query_name(subject, self.zone()).map(Query::a)
    }

    /// What an answer of this list says.
    pub fn decode(&self, answer: &Answer) -> ListAnswer {
        response::decode(self, answer)
    }

    /// Sets what being listed means.
    #[must_use]
    pub fn with_role(self, role: Role) -> Self {
        self.with(|list| list.role = role)
    }

    /// Sets how much a listing matters.
    #[must_use]
    pub fn with_impact(self, impact: Impact) -> Self {
        self.with(|list| list.impact = Some(impact))
    }

    /// Sets who runs it.
    #[must_use]
    pub fn with_operator(self, operator: impl Into<Cow<'static, str>>) -> Self {
        self.with(|list| list.operator = Some(operator.into()))
    }

    /// Adds what the list means by some values.
    #[must_use]
    pub fn with_code(self, pattern: Pattern, meaning: impl Into<Cow<'static, str>>) -> Self {
        self.with_code_rule(CodeRule::new(pattern, meaning))
    }

    /// Adds what the list means by some values that matter more or less than the list as a whole.
    #[must_use]
    pub fn with_weighed_code(self, pattern: Pattern, meaning: impl Into<Cow<'static, str>>, impact: Impact) -> Self {
        self.with_code_rule(CodeRule { impact: Some(impact), ..CodeRule::new(pattern, meaning) })
    }

    /// Adds values by which the list declines to answer.
    #[must_use]
    pub fn with_refusal(self, pattern: Pattern, why: impl Into<Cow<'static, str>>) -> Self {
        self.with(|list| list.refusals.push(RefusalRule { pattern, why: why.into() }))
    }

    /// Sets the must-be-listed points of RFC 5782 §5 for what the list holds: `127.0.0.2`,
    /// `::ffff:127.0.0.2`, `test`.
    #[must_use]
    pub fn with_rfc_test_points(self) -> Self {
        let points = rfc_test_points(self.kind(), 2, "test");
        points.into_iter().fold(self, Self::with_listed_point)
    }

    /// Sets the entry that must be listed, for subjects of its kind.
    ///
    /// A point whose name would be over the wire limit is left out.
    #[must_use]
    pub fn with_listed_point(self, subject: impl Into<Subject>) -> Self {
        self.with(|list| set_point(&list.zone, &mut list.listed, subject.into(), None))
    }

    /// As [`List::with_listed_point`], for a point that gives `value` although the same value is
    /// a refusal elsewhere.
    #[must_use]
    pub fn with_listed_point_giving(self, subject: impl Into<Subject>, value: Ipv4Addr) -> Self {
        self.with(|list| set_point(&list.zone, &mut list.listed, subject.into(), Some(value)))
    }

    /// Sets the entry that must not be listed, for subjects of its kind.
    ///
    /// A point whose name would be over the wire limit is left out.
    #[must_use]
    pub fn with_clean_point(self, subject: impl Into<Subject>) -> Self {
        self.with(|list| set_point(&list.zone, &mut list.clean, subject.into(), None))
    }

    /// Drops the must-not-be-listed points, for a list that has entries there by design. What it
    /// lists cannot be told from listing the world then, and is
    /// [`Status::Untestable`](super::Status::Untestable).
    #[must_use]
    pub fn without_clean_points(self) -> Self {
        self.with(|list| list.clean.clear())
    }

    /// Sets the page where removal is asked for.
    #[must_use]
    pub fn with_delist(self, url: impl Into<Cow<'static, str>>) -> Self {
        self.with(|list| list.delist = Some(url.into()))
    }

    /// Sets how removal is had and how long that takes, in words.
    #[must_use]
    pub fn with_removal(self, how: impl Into<Cow<'static, str>>) -> Self {
        self.with(|list| list.removal = Some(how.into()))
    }

    /// Sets what an entry tells of its cause.
    #[must_use]
    pub fn with_cause(self, cause: Cause) -> Self {
        self.with(|list| list.cause = Some(cause))
    }

    /// Sets what else is worth knowing before an entry is acted on.
    #[must_use]
    pub fn with_note(self, note: impl Into<Cow<'static, str>>) -> Self {
        self.with(|list| list.note = Some(note.into()))
    }

    /// Sets which part of a host name it wants to be asked about.
    #[must_use]
    pub fn with_name_form(self, form: NameForm) -> Self {
        self.with(|list| list.name_form = form)
    }

    /// Sets who may ask it.
    #[must_use]
    pub fn with_terms(self, terms: Terms) -> Self {
        self.with(|list| list.terms = Some(terms))
    }

    /// Sets who may ask it, in words.
    #[must_use]
    pub fn with_access(self, access: impl Into<Cow<'static, str>>) -> Self {
        self.with(|list| list.access = Some(access.into()))
    }

    /// Sets where the facts come from, and the day they were read as `YYYY-MM-DD`.
    #[must_use]
    pub fn with_source(self, name: impl Into<Cow<'static, str>>, day: impl Into<Cow<'static, str>>) -> Self {
        self.with(|list| list.source = Some((name.into(), day.into())))
    }

    /// Adds what the list means by some values, in full.
    #[must_use]
    pub fn with_code_rule(self, rule: CodeRule) -> Self {
        self.with(|list| list.codes.push(rule))
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

/// RFC 5782 §5: `127.0.0.N`, `::ffff:127.0.0.N` and a reserved name, as far as `kind` goes.
fn rfc_test_points(kind: Kind, last: u8, name: &str) -> Vec<Subject> {
    let v4 = Ipv4Addr::new(127, 0, 0, last);
    let v6: Ipv6Addr = v4.to_ipv6_mapped();
    let points = [Some(IpAddr::V4(v4).into()), Some(IpAddr::V6(v6).into()), name.parse().ok().map(Subject::Domain)];
    points.into_iter().flatten().filter(|point| kind.holds(point)).collect()
}

fn set_point(zone: &DomainName, points: &mut Vec<TestPoint>, subject: Subject, value: Option<Ipv4Addr>) {
    points.retain(|point| point.subject.family() != subject.family());
    if let Ok(name) = query_name(&subject, zone) {
        points.push(TestPoint { subject, query: Query::a(name), value });
    }
}
