//! Mechanisms and the look-ups they make (RFC 7208 §4.6.4, §5).

use core::net::IpAddr;

use super::cause::{Cause, CauseKind};
use super::expansion::target_name;
use super::macro_string::MacroLetter;
use super::record::{DomainSpec, DualCidr, Mechanism};
use super::validated_name::Unexpanded;
use super::walk::{At, Visiting, Walk};
use crate::dns::{Answer, Query};
use crate::domain::DomainName;
use crate::network::Network;
use crate::result::SpfResult;

/// Whether a mechanism matches, or why evaluation ends with an error. Where an answer is missing,
/// it does not.
type Outcome = Result<bool, Box<Cause>>;

/// What a domain-spec names.
enum Target {
    Name(DomainName),
    /// Nothing that the DNS could be asked for.
    Invalid,
    /// Not to be known yet.
    Missing,
}

impl Walk<'_> {
    pub(super) fn mechanism(&mut self, at: At<'_>, mechanism: &Mechanism) -> Outcome {
        match mechanism {
            Mechanism::All => Ok(self.matches()),
            Mechanism::Ip4(network) | Mechanism::Ip6(network) => {
                Ok(network.contains(self.check.subject.ip) && self.matches())
            }
            Mechanism::Include(domain_spec) => self.include(at, domain_spec),
            Mechanism::A { domain_spec, cidr } => self.a(at, domain_spec.as_ref(), *cidr),
            Mechanism::Mx { domain_spec, cidr } => self.mx(at, domain_spec.as_ref(), *cidr),
            Mechanism::Ptr { domain_spec } => self.ptr(at, domain_spec.as_ref()),
            Mechanism::Exists(domain_spec) => self.exists(at, domain_spec),
        }
    }

    /// Notes a match that no answer of its own made.
    fn matches(&mut self) -> bool {
        // Seldom is there one to take away, and to overwrite it unseen is to copy its size.
        if self.decided.is_some() {
            self.decided = None;
        }
        true
    }

    /// Notes a match, and the query whose answer made it.
    fn matches_by(&mut self, query: Query) -> bool {
        self.decided = Some(query);
        true
    }

    /// RFC 7208 §5.2: the table of what each result of the included record means here.
    fn include(&mut self, at: At<'_>, domain_spec: &DomainSpec) -> Outcome {
        let Some(name) = self.required_target(at, domain_spec)? else { return Ok(false) };
        let query = Query::txt(name);
        let Some(answer) = self.ask(at, &query)? else { return Ok(false) };
        let ending = self.check_host(&query.name, at.visit.makes_personal(Some(domain_spec)), answer);
        match (ending.result, ending.why) {
            (SpfResult::Pass, _) => Ok(self.matches()),
            (SpfResult::None, _) => {
                let kind = CauseKind::IncludeWithoutRecord { target: query.name.clone() };
                Err(Box::new(at.cause(kind, Some(query))))
            }
            (SpfResult::Temperror | SpfResult::Permerror, Some(cause)) => Err(cause),
            _ => Ok(false),
        }
    }

    /// RFC 7208 §5.3.
    fn a(&mut self, at: At<'_>, domain_spec: Option<&DomainSpec>, cidr: DualCidr) -> Outcome {
        let Some(name) = self.target(at, domain_spec)? else { return Ok(false) };
        let query = Query::address(name, self.check.subject.ip);
        match self.ask(at, &query)? {
            None => Ok(false),
            Some(answer) => self.address_match(at, query, answer, cidr),
        }
    }

    /// RFC 7208 §5.4: only MX records count; a domain without any is not its own MX.
    fn mx(&mut self, at: At<'_>, domain_spec: Option<&DomainSpec>, cidr: DualCidr) -> Outcome {
        let Some(name) = self.target(at, domain_spec)? else { return Ok(false) };
        let query = Query::mx(name);
        let Some(answer) = self.ask(at, &query)? else { return Ok(false) };
        let response = answer.map_err(|error| Box::new(at.cause(CauseKind::Dns(error), Some(query.clone()))))?;
        let (count, limit) = (response.exchanges().count(), self.check.limits.mx_hosts);
        // RFC 7208 §4.6.4: counted before any is asked, since their order is not fixed.
        if count > usize::from(limit) {
            return Err(Box::new(at.cause(CauseKind::TooManyMxHosts { count, limit }, Some(query))));
        }
        // RFC 7505 §3: the root stands for "no mail"; it is no host.
        for (_, host) in response.exchanges().filter(|(_, host)| !host.is_root()) {
            let query = Query::address(host.clone(), self.check.subject.ip);
            let Some(answer) = self.answer(&query) else { continue };
            if self.address_match(at, query, answer, cidr)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// RFC 7208 §5.5: a validated name of the client lies within the target, at a label boundary.
    fn ptr(&mut self, at: At<'_>, domain_spec: Option<&DomainSpec>) -> Outcome {
        let Some(target) = self.target(at, domain_spec)? else { return Ok(false) };
        let query = self.ptr_query();
        let Some(answer) = self.ask(at, &query)? else { return Ok(false) };
        // RFC 7208 §5.5: a failed PTR query is no match, not an error.
        let Ok(response) = answer else { return Ok(false) };
        let limit = usize::from(self.check.limits.ptr_names);
        for name in response.pointers().take(limit).filter(|name| name.is_within(&target)) {
            if self.is_confirmed(name) == Some(true) {
                return Ok(self.matches_by(query));
            }
        }
        Ok(false)
    }

    /// RFC 7208 §5.7: any A record does, also for an IPv6 client.
    fn exists(&mut self, at: At<'_>, domain_spec: &DomainSpec) -> Outcome {
        let Some(name) = self.target(at, Some(domain_spec))? else { return Ok(false) };
        let query = Query::a(name);
        match self.ask(at, &query)? {
            None => Ok(false),
            Some(Ok(response)) => Ok(!response.is_void() && self.matches_by(query)),
            Some(Err(error)) => Err(Box::new(at.cause(CauseKind::Dns(error), Some(query)))),
        }
    }

    /// Whether one of the addresses in `answer` shares the prefix with the client's.
    fn address_match(&mut self, at: At<'_>, query: Query, answer: Answer, cidr: DualCidr) -> Outcome {
        match answer {
            Ok(response) => {
                let ip = self.check.subject.ip;
                let matches = response.addresses().any(|address| network(address, cidr).contains(ip));
                Ok(matches && self.matches_by(query))
            }
            Err(error) => Err(Box::new(at.cause(CauseKind::Dns(error), Some(query)))),
        }
    }

    /// The name that a look-up term asks for; `None` where it is no name (§4.8) or not known yet.
    /// Counts the look-up.
    fn target(&mut self, at: At<'_>, domain_spec: Option<&DomainSpec>) -> Result<Option<DomainName>, Box<Cause>> {
        self.spend(at)?;
        Ok(match self.expanded(at, domain_spec) {
            Target::Name(name) => Some(name),
            Target::Invalid | Target::Missing => None,
        })
    }

    /// As [`Walk::target`], for include and redirect, where a target that is no name is an error:
    /// `check_host()` of it gives none (§4.3), which both turn into permerror (§5.2, §6.1).
    #[inline]
    pub(super) fn required_target(
        &mut self,
        at: At<'_>,
        domain_spec: &DomainSpec,
    ) -> Result<Option<DomainName>, Box<Cause>> {
        self.spend(at)?;
        match self.expanded(at, Some(domain_spec)) {
            Target::Name(name) if name.labels().nth(1).is_some() => Ok(Some(name)),
            Target::Name(_) | Target::Invalid => Err(Box::new(at.cause(CauseKind::InvalidDomainSpec, None))),
            Target::Missing => Ok(None),
        }
    }

    #[inline]
    fn expanded(&mut self, at: At<'_>, domain_spec: Option<&DomainSpec>) -> Target {
        // Such a name tells the domain's owner who writes: it is asked only when this term is
        // surely reached.
        if !self.missing.is_empty() && at.visit.makes_personal(domain_spec) {
            return Target::Missing;
        }
        let text = match domain_spec {
            Some(DomainSpec::Macro(text)) => text,
            Some(DomainSpec::Name(name)) => {
                self.trace.written();
                return Target::Name(name.clone());
            }
            None => {
                self.trace.written();
                return Target::Name(at.visit.domain.clone());
            }
        };
        let expanded = match self.expand(text, at.visit.domain, false) {
            Ok(expanded) => target_name(&expanded),
            Err(Unexpanded::Missing) => return Target::Missing,
            Err(Unexpanded::TooLong) => None,
        };
        let Some(name) = expanded else { return Target::Invalid };
        self.trace.made(&name);
        Target::Name(name)
    }

    /// RFC 7208 §4.6.4: one more term that causes queries.
    fn spend(&mut self, at: At<'_>) -> Result<(), Box<Cause>> {
        if self.trace.spend(at.number(), at.term) {
            return Ok(());
        }
        Err(Box::new(at.cause(CauseKind::TooManyLookups { limit: self.check.limits.lookups }, None)))
    }

    /// The answer to the query of a look-up term; `None` if it is missing, which is never void.
    pub(super) fn ask(&mut self, at: At<'_>, query: &Query) -> Result<Option<Answer>, Box<Cause>> {
        let Some(answer) = self.answer(query) else { return Ok(None) };
        let void = answer.as_ref().is_ok_and(|response| response.is_void());
        if self.trace.asked(void) {
            return Ok(Some(answer));
        }
        let kind = CauseKind::TooManyVoidLookups { limit: self.check.limits.void_lookups };
        Err(Box::new(at.cause(kind, Some(query.clone()))))
    }
}

impl Visiting<'_> {
    /// Whether the name is made from the sender's local part: by a macro for it, or by `%{d}` where
    /// such a macro led to the record's own domain.
    pub(super) fn makes_personal(&self, domain_spec: Option<&DomainSpec>) -> bool {
        match domain_spec {
            None => self.personal,
            Some(DomainSpec::Name(_)) => false,
            Some(DomainSpec::Macro(text)) => {
                let uses_domain = || text.macros().any(|m| m.letter == MacroLetter::Domain);
                text.uses_local_part() || (self.personal && uses_domain())
            }
        }
    }
}

