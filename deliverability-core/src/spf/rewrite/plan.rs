//! A rewrite in the making.

use std::sync::Arc;

use super::super::record::{Mechanism, Qualifier, Record};
use super::super::selection::{is_spf_record, select};
use super::atlas::check_of;
use super::change::RecordChange;
use super::draft::{Draft, Part};
use super::merge;
use super::proof::{Case, Claim, Proof};
use super::refusal::Refusal;
use crate::dns::{Answer, Known, Needed, Overlay, Query, RecordData, Response, Text};
use crate::domain::DomainName;
use crate::escaped::Escaped;

/// Why there is no rewrite yet, or none at all.
pub(super) enum Halt {
    Need(Needed),
    Refuse(Refusal),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<Needed> for Halt {
    fn from(needed: Needed) -> Self {
        Self::Need(needed)
    }
}

/// Most octets of a record that can be published: with its length octets it fits into RDATA
/// (RFC 1035 §3.2.1).
const LONGEST_RECORD: usize = 65_000;

/// The domain's records as they stand, and what becomes of them.
pub(super) struct Plan<'a> {
    pub(super) domain: &'a DomainName,
    /// Where its records stand: at the end of its CNAME chain.
    owner: DomainName,
    pub(super) known: &'a dyn Known,
    /// The SPF records as they stand.
    old: Vec<Arc<[u8]>>,
    /// The other texts at the domain.
    others: Vec<RecordData>,
    pub(super) draft: Draft,
    /// Records at further names.
    pub(super) further: Vec<(DomainName, String)>,
    /// The terms that authorize the added senders.
    pub(super) added: Vec<Part>,
    pub(super) repairs: bool,
}

impl<'a> Plan<'a> {
    /// Reads the domain's records.
    pub(super) fn start(
        domain: &'a DomainName,
        known: &'a dyn Known,
        merged: bool,
        ending: Option<Qualifier>,
    ) -> Result<Self, Halt> {
        let checked = check_of(domain, core::net::Ipv4Addr::UNSPECIFIED.into()).subject.domain();
        if checked.ok().as_ref() != Some(domain) {
            return Err(Refusal::NotADomain { domain: domain.clone() }.into());
        }
        let response = answered(known, &Query::txt(domain.clone()))?;
        let mut old: Vec<Arc<[u8]>> = select(&response).map(|text| Arc::clone(text.bytes())).collect();
        // The order of an answer means nothing (RFC 2181 §5): the same records give the same rewrite.
        old.sort_unstable();
        let is_other = |data: &&RecordData| !matches!(data, RecordData::Txt(text) if is_spf_record(text.bytes()));
        let others = response.records().iter().filter(is_other).cloned().collect();
        let owner = response.aliases().last().unwrap_or(domain).clone();
        let draft = match (old.as_slice(), ending) {
            ([], Some(qualifier)) => first_draft(qualifier),
            ([], None) => return Err(Refusal::NoRecord { domain: domain.clone() }.into()),
            ([one], _) => draft_of(one)?,
            (several, _) if merged => merge::merged(several, known)?,
            (several, _) => {
                return Err(Refusal::SeveralRecords { domain: domain.clone(), count: several.len() }.into());
            }
        };
        Ok(Self { domain, owner, known, old, others, draft, further: Vec::new(), added: Vec::new(), repairs: false })
    }

