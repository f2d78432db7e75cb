//! The words of the catalogue: what a list holds, what an entry means, how much it matters, who
//! may ask, and what an entry tells of its cause.

use crate::words::words;

words! {
    /// What a list holds.
    Kind {
        /// IPv4 addresses.
        Ipv4 = "ipv4",
        /// IPv6 addresses.
        Ipv6 = "ipv6",
        /// Addresses of both families.
        Ip = "ip",
        /// Domain names.
        Domain = "domain",
        /// Addresses of both families and domain names.
        IpAndDomain = "ip_and_domain",
        /// IPv4 addresses and domain names.
        Ipv4AndDomain = "ipv4_and_domain",
    }
}

words! {
    /// What being listed means.
    Role {
        /// A reason to refuse or to junk (RFC 5782 §2.1, DNSBL).
        Block = "block",
        /// A reason to accept (RFC 5782 §2.2, DNSWL).
        Welcome = "welcome",
        /// A fact, neither good nor bad.
        Information = "information",
    }
}

words! {
    /// How much a listing matters, by who uses the list. The greatest matters most.
    Impact {
        /// Worth knowing: no reason to act.
        Note = "note",
        /// Few receivers use it.
        Low = "low",
        /// Some receivers refuse or junk by it.
        Medium = "medium",
        /// Many receivers refuse by it.
        High = "high",
        /// Most receivers refuse by it.
        Critical = "critical",
    }
}

words! {
    /// Who may ask a list.
    Terms {
        /// Anybody.
        Open = "open",
        /// Anybody below a volume limit, and not through every resolver.
        Limited = "limited",
        /// Resolvers or accounts that are registered, free of charge.
        Registration = "registration",
        /// Whoever has a key, which stands in the name that is asked.
        Key = "key",
        /// Who pays.
        Paid = "paid",
    }
}

impl Terms {
    /// Whether a list may be asked by somebody who made no arrangement with it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Limited)
    }
}

words! {
    /// Which part of a host name a list of domains wants to be asked about.
    NameForm {
        /// The whole name.
        Host = "host",
        /// The registrable domain: one label below a public suffix.
        Registrable = "registrable",
    }
}

words! {
    /// What an entry tells of its cause, and so what has to be stopped first.
    Cause {
        /// Spam was received from the address.
        Spam = "spam",
        /// A spam trap was hit.
        Trap = "trap",
        /// An infected or remotely controlled machine speaks from the address.
        Exploit = "exploit",
        /// An open relay or proxy.
        Relay = "relay",
        /// Attacks on servers: guessed passwords, scans.
        Attack = "attack",
        /// The range is not meant to send mail directly.
        EndUserRange = "end_user_range",
        /// The address has no PTR record, or a generic name.
        ReverseDns = "reverse_dns",
        /// Bounces or callouts to forged senders.
        Backscatter = "backscatter",
        /// The network around the address, not the address itself.
        Network = "network",
        /// The domain is used in spam.
        SpamDomain = "spam_domain",
        /// The domain's web site serves phishing, malware or other harm.
        HarmfulSite = "harmful_site",
        /// A site or service of good repute that others abuse.
        AbusedSite = "abused_site",
        /// The domain is new.
        NewDomain = "new_domain",
        /// The domain lacks what the standards ask of it.
        Duty = "duty",
    }
}

impl Cause {
    /// What to stop or to mend before removal is asked for.
    pub const fn first_step(self) -> &'static str {
        match self {
            Self::Spam => {
                "find what sent the spam and stop it: a mail account whose password is known to others, a script on a web \
                 server, a newsletter to people who did not ask for it; take its mail out of the queue"
            }
            Self::Trap => {
                "stop sending to addresses that nobody confirmed or that were bought, drop those that bounce, and look for \
                 an account or script that sends without your knowledge"
            }
            Self::Exploit => {
                "find the infected machine: this server, or any host behind the same address (NAT); clean it, and let only \
                 the mail server connect to port 25 outside"
            }
            Self::Relay => {
                "close the open relay or proxy: relay only for your own networks and for users who authenticate"
            }
            Self::Attack => {
                "find the process that attacks other servers from this address, here or on a host behind it, and change \
                 the passwords that it may know"
            }
            Self::EndUserRange => {
                "do not deliver directly from this address: send through your provider's relay (smarthost) with \
                 authentication; only if the address is static and has its own PTR name, ask for an exemption"
            }
            Self::ReverseDns => {
                "have the PTR record set to the server's own host name under your domain, and give that name the address"
            }
            Self::Backscatter => {
                "refuse unknown recipients and spam during the SMTP session instead of sending bounces later, and turn \
                 sender callouts off"
            }
            Self::Network => {
                "know that there is nothing to stop at your server: the entry is about the network around it; ask its provider to act, or \
                 move to a better kept network"
            }
            Self::SpamDomain => {
                "find who advertises the domain: a newsletter, an affiliate, a stolen account; stop it and take the pages \
                 advertised offline"
            }
            Self::HarmfulSite => {
                "take the harmful pages offline, close the hole they came in by, and change the passwords of the site"
            }
            Self::AbusedSite => {
                "find the abused page, redirector, form or user of the site and remove it, then close that way in"
            }
            Self::NewDomain => {
                "know that there is nothing to stop: the domain is new; wait, and begin with little mail"
            }
            Self::Duty => "mend what the list names: an MX host, or the addresses postmaster@ and abuse@",
        }
    }
}

words! {
    /// What became of a dead list.
    Fate {
        /// It no longer answers.
        Gone = "gone",
        /// It was closed and emptied: whatever is asked, nothing is listed.
        Emptied = "emptied",
        /// Every address is listed: the domain was sold, lapsed, or was made to answer so.
        ListsEverything = "lists_everything",
        /// It answers now so, now so: not to be relied on.
        Unreliable = "unreliable",
        /// Its data went into another list.
        Merged = "merged",
        /// Its data is not its own.
        Distrusted = "distrusted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for cause in Cause::ALL {
            assert_eq!(Cause::from_word(cause.as_str()), Some(*cause));
            assert!(!cause.first_step().ends_with('.'), "{cause:?}: it stands within a sentence");
        }
        assert_eq!(Kind::from_word("ipv5"), None);
        assert!(Impact::Critical > Impact::Note);
    }

    #[test]
    fn only_open_and_limited_lists_may_be_asked_by_strangers() {
        let open: Vec<_> = Terms::ALL.iter().filter(|terms| terms.is_open()).collect();
        assert_eq!(open, [&Terms::Open, &Terms::Limited]);
    }
}
