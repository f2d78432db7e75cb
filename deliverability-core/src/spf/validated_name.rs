//! The client's names and whether they resolve back to it (RFC 7208 §5.5, §7.3).

use super::expansion::Values;
use super::macro_string::MacroString;
use super::record::plain;
use super::walk::Walk;
use crate::dns::Query;
use crate::domain::DomainName;
use crate::network;

/// Why a text has no expansion.
pub(super) enum Unexpanded {
    /// Answers are missing.
    Missing,
    /// A value or the text is longer than any use of it.
    TooLong,
}

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

    /// The text with macros expanded.
    pub(super) fn expand(
        &mut self,
        text: &MacroString,
        domain: &DomainName,
        for_people: bool,
    ) -> Result<String, Unexpanded> {
        let validated = if text.uses_validated_name() {
            self.validated_name(domain).ok_or(Unexpanded::Missing)?
        } else {
            String::new()
        };
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
        values.expand(text).ok_or(Unexpanded::TooLong)
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

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use crate::dns::{Check as _, DnsError, Query, Zone};
    use crate::spf::{CheckHost, Evaluation};

    fn evaluate(record: &str, zone: &str) -> Evaluation {
        let mut zone: Zone = format!("a.test TXT \"v=spf1 {record}\"\n{zone}").parse().unwrap();
        zone.fail(Query::a("broken.a.test".parse().unwrap()), DnsError::Servfail);
        CheckHost::new([192, 0, 2, 1].into(), "amy@a.test").in_zone(&zone)
    }

    fn pointers(names: &[&str]) -> String {
        let record = |name| format!("1.2.0.192.in-addr.arpa PTR {name}\n{name} A 192.0.2.1\n");
        names.iter().map(record).collect::<Vec<_>>().concat()
    }

    #[test]
    fn ptr_needs_forward_confirmation_and_a_label_boundary() {
        // RFC 7208 §5.5.
        assert_eq!(evaluate("ptr -all", &pointers(&["x.a.test"])).result().as_str(), "pass");
        assert_eq!(evaluate("ptr:A.TEST -all", &pointers(&["a.test"])).result().as_str(), "pass");
        assert_eq!(evaluate("ptr -all", &pointers(&["xa.test"])).result().as_str(), "fail");
        let forged = "1.2.0.192.in-addr.arpa PTR x.a.test\nx.a.test A 192.0.2.2";
        assert_eq!(evaluate("ptr -all", forged).result().as_str(), "fail");
    }

    #[test]
    fn only_the_first_ten_names_are_looked_at() {
        // RFC 7208 §4.6.4: the others are ignored, which is no error.
        let others: Vec<String> = (0..10).map(|n| format!("n{n}.b.test")).collect();
        let mut names: Vec<&str> = others.iter().map(String::as_str).collect();
        names.push("x.a.test");
        assert_eq!(evaluate("ptr -all", &pointers(&names)).result().as_str(), "fail");
        assert_eq!(evaluate("ptr -all", &pointers(&names[1..])).result().as_str(), "pass");
    }

    #[test]
    fn a_name_whose_query_fails_is_skipped() {
        let zone = format!("1.2.0.192.in-addr.arpa PTR broken.a.test\n{}", pointers(&["x.a.test"]));
        assert_eq!(evaluate("ptr -all", &zone).result().as_str(), "pass");
    }

    #[test]
    fn p_is_best_the_domain_then_one_within_it_then_any() {
        // RFC 7208 §7.3.
        let target = |names: &[&str]| {
            let evaluation = evaluate("exists:%{p}.x.test", &pointers(names));
            evaluation.trace().visits()[0].evaluated()[0].target().unwrap().to_string()
        };
        assert_eq!(target(&["b.test", "x.a.test", "a.test"]), "a.test.x.test");
        assert_eq!(target(&["b.test", "x.a.test"]), "x.a.test.x.test");
        assert_eq!(target(&["b.test"]), "b.test.x.test");
        assert_eq!(target(&[]), "unknown.x.test");
    }
}
