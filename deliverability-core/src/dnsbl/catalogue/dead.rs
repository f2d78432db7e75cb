//! Lists that are dead: what became of them, so that nobody waits for them or believes them.

use core::fmt;

use crate::dnsbl::words::Fate;
use crate::domain::DomainName;

/// A list that is no longer kept, or cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadList {
    zone: DomainName,
    facts: &'static Facts,
}

impl DeadList {
    /// The zone.
    pub const fn zone(&self) -> &DomainName {
        &self.zone
    }

    /// What became of it.
    pub const fn fate(&self) -> Fate {
        self.facts.fate
    }

    /// The year, where known.
    pub const fn since(&self) -> Option<u16> {
        self.facts.since
    }

    /// What happened, in words.
    pub const fn why(&self) -> &'static str {
        self.facts.why
    }

    /// Where these facts come from: the source's short name.
    pub const fn source(&self) -> &'static str {
        self.facts.source
    }

    /// The day these facts were read, as `YYYY-MM-DD`.
    pub const fn read(&self) -> &'static str {
        READ
    }
}

/// The zone, since when it is dead, and why.
impl fmt::Display for DeadList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is dead", self.zone)?;
        if let Some(year) = self.since() {
            write!(f, " since {year}")?;
        }
        write!(f, ": {}", self.why())
    }
}

/// What zones of one story share.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    zones: &'static [&'static str],
    fate: Fate,
    since: Option<u16>,
    why: &'static str,
    source: &'static str,
}

const READ: &str = "2026-11-21";

/// Every dead list; a test holds that every row makes one.
pub(super) fn all() -> Vec<DeadList> {
    let zones = ROWS.iter().flat_map(|facts| facts.zones.iter().map(move |zone| (zone, facts)));
    zones.filter_map(|(zone, facts)| Some(DeadList { zone: zone.parse().ok()?, facts })).collect()
}

#[cfg(test)]
pub(super) fn count() -> usize {
    ROWS.iter().map(|facts| facts.zones.len()).sum()
}

const CHECK_RBL: &str = "check_rbl Changes";
const DNSBL_COM: &str = "dnsbl.com status posts";

