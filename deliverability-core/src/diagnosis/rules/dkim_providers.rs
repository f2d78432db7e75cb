//! A provider that signs under selectors of its own choice, the same for every customer: `dkim.none` where
//! none of them is published. It is no guess that these selectors are meant: there are no others.

use super::Lookups;
use crate::diagnosis::finding::Finding;
use crate::dkim::{KeyOutcome, KeyStatus, SetUp, SetUpOutcome};
use crate::dns::Query;
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::rule_id::RuleId;
use crate::spf::{self, DomainSpec, Mechanism, Record};

/// A provider, how its customers are known, and its selectors.
struct Provider {
    name: &'static str,
    /// Where the MX hosts of its customers are.
    hosts: &'static [&'static str],
    /// What their SPF records include.
    include: &'static str,
    selectors: &'static [&'static str],
    /// Where signing is switched on.
    place: &'static str,
}

/// Microsoft's documentation of DKIM in Microsoft 365, as of summer 2026.
const MICROSOFT_365: Provider = Provider {
    name: "Microsoft 365",
    hosts: &["mail.protection.outlook.com", "mx.microsoft"],
    include: "spf.protection.outlook.com",
    selectors: &["selector1", "selector2"],
    place: "in the Defender portal, under Email authentication settings, DKIM",
};

/// The finding that a provider takes and sends the domain's mail and signs nothing in its name.
pub(super) fn unsigned(domain: &DomainName, lookups: &Lookups<'_>) -> Option<Finding> {
    let provider = &MICROSOFT_365;
    if !(provider.takes_mail(domain, lookups) & provider.sends_mail(domain, lookups)) {
        return None;
    }
    let set_up = provider.selectors.iter().fold(SetUp::of(domain.clone()), |set_up, name| set_up.selector(name));
    let outcome = lookups.run(&set_up)?;
    let is_missing = |key: &KeyOutcome| matches!(key.status(), KeyStatus::Missing { .. });
    outcome.selectors().iter().all(|selector| is_missing(selector.key())).then(|| provider.finding(&outcome, lookups))
}

impl Provider {
    fn takes_mail(&self, domain: &DomainName, lookups: &Lookups<'_>) -> bool {
        let Some(Ok(response)) = lookups.get(&Query::mx(domain.clone())) else { return false };
        let is_of = |host: &DomainName| self.hosts.iter().any(|of| of.parse().is_ok_and(|of| host.is_within(&of)));
        response.exchanges().any(|(_, host)| is_of(host))
    }

    fn sends_mail(&self, domain: &DomainName, lookups: &Lookups<'_>) -> bool {
        let Some(Ok(response)) = lookups.get(&Query::txt(domain.clone())) else { return false };
        let includes = |record: &Record| {
            record.directives().any(|directive| match &directive.mechanism {
                Mechanism::Include(DomainSpec::Name(name)) => name.to_string().eq_ignore_ascii_case(self.include),
                _ => false,
            })
        };
        spf::select(&response).filter_map(|text| Record::parse(text.bytes()).ok()).any(|record| includes(&record))
    }

    fn finding(&self, outcome: &SetUpOutcome, lookups: &Lookups<'_>) -> Finding {
        let (domain, name, selectors) = (outcome.domain(), self.name, self.selectors.join(" and "));
        let message = format!(
            "{name} takes and sends mail of {domain}, as its MX and SPF records say. It signs under the selectors {selectors} \
             alone, and neither has a key: what it sends is not signed with d={domain}."
        );
        let text = format!(
            "Switch DKIM for {domain} on {}, and publish the two CNAME records that it shows for {selectors}. Verify: run this \
             diagnosis again with these selectors.",
            self.place
        );
        let mx = Query::mx(domain.clone());
        let keys = outcome.selectors().iter().filter_map(|selector| selector.key().query());
        Finding::new(RuleId::DkimNone, Severity::Error, domain, message)
            .with_evidence(lookups.evidence_of(core::iter::once(&mx).chain(keys)))
            .with_remedy(text, Vec::new())
    }
}