    /// The world with this record as the domain's only one.
    pub(super) fn with_record(&self, record: &[u8]) -> Overlay<&'a dyn Known> {
        let mut overlay = Overlay::on(self.known);
        let texts = self.others.iter().cloned().chain([RecordData::Txt(Text::new(record))]);
        overlay.lay(Query::txt(self.owner.clone()), texts);
        for (name, record) in &self.further {
            overlay.lay_text(name.clone(), record);
        }
        overlay
    }

    /// The world as rewritten so far.
    pub(super) fn rewritten(&self) -> Overlay<&'a dyn Known> {
        self.with_record(self.draft.to_string().as_bytes())
    }

    /// The world in which what these terms authorize passes, and nothing else.
    pub(super) fn with_only(&self, parts: &[Part]) -> Overlay<&'a dyn Known> {
        let terms: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        self.with_record(format!("v=spf1 {} -all", terms.join(" ")).as_bytes())
    }

    /// Takes out every term written so.
    pub(super) fn remove(&mut self, term: &str) -> Result<(), Halt> {
        let before = self.draft.parts.len();
        self.draft.parts.retain(|part| part.text != term);
        if self.draft.parts.len() == before {
            return Err(Refusal::NoSuchTerm { term: term.to_owned() }.into());
        }
        self.repairs = true;
        Ok(())
    }

    /// The other texts at the domain.
    pub(super) fn others(&self) -> &[RecordData] {
        &self.others
    }

    /// The changes made and their proof.
    pub(super) fn finish(self) -> Result<(Vec<RecordChange>, Proof), Halt> {
        let new = self.draft.to_string();
        for (text, draft) in
            core::iter::once((&new, Some(&self.draft))).chain(self.further.iter().map(|f| (&f.1, None)))
        {
            if text.len() > LONGEST_RECORD {
                return Err(Refusal::TooLong { octets: text.len(), limit: LONGEST_RECORD }.into());
            }
            let record = Record::parse(text.as_bytes());
            let same = |record: &Record| {
                draft.is_none_or(|d| record.terms.iter().map(|t| &t.kind).eq(d.parts.iter().map(|p| &p.kind)))
            };
            if !record.as_ref().is_ok_and(same) {
                return Err(Refusal::NotWritable { record: Escaped(text.as_bytes()).to_string() }.into());
            }
        }
        let proof = self.prove()?;
        let unchanged = matches!(self.old.as_slice(), [one] if **one == *new.as_bytes());
        let own = (!unchanged).then_some(RecordChange { name: self.owner, old: self.old, new });
        let further = self.further.into_iter().map(|(name, new)| RecordChange { name, old: Vec::new(), new });
        Ok((own.into_iter().chain(further).collect(), proof))
    }

    fn prove(&self) -> Result<Proof, Needed> {
        let alone: Vec<Overlay<&dyn Known>> = match self.old.as_slice() {
            several @ [_, _, ..] => several.iter().map(|record| self.with_record(record)).collect(),
            _ => Vec::new(),
        };
        let before: Vec<&dyn Known> = match self.old.len() {
            0 => Vec::new(),
            1 => vec![self.known],
            _ => alone.iter().map(|world| world as &dyn Known).collect(),
        };
        let added = (!self.added.is_empty()).then(|| self.with_only(&self.added));
        let claim = match (self.old.len(), &added) {
            (0, _) => Claim::OnlyAddedPass,
            (1, None) => Claim::SameVerdicts,
            (1, Some(_)) => Claim::AddedPass,
            _ => Claim::SamePass,
        };
        let after = self.rewritten();
        let added = added.as_ref().map(|world| world as &dyn Known);
        Case { domain: self.domain, before, after: &after, added, claim, repairs: self.repairs }.prove()
    }
}

/// A record that authorizes nobody, for a domain that has none.
fn first_draft(ending: Qualifier) -> Draft {
    let mut draft = Draft::empty();
    draft.insert(0, vec![Part::directive(ending, Mechanism::All)]);
    draft
}

pub(super) fn draft_of(record: &[u8]) -> Result<Draft, Refusal> {
    let malformed = Record::parse(record).err().map(Refusal::Malformed);
    malformed.map_or_else(|| Draft::of(record).ok_or(Refusal::NotWritable { record: Escaped(record).to_string() }), Err)
}

/// The answer to a query that a rewrite rests on.
pub(super) fn answered(known: &dyn Known, query: &Query) -> Result<Arc<Response>, Halt> {
    asked(known, query)?.map_err(|error| Refusal::Dns { query: query.clone(), error }.into())
}

/// The answer to a query, a failure too.
pub(super) fn asked(known: &dyn Known, query: &Query) -> Result<Answer, Halt> {
    known.get(query).map_err(|missing| Halt::Need(Needed::in_order([missing]).unwrap_or_default()))
}