const ROWS: &[Facts] = &[
    Facts {
        zones: &[
            "dnsbl.sorbs.net",
            "aspews.ext.sorbs.net",
            "dul.dnsbl.sorbs.net",
            "http.dnsbl.sorbs.net",
            "misc.dnsbl.sorbs.net",
            "smtp.dnsbl.sorbs.net",
            "socks.dnsbl.sorbs.net",
            "spam.dnsbl.sorbs.net",
            "new.spam.dnsbl.sorbs.net",
            "recent.spam.dnsbl.sorbs.net",
            "old.spam.dnsbl.sorbs.net",
            "web.dnsbl.sorbs.net",
            "zombie.dnsbl.sorbs.net",
            "block.dnsbl.sorbs.net",
            "escalations.dnsbl.sorbs.net",
            "problems.dnsbl.sorbs.net",
            "proxies.dnsbl.sorbs.net",
            "relays.dnsbl.sorbs.net",
            "safe.dnsbl.sorbs.net",
            "l1.spews.dnsbl.sorbs.net",
            "l2.spews.dnsbl.sorbs.net",
            "rhsbl.sorbs.net",
            "badconf.rhsbl.sorbs.net",
            "nomail.rhsbl.sorbs.net",
        ],
        fate: Fate::Emptied,
        since: Some(2024),
        why: "it was closed and emptied, and lists nothing",
        source: "techzine.eu 2024-06; brandergroup.net 2024-06-06; PSBlackListChecker issue 11",
    },
    Facts {
        zones: &["ix.dnsbl.manitu.net"],
        fate: Fate::Emptied,
        since: Some(2025),
        why: "NiX Spam was closed and emptied on 2025-01-16",
        source: "heise.de/-10248714; mailcow postfix.sh (2026-08-05)",
    },
    Facts {
        zones: &["dnsbl.inps.de", "dnswl.inps.de"],
        fate: Fate::Emptied,
        since: Some(2020),
        why: "it was closed on 2020-05-25, and lists nothing",
        source: DNSBL_COM,
    },
    Facts {
        zones: &["swl.spamhaus.org", "_vouch.dwl.spamhaus.org"],
        fate: Fate::Gone,
        since: Some(2018),
        why: "Spamhaus ended its welcome lists",
        source: "SpamAssassin rules (2024-10-24)",
    },
    Facts {
        zones: &["cbl.abuseat.org"],
        fate: Fate::Merged,
        since: Some(2021),
        why: "the CBL is part of xbl.spamhaus.org and so of zen.spamhaus.org; the old name gives refusals",
        source: "pydnsbl issue 27; SpamAssassin rules (2024-10-24)",
    },
    Facts {
        zones: &["dnsbl.cyberlogic.net"],
        fate: Fate::Gone,
        since: Some(2018),
        why: "it was found not to work on 2018-05-27",
        source: CHECK_RBL,
    },
    Facts {
        zones: &["rbl.suresupport.com"],
        fate: Fate::Gone,
        since: Some(2019),
        why: "it was found not to work on 2019-12-03",
        source: CHECK_RBL,
    },
    Facts {
        zones: &["sbl.spamdown.org"],
        fate: Fate::Gone,
        since: Some(2026),
        why: "it was found not to work on 2026-03-30",
        source: CHECK_RBL,
    },
    Facts {
        zones: &["spamtrap.drbl.drand.net"],
        fate: Fate::Gone,
        since: Some(2024),
        why: "it was found not to work on 2024-03-27",
        source: CHECK_RBL,
    },
    Facts {
        zones: &["ubl.lashback.com", "ubl.unsubscore.com"],
        fate: Fate::Gone,
        since: None,
        why: "the LashBack list was reported offline before June 2024",
        source: DNSBL_COM,
    },
    Facts {
        zones: &["bl.nszones.com"],
        fate: Fate::Distrusted,
        since: None,
        why: "it lists 127.0.0.1 and not 127.0.0.2, and Spamhaus called it a fraudulent copy",
        source: "gsauthof check-dnsbl.py (2025-05-22)",
    },
    Facts {
        zones: &["bl.emailbasura.org"],
        fate: Fate::ListsEverything,
        since: Some(2019),
        why: "its domain was sold, and every name has an answer",
        source: DNSBL_COM,
    },
    Facts {
        zones: &["bl.spamcannibal.org"],
        fate: Fate::ListsEverything,
        since: Some(2018),
        why: "it was given up in 2017, its domain lapsed in May 2018, and every name had an answer",
        source: "check_rbl issue 18; wordtothewise.com 2018-05",
    },
    Facts {
        zones: &["dnsbl.ahbl.org", "ircbl.ahbl.org", "rhsbl.ahbl.org"],
        fate: Fate::ListsEverything,
        since: Some(2015),
        why: "it was closed, and lists everything since 2015-01-01",
        source: DNSBL_COM,
    },
    Facts {
        zones: &["dnsbl.burnt-tech.com"],
        fate: Fate::ListsEverything,
        since: None,
        why: "its domain is for sale, and every name has an answer",
        source: DNSBL_COM,
    },
    Facts {
        zones: &["dul.ru"],
        fate: Fate::ListsEverything,
        since: Some(2015),
        why: "its domain is for sale, and every name has an answer since 2015-05-19",
        source: DNSBL_COM,
    },
    Facts {
        zones: &["lbl.lagengymnastik.dk"],
        fate: Fate::ListsEverything,
        since: Some(2007),
        why: "it ended in 2004, and lists everything since January 2007",
        source: DNSBL_COM,
    },
    Facts {
        zones: &["list.dsbl.org", "multihop.dsbl.org", "unconfirmed.dsbl.org"],
        fate: Fate::ListsEverything,
        since: Some(2008),
        why: "it stopped in May 2008, was silent, and was seen to list everything from 2012-08-20",
        source: "dnsbl.info/list-dsbl-org.php; vamsoft.com; securityandthe.net",
    },
    Facts {
        zones: &["rbl.megarbl.net"],
        fate: Fate::ListsEverything,
        since: Some(2019),
        why: "its domain lapsed on 2019-11-25, and every name had an answer",
        source: "dnsbl.com status posts; check_rbl Changes",
    },
    Facts {
        zones: &["relays.ordb.org"],
        fate: Fate::ListsEverything,
        since: Some(2008),
        why: "it was closed in 2006, and listed everything from March 2008",
        source: "securityandthe.net 2009-03-10",
    },
    Facts {
        zones: &[
            "combined.rbl.msrbl.net",
            "images.rbl.msrbl.net",
            "phishing.rbl.msrbl.net",
            "spam.rbl.msrbl.net",
            "virus.rbl.msrbl.net",
            "web.rbl.msrbl.net",
        ],
        fate: Fate::Unreliable,
        since: Some(2019),
        why: "its domain lapsed twice, each time every name had an answer; called inactive in 2026",
        source: "dnsbl.com status posts; a zone catalogue checked live (2026)",
    },
    Facts {
        zones: &["spam.dnsbl.anonmails.de"],
        fate: Fate::Unreliable,
        since: Some(2024),
        why: "since 2024-11-12 some askers get an address outside 127.0.0.0/8",
        source: "check_rbl PR 60",
    },
];