/// The network that an address and the prefix length of its family make.
fn network(address: IpAddr, cidr: DualCidr) -> Network {
    let bits = if address.is_ipv4() { cidr.ip4 } else { cidr.ip6 };
    bits.and_then(|bits| Network::new(address, bits)).unwrap_or(Network::host(address))
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use core::net::IpAddr;

    use crate::dns::{Check as _, DnsError, Query, Zone};
    use crate::spf::{CauseKind, CheckHost, Evaluation, Limits, Lookup};

    fn evaluate(ip: &str, record: &str, zone: &str) -> Evaluation {
        let zone: Zone = format!("a.test TXT \"v=spf1 {record}\"\n{zone}").parse().unwrap();
        CheckHost::new(ip.parse::<IpAddr>().unwrap(), "amy@a.test").helo("h.test").in_zone(&zone)
    }

    #[track_caller]
    fn assert_result(ip: &str, record: &str, zone: &str, result: &str) {
        let evaluation = evaluate(ip, record, zone);
        assert_eq!(evaluation.result().as_str(), result, "{record}: {}", evaluation.cause());
    }

    #[test]
    fn networks_are_of_one_family() {
        // RFC 7208 §5: a mapped client is an IPv4 client, also for /0.
        assert_result("::ffff:192.0.2.1", "ip6:::/0 ip4:192.0.2.0/24 -all", "", "pass");
        assert_result("192.0.2.1", "ip6:::ffff:192.0.2.1 -all", "", "fail");
        assert_result("2001:db8::1", "ip4:0.0.0.0/0 -ip6:::/0", "", "fail");
    }

    #[test]
    fn a_prefix_of_zero_needs_an_address() {
        // RFC 7208 §5.3.
        assert_result("198.51.100.1", "a/0 -all", "a.test A 192.0.2.1", "pass");
        assert_result("198.51.100.1", "a/0 -all", "a.test AAAA 2001:db8::1", "fail");
        assert_result("2001:db8:1::1", "a/0//32 -all", "a.test AAAA 2001:db8::1", "pass");
        assert_result("2001:db8:1::1", "a/0 -all", "a.test AAAA 2001:db8::1", "fail");
    }

    #[test]
    fn mx_means_the_hosts_of_mx_records_only() {
        // RFC 7208 §5.4.
        assert_result("192.0.2.1", "mx -all", "a.test A 192.0.2.1", "fail");
        assert_result("192.0.2.9", "mx/24 -all", "a.test MX 1 m.test\nm.test A 192.0.2.1", "pass");
        // RFC 7505: the null MX names no host.
        let evaluation = evaluate("192.0.2.1", "mx -all", "a.test MX 0 .");
        assert_eq!((evaluation.result().as_str(), evaluation.trace().ledger().void_lookups()), ("fail", 0));
    }

    #[test]
    fn an_eleventh_mx_host_is_an_error() {
        // RFC 7208 §4.6.4.
        let host = |i| format!("a.test MX {i} m{i}.test\nm{i}.test A 192.0.2.{i}\n");
        let hosts = |n: u8| (1..=n).map(host).collect::<Vec<_>>().concat();
        assert_result("192.0.2.10", "mx -all", &hosts(10), "pass");
        let evaluation = evaluate("192.0.2.1", "mx -all", &hosts(11));
        assert_eq!(*evaluation.cause().kind(), CauseKind::TooManyMxHosts { count: 11, limit: 10 });
    }

    #[test]
    fn the_addresses_behind_an_mx_are_no_lookups_of_their_own() {
        // RFC 7208 §4.6.4 counts terms; hosts without an address have the limit of 10 alone.
        let evaluation = evaluate("192.0.2.1", "mx -all", "a.test MX 1 b.test\na.test MX 2 c.test\na.test MX 3 d.test");
        let ledger = evaluation.trace().ledger();
        assert_eq!((evaluation.result().as_str(), ledger.lookups(), ledger.void_lookups()), ("fail", 1, 0));
    }

    #[test]
    fn exists_asks_for_a_whatever_the_client() {
        // RFC 7208 §5.7.
        assert_result("2001:db8::1", "exists:%{h} -all", "h.test A 127.0.0.2", "pass");
        assert_result("2001:db8::1", "exists:%{h} -all", "h.test AAAA ::1", "fail");
    }

    #[test]
    fn include_takes_pass_for_a_match_and_errors_for_errors() {
        // RFC 7208 §5.2.
        for (included, result) in [
            ("+all", "neutral"),
            ("-all", "softfail"),
            ("~all", "softfail"),
            ("?all", "softfail"),
            ("redirect=no.test", "permerror"),
            ("bogus", "permerror"),
        ] {
            assert_result("192.0.2.1", "?include:b.test ~all", &format!("b.test TXT \"v=spf1 {included}\""), result);
        }
    }

    #[test]
    fn a_target_that_is_no_name_does_not_match() {
        // RFC 7208 §4.8 leaves this open; include and redirect need a record (§5.2, §6.1).
        assert_result("192.0.2.1", "a:b..test mx:b..test exists:b..test ptr:b..test -all", "", "fail");
        assert_result("192.0.2.1", "include:b..test -all", "", "permerror");
    }

    #[test]
    fn the_eleventh_lookup_is_an_error() {
        // RFC 7208 §4.6.4: all, ip4 and ip6 do not count; includes and what they hold do.
        let four = "b.test TXT \"v=spf1 a a a a ip4:192.0.2.9\"\nb.test A 192.0.2.7\na.test A 192.0.2.8\n";
        assert_result("192.0.2.1", "include:b.test include:b.test ip4:192.0.2.1", four, "pass");
        let evaluation = evaluate("192.0.2.1", "include:b.test include:b.test a ip4:192.0.2.1", four);
        assert_eq!(*evaluation.cause().kind(), CauseKind::TooManyLookups { limit: 10 });
        assert_eq!(evaluation.cause().term().as_deref(), Some("a"));
        assert_eq!(evaluation.trace().ledger().lookups(), 10);
    }

    #[test]
    fn the_third_void_lookup_is_an_error() {
        // RFC 7208 §4.6.4: no such name and no such data alike.
        let zone = "x.test TXT t\nb.test A 192.0.2.1";
        assert_result("192.0.2.1", "a:no.test mx:x.test a:b.test", zone, "pass");
        let evaluation = evaluate("192.0.2.1", "a:no.test mx:x.test exists:no2.test a:b.test", zone);
        assert_eq!(*evaluation.cause().kind(), CauseKind::TooManyVoidLookups { limit: 2 });
        assert_eq!(evaluation.cause().query().unwrap().to_string(), "no2.test A");
        let voids: Vec<_> = evaluation.trace().ledger().entries().iter().map(Lookup::is_void).collect();
        assert_eq!(voids, [true, true, true]);
    }

    #[test]
    fn a_failed_query_is_not_void() {
        let mut zone: Zone = "a.test TXT \"v=spf1 ptr ptr ptr a\"\na.test A 192.0.2.1".parse().unwrap();
        zone.fail(Query::ptr("1.2.0.192.in-addr.arpa".parse().unwrap()), DnsError::Servfail);
        let evaluation = CheckHost::new([192, 0, 2, 1].into(), "amy@a.test").in_zone(&zone);
        // RFC 7208 §5.5: a failed PTR query is no match.
        assert_eq!((evaluation.result().as_str(), evaluation.trace().ledger().void_lookups()), ("pass", 0));
    }

    #[test]
    fn the_widest_limits_still_end_a_loop() {
        let zone: Zone = "a.test TXT \"v=spf1 include:a.test\"".parse().unwrap();
        let limits = Limits { lookups: u8::MAX, void_lookups: u8::MAX, ..Limits::default() };
        let evaluation = CheckHost::new([192, 0, 2, 1].into(), "amy@a.test").limits(limits).in_zone(&zone);
        assert_eq!(*evaluation.cause().kind(), CauseKind::TooManyLookups { limit: u8::MAX });
        assert_eq!(evaluation.trace().visits().len(), 256);
    }
}
