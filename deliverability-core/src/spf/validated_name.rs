//! The client's names and whether they resolve back to it (RFC 7208 §5.5, §7.3).

use super::expansion::Values;
use super::macro_string::MacroString;
use super::record::plain;
use super::walk::Walk;
use crate::dns::Query;
use crate::domain::DomainName;
use crate::network;

impl Walk<'_> {
    /// The query for the client's names.
    pub(super) fn ptr_query(&self) -> Query {
        Query::ptr(network::arpa_name(self.check.subject.ip))
    }

    /// Whether the name has the client's address; `None` if the answer is missing. A failed query
    /// skips the name (§5.5).
    pub(super) fn is_confirmed(&mut self, name: &DomainName) -> Option<bool> {
        let ip = self.check.subject.ip;
        let answer = self.answer(&Query::address(name.clone(), ip))?;
        Some(answer.is_ok_and(|response| response.addresses().any(|address| address == ip)))
    }

    /// The text with macros expanded: the outer `None` if answers are missing, the inner one if
    /// the text is too long.
    pub(super) fn expand(
        &mut self,
        text: &MacroString,
        domain: &DomainName,
        for_people: bool,
    ) -> Option<Option<String>> {
        let validated = if text.uses_validated_name() { self.validated_name(domain)? } else { String::new() };
        let check = self.check;
        let values = Values {
            subject: &check.subject,
            sender_domain: self.sender_domain,
            domain,
            validated: &validated,
            receiver: check.receiver.as_deref(),
            time: check.time,
            for_people,
        };
        Some(values.expand(text))
    }

    /// `%{p}` (§7.3): a validated name, best the domain itself, else one within it, else any;
    /// "unknown" if there is none. `None` if answers are missing.
    fn validated_name(&mut self, domain: &DomainName) -> Option<String> {
        let Ok(response) = self.answer(&self.ptr_query())? else { return Some("unknown".into()) };
        let limit = usize::from(self.check.limits.ptr_names);
        let mut names: Vec<&DomainName> = response.pointers().take(limit).collect();
        names.sort_by_key(|name| (*name != domain, !name.is_within(domain)));
        let mut all_known = true;
        for name in names {
            match self.is_confirmed(name) {
                Some(true) => return all_known.then(|| plain(name)),
                Some(false) => {}
                None => all_known = false,
            }
        }
        all_known.then(|| "unknown".into())
    }
}
