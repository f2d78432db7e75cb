//! Several records made one (RFC 7208 §4.5).

use std::sync::Arc;

use super::super::record::{Directive, DomainSpec, Mechanism, Modifier, Qualifier, Record, TermKind};
use super::super::selection::select;
use super::draft::{Draft, Part};
use super::plan::{Halt, asked, draft_of};
use super::refusal::Refusal;
use crate::dns::{Known, Query};
use crate::domain::DomainName;

/// Longest chain of redirects that is followed: each is a look-up (RFC 7208 §4.6.4).
const MAX_REDIRECTS: usize = 10;

/// All terms of all records once, in order, then one `all`: theirs if they agree, else `~all`.
///
/// A redirect becomes an include, and what its target says of all others counts as the record's.
pub(super) fn merged(records: &[Arc<[u8]>], known: &dyn Known) -> Result<Draft, Halt> {
    let mut draft = Draft::empty();
    let mut ends: Vec<Option<Qualifier>> = Vec::new();
    for record in records {
        let parts = draft_of(record)?.parts;
        let mut end = parts.iter().find(|part| part.is_all()).and_then(Part::as_directive).map(|d| d.qualifier);
        for part in parts.into_iter().take_while(|part| !part.is_all() || part.as_directive().is_none()) {
            match &part.kind {
                TermKind::Modifier(Modifier::Redirect(target)) if end.is_none() => {
                    let name = fixed(target, &part)?;
                    end = Some(default_of(name, &part, known)?);
                    let include = Mechanism::Include(DomainSpec::Name(name.clone()));
                    add(&mut draft, Part::directive(Qualifier::Pass, include));
                }
                TermKind::Modifier(Modifier::Redirect(_)) => {}
                _ => add(&mut draft, part),
            }
        }
        ends.push(end);
    }
    let agree = ends.first().copied().flatten().filter(|first| ends.iter().all(|end| *end == Some(*first)));
    let end = draft.parts.len();
    draft.insert(end, vec![Part::directive(agree.unwrap_or(Qualifier::Softfail), Mechanism::All)]);
    Ok(draft)
}

/// Adds a part unless it is there, or is a second explanation (RFC 7208 §6).
fn add(draft: &mut Draft, part: Part) {
    let explains = |part: &Part| matches!(part.kind, TermKind::Modifier(Modifier::Explanation(_)));
    let is_there = |other: &Part| other.kind == part.kind || (explains(other) && explains(&part));
    if !draft.parts.iter().any(is_there) {
        let end = draft.parts.len();
        draft.insert(end, vec![part.spaced()]);
    }
}

fn fixed<'t>(target: &'t DomainSpec, part: &Part) -> Result<&'t DomainName, Refusal> {
    match target {
        DomainSpec::Name(name) => Ok(name),
        DomainSpec::Macro(_) => Err(Refusal::UnknownRedirect { term: part.text.clone() }),
    }
}

/// What a domain's record says of those whom no term names.
fn default_of(name: &DomainName, part: &Part, known: &dyn Known) -> Result<Qualifier, Halt> {
    let unknown = || Halt::Refuse(Refusal::UnknownRedirect { term: part.text.clone() });
    let mut name = name.clone();
    for _ in 0..MAX_REDIRECTS {
        let response = asked(known, &Query::txt(name))?.map_err(|_| unknown())?;
        let text = select(&response).next().ok_or_else(unknown)?;
        let record = Record::parse(text.bytes()).map_err(|_| unknown())?;
        let all = |directive: &&Directive| directive.mechanism == Mechanism::All;
        if let Some(directive) = record.directives().find(all) {
            return Ok(directive.qualifier);
        }
        match record.redirect() {
            None => return Ok(Qualifier::Neutral),
            Some(DomainSpec::Name(next)) => name = next.clone(),
            Some(DomainSpec::Macro(_)) => return Err(unknown()),
        }
    }
    Err(unknown())
}
