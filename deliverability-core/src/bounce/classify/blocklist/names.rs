//! Lists by the names that replies give them. The zones and what they mean are the catalogue's.

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Addresses of hosts.
    Addresses,
    /// Domains of senders, and of links.
    Domains,
    /// Domains of links.
    Links,
}

/// A list: its word, the zone to ask about it, what it holds.
#[derive(Debug)]
pub(super) struct ListName {
    pub(super) word: &'static str,
    /// Zones of that name, the one that stands for it first; none where the list cannot be asked by DNS.
    pub(super) zones: &'static [&'static str],
    pub(super) holds: Holds,
    /// Words in lower case that name it; of two that are found the list that stands first is meant.
    pub(super) marks: &'static [&'static str],
}

const fn addresses(word: &'static str, zones: &'static [&'static str], marks: &'static [&'static str]) -> ListName {
    ListName { word, zones, holds: Holds::Addresses, marks }
}

const fn domains(word: &'static str, zones: &'static [&'static str], marks: &'static [&'static str]) -> ListName {
    ListName { word, zones, holds: Holds::Domains, marks }
}

const fn links(word: &'static str, zones: &'static [&'static str], marks: &'static [&'static str]) -> ListName {
    ListName { word, zones, holds: Holds::Links, marks }
}

/// Every list with a name, parts before the whole. Written down from general knowledge of
/// the lists and of replies that name them; not compared with the operators' pages.
pub(super) const LISTS: &[ListName] = &[
    addresses(
        "spamhaus-zen",
        &["zen.spamhaus.org", "_key_.zen.dq.spamhaus.net", "sbl-xbl.spamhaus.org"],
        &["spamhaus zen", "spamhaus-zen", "zen.spamhaus"],
    ),
    domains(
        "spamhaus-dbl",
        &["dbl.spamhaus.org", "_key_.dbl.dq.spamhaus.net"],
        &[
            "spamhaus dbl",
            "spamhaus-dbl",
            "spamhaus.org/dbl",
            "spamhaus.org/query/domain",
            "domain block list",
            "dbl.spamhaus",
        ],
    ),
    domains("spamhaus-zrd", &["_key_.zrd.dq.spamhaus.net"], &["spamhaus zrd", "zero reputation domain"]),
    addresses(
        "spamhaus-xbl",
        &["xbl.spamhaus.org", "_key_.xbl.dq.spamhaus.net"],
        &["exploits block list", "spamhaus xbl", "spamhaus-xbl", "spamhaus.org/xbl", "(xbl)", "xbl.spamhaus"],
    ),
    addresses(
        "spamhaus-pbl",
        &["pbl.spamhaus.org", "_key_.pbl.dq.spamhaus.net"],
        &[
            "policy block list",
            "spamhaus pbl",
            "spamhaus-pbl",
            "spamhaus.org/pbl",
            "spamhaus.org/query/pbl",
            "(pbl)",
            "pbl.spamhaus",
        ],
    ),
    addresses(
        "spamhaus-sbl",
        &["sbl.spamhaus.org", "_key_.sbl.dq.spamhaus.net"],
        &[
            "spamhaus block list",
            "spamhaus sbl",
            "spamhaus-sbl",
            "spamhaus.org/sbl",
            "spamhaus.org/query/sbl",
            "(sbl)",
            "sbl.spamhaus",
        ],
    ),
    addresses("spamhaus-css", &["sbl.spamhaus.org"], &["spamhaus css", "spamhaus-css", "spamhaus.org/css"]),
    addresses("spamhaus-authbl", &["_key_.authbl.dq.spamhaus.net"], &["spamhaus authbl"]),
    addresses("cbl", &["cbl.abuseat.org"], &["abuseat.org", "composite blocking list"]),
    addresses("spamhaus", &["zen.spamhaus.org"], &["spamhaus"]),
    addresses("spamcop", &["bl.spamcop.net"], &["spamcop"]),
    addresses(
        "barracuda",
        &["b.barracudacentral.org"],
        &[
            "barracudacentral.org",
            "barracuda reputation",
            "barracudanetworks.com/reputation",
            "barracuda central",
            "barracuda rbl",
        ],
    ),
    addresses(
        "cloudmark-csi",
        &[],
        &["csi.cloudmark.com", "cm-csi", "cloudmark csi", "cloudmark sender intelligence", "cloudmark poor reputation"],
    ),
    addresses(
        "senderscore",
        &["bl.score.senderscore.com", "score.senderscore.com"],
        &["senderscore", "sender score", "returnpath", "return path"],
    ),
    links("invaluement-uri", &["uri.invaluement.com"], &["ivmuri", "ivm uri", "uri.invaluement"]),
    addresses("invaluement", &["sip.invaluement.com", "sip24.invaluement.com"], &["invaluement"]),
    addresses("cobion", &["dnsbl.cobion.com"], &["cobion"]),
    addresses("nixspam", &["ix.dnsbl.manitu.net"], &["nix spam", "nixspam", "manitu.net"]),
    addresses("backscatterer", &["ips.backscatterer.org"], &["backscatterer"]),
    addresses(
        "uceprotect-1",
        &["dnsbl-1.uceprotect.net"],
        &["uceprotect level 1", "uceprotect-level 1", "uceprotect-level1", "uceprotectl1", "dnsbl-1.uceprotect"],
    ),
    addresses(
        "uceprotect-2",
        &["dnsbl-2.uceprotect.net"],
        &["uceprotect level 2", "uceprotect-level 2", "uceprotect-level2", "uceprotectl2", "dnsbl-2.uceprotect"],
    ),
    addresses(
        "uceprotect-3",
        &["dnsbl-3.uceprotect.net"],
        &["uceprotect level 3", "uceprotect-level 3", "uceprotect-level3", "uceprotectl3", "dnsbl-3.uceprotect"],
    ),
    addresses("uceprotect", &["dnsbl-1.uceprotect.net"], &["uceprotect"]),
    addresses("sorbs-dul", &["dul.dnsbl.sorbs.net"], &["sorbs dul", "sorbs duhl", "dul.dnsbl.sorbs"]),
    addresses(
        "sorbs-spam",
        &[
            "spam.dnsbl.sorbs.net",
            "recent.spam.dnsbl.sorbs.net",
            "new.spam.dnsbl.sorbs.net",
            "old.spam.dnsbl.sorbs.net",
        ],
        &["spam.dnsbl.sorbs"],
    ),
    addresses(
        "sorbs",
        &[
            "dnsbl.sorbs.net",
            "safe.dnsbl.sorbs.net",
            "problems.dnsbl.sorbs.net",
            "web.dnsbl.sorbs.net",
            "zombie.dnsbl.sorbs.net",
            "http.dnsbl.sorbs.net",
            "socks.dnsbl.sorbs.net",
            "smtp.dnsbl.sorbs.net",
            "misc.dnsbl.sorbs.net",
            "block.dnsbl.sorbs.net",
            "escalations.dnsbl.sorbs.net",
            "proxies.dnsbl.sorbs.net",
            "relays.dnsbl.sorbs.net",
        ],
        &["sorbs"],
    ),
    addresses("psbl", &["psbl.surriel.com"], &["psbl", "surriel.com", "passive spam block list"]),
    addresses("mailspike", &["bl.mailspike.net", "z.mailspike.net", "rep.mailspike.net"], &["mailspike"]),
    addresses("abusix", &["_key_.combined.mail.abusix.zone"], &["abusix"]),
    addresses("spamrats", &["all.spamrats.com"], &["spamrats", "spam rats"]),
    addresses("dronebl", &["dnsbl.dronebl.org"], &["dronebl"]),
    addresses("blocklist.de", &["bl.blocklist.de"], &["blocklist.de"]),
    addresses("hostkarma", &["hostkarma.junkemailfilter.com"], &["hostkarma", "junkemailfilter"]),
    addresses("truncate", &["truncate.gbudb.net"], &["gbudb"]),
    addresses("s5h", &["all.s5h.net"], &["all.s5h.net", "usenix.org.uk"]),
    addresses(
        "spameatingmonkey",
        &[
            "bl.spameatingmonkey.net",
            "bl.ipv6.spameatingmonkey.net",
            "netbl.spameatingmonkey.net",
            "backscatter.spameatingmonkey.net",
        ],
        &["spameatingmonkey", "spam eating monkey"],
    ),
    addresses("0spam", &["bl.0spam.org", "rbl.0spam.org", "nbl.0spam.org"], &["0spam.org"]),
    addresses("nordspam", &["bl.nordspam.com"], &["nordspam"]),
    addresses("justspam", &["dnsbl.justspam.org"], &["justspam"]),
    addresses("wpbl", &["db.wpbl.info"], &["wpbl"]),
    addresses("interserver", &["rbl.interserver.net"], &["rbl.interserver"]),
    addresses("suomispam", &["bl.suomispam.net", "gl.suomispam.net"], &["suomispam"]),
    addresses("spfbl", &["dnsbl.spfbl.net"], &["spfbl"]),
    addresses("zapbl", &["dnsbl.zapbl.net"], &["zapbl"]),
    addresses("swinog", &["dnsrbl.swinog.ch"], &["swinog"]),
    addresses("efnetrbl", &["rbl.efnetrbl.org"], &["efnetrbl"]),
    addresses("abuse.ro", &["rbl.abuse.ro"], &["rbl.abuse.ro"]),
    addresses(
        "trendmicro",
        &[],
        &[
            "mail-abuse.com",
            "trend micro rbl",
            "trend micro email reputation",
            "trendmicro.com/reputation",
            "ers.trendmicro",
            "servicecentral.trendmicro",
            "ers-dul",
            "ers-rbl",
            "ers-qil",
        ],
    ),
    addresses("njabl", &["dnsbl.njabl.org", "combined.njabl.org", "dynablock.njabl.org"], &["njabl"]),
    addresses("ahbl", &["dnsbl.ahbl.org", "ircbl.ahbl.org"], &["ahbl.org"]),
    addresses("dsbl", &["list.dsbl.org", "multihop.dsbl.org", "unconfirmed.dsbl.org"], &["dsbl.org"]),
    addresses("ordb", &["relays.ordb.org"], &["ordb.org"]),
    addresses("spamcannibal", &["bl.spamcannibal.org"], &["spamcannibal"]),
    addresses("lashback", &["ubl.unsubscore.com", "ubl.lashback.com"], &["lashback", "unsubscore"]),
    addresses("inps", &["dnsbl.inps.de"], &["dnsbl.inps.de"]),
    links("surbl", &["multi.surbl.org"], &["surbl"]),
    links("uribl", &["multi.uribl.com", "black.uribl.com", "red.uribl.com", "grey.uribl.com"], &["uribl.com", "uribl"]),
    links(
        "spameatingmonkey-uri",
        &["uribl.spameatingmonkey.net", "fresh15.spameatingmonkey.net"],
        &["uribl.spameatingmonkey"],
    ),
    domains(
        "rfc-clueless",
        &[
            "fulldom.rfc-clueless.org",
            "abuse.rfc-clueless.org",
            "bogusmx.rfc-clueless.org",
            "dsn.rfc-clueless.org",
            "postmaster.rfc-clueless.org",
            "whois.rfc-clueless.org",
        ],
        &["rfc-clueless"],
    ),
    domains(
        "rfc-ignorant",
        &[
            "dsn.rfc-ignorant.org",
            "abuse.rfc-ignorant.org",
            "postmaster.rfc-ignorant.org",
            "bogusmx.rfc-ignorant.org",
            "whois.rfc-ignorant.org",
        ],
        &["rfc-ignorant"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dnsbl::known;
    use crate::domain::DomainName;

    #[test]
    fn words_and_marks_are_lower_case_and_stand_once() {
        let mut seen = std::collections::HashSet::new();
        for list in LISTS {
            assert!(seen.insert(list.word), "{}", list.word);
            for mark in list.marks {
                assert!(seen.insert(mark) || *mark == list.word, "{mark}");
                assert_eq!(&mark.to_ascii_lowercase(), mark);
            }
            assert!(list.zones.iter().all(|zone| zone.parse::<DomainName>().is_ok()));
        }
    }

    #[test]
    fn nearly_every_zone_is_in_the_catalogue() {
        let unknown: Vec<_> =
            LISTS.iter().flat_map(|list| list.zones).copied().filter(|zone| known(zone).is_none()).collect();
        assert!(unknown.len() < 20, "{unknown:?}");
    }
}
