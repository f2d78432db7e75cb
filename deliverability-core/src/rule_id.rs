//! The table of rules: one stable name a rule, append-only, with its explanation.
//!
//! Longer than a file should be: one table, so that a name is found and added in one place.

/// Declares the rules in one table: documentation, variant, name, reference. The documentation is
/// the published explanation: what the rule finds, why it matters, what to do.
macro_rules! rules {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $reference:literal;)+) => {
        /// A rule's stable name, such as `spf.ip-not-authorized`: the same in Rust, Python, text and JSON.
        ///
        /// Append-only: a name that was published never changes its meaning.
        ///
        /// ```
        /// use deliverability_core::RuleId;
        /// let rule: RuleId = "ptr.missing".parse()?;
        /// assert_eq!(rule, RuleId::PtrMissing);
        /// assert!(rule.explanation().contains("PTR"));
        /// # Ok::<(), deliverability_core::rule_id::UnknownRule>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RuleId { $($(#[doc = $doc])* $variant,)+ }

        impl RuleId {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What the rule rests on: an RFC section or a receiver's page.
            pub const fn reference(self) -> &'static str {
                match self { $(Self::$variant => $reference,)+ }
            }

            /// What the rule finds, why it matters and what to do, as Markdown.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc, "\n"),+),)+ }
            }
        }
    };
}

rules! {
    /// The envelope domain publishes no SPF record.
    ///
    /// Without one a receiver cannot tell the domain's own servers from a forger's. Large receivers
    /// ask for SPF or DKIM of everybody, and for both of bulk senders: with neither, mail is refused.
    ///
    /// Publish one TXT record at the domain that names every server that sends for it, such as
    /// `v=spf1 mx ip4:192.0.2.1 ~all`.
    SpfNone = "spf.none", "RFC 7208 §3";
    /// The sending address is not authorized by the domain's SPF record.
    ///
    /// The record was found and read, and its answer for this address is fail, softfail or neutral.
    /// Receivers refuse such mail or drop it without a bounce, while the sender's own log looks fine.
    ///
    /// Add the address (or its provider's `include:`) in front of `all`, or send through a server
    /// that is authorized. If the address is not yours, the record does its work.
    SpfIpNotAuthorized = "spf.ip-not-authorized", "RFC 7208 §4.6, §8";
    /// Several SPF records stand at one name.
    ///
    /// A receiver must not choose between them: the result is permerror for every sender, and no
    /// address passes.
    ///
    /// Merge them into one record and delete the others.
    SpfMultipleRecords = "spf.multiple-records", "RFC 7208 §4.5";
    /// Evaluation needs more than ten look-ups.
    ///
    /// The terms include, a, mx, ptr, exists and redirect cost a DNS look-up each, in included
    /// records too. The eleventh makes the result permerror, for every sender that is not matched
    /// before.
    ///
    /// Remove includes that are not used, and write your own static addresses as `ip4:` and `ip6:`.
    SpfTooManyLookups = "spf.too-many-lookups", "RFC 7208 §4.6.4";
    /// Evaluation meets more than two void look-ups.
    ///
    /// A look-up is void if the name does not exist or has no such record. Receivers may stop at the
    /// third with permerror.
    ///
    /// Delete the terms whose hosts are gone.
    SpfVoidLookups = "spf.void-lookups", "RFC 7208 §4.6.4";
    /// The SPF record does not parse.
    ///
    /// One malformed term anywhere makes the whole record void: the result is permerror for every
    /// sender, whatever the other terms say.
    ///
    /// Mend the term that is pointed at.
    SpfSyntax = "spf.syntax", "RFC 7208 §4.6, §12";
    /// An include or redirect leads to no usable record.
    ///
    /// The target has no SPF record, several, or one that does not parse, or it leads back to a record
    /// that is being evaluated. That makes the result of the including record permerror too.
    ///
    /// Remove the term, or use the name that the provider documents today.
    SpfIncludeBroken = "spf.include-broken", "RFC 7208 §5.2, §6.1";
    /// The sending address has no PTR record.
    ///
    /// Large receivers refuse mail from an address without a name, whatever else is right.
    ///
    /// Ask the owner of the address (the provider or hoster) to set the PTR record to the server's
    /// name, and give that name an address record. It cannot be set in the domain's own zone, unless
    /// the reverse zone is delegated.
    PtrMissing = "ptr.missing", "RFC 1912 §2.1, RFC 8601 §2.7.3";
    /// No PTR name of the sending address resolves back to it.
    ///
    /// Anybody can point a PTR record at any name; only the way back proves it. Receivers treat an
    /// unconfirmed name like none.
    ///
    /// Give the PTR name an address record for the sending address, or have the PTR record set to a
    /// name that has one.
    PtrNotForwardConfirmed = "ptr.not-forward-confirmed", "RFC 8601 §2.7.3";
    /// The HELO name is not one that a public server may give.
    ///
    /// It is no fully qualified host name (a bare word, `localhost`, an address without brackets, a
    /// private name such as `.local`), or it does not resolve. Some receivers refuse the session.
    ///
    /// Set the server's HELO name to its public host name: best the one its PTR record gives.
    HeloInvalid = "helo.invalid", "RFC 5321 §2.3.5, §4.1.1.1";
    /// The HELO name belongs to neither the sending address nor its PTR name.
    ///
    /// Receivers must not refuse mail for this alone, but they count it against the sender.
    ///
    /// Make the HELO name, the PTR name and the address record one name.
    HeloMismatch = "helo.mismatch", "RFC 5321 §4.1.4";
    /// A blocklist lists the sending address.
    ///
    /// Receivers that use the list refuse the mail or file it as spam. The code says why it is
    /// listed; the list answered its own test points, so the answer can be believed.
    ///
    /// Stop the cause first (a compromised account, an open relay, an infected host behind the same
    /// address), then ask for removal on the list's page: a removal without that comes back.
    DnsblIpListed = "dnsbl.ip-listed", "RFC 5782 §2";
    /// A blocklist refused the question.
    ///
    /// Many lists do not serve public or busy resolvers, and say so with a code that looks like a
    /// listing. It is neither listed nor clean: it is not known.
    ///
    /// Ask through a resolver of your own, or with a key from the list's operator.
    DnsblQueryRefused = "dnsbl.query-refused", "RFC 5782 §5";
    /// No usable key stands at a DKIM selector that is in use.
    ///
    /// The name does not exist, has no TXT record, or holds a revoked key (an empty `p=`). Every
    /// signature with this selector fails.
    ///
    /// Publish the public half of the key that the server signs with, and keep it until the queues
    /// have drained after a change of keys.
    DkimKeyMissing = "dkim.key-missing", "RFC 6376 §3.6, §6.1.2";
    /// The DKIM key record cannot be used, or not by all receivers.
    ///
    /// The record was damaged on its way into the zone (quotes, backslashes, a cut at 255 octets), a
    /// tag is wrong, or the key is too short.
    ///
    /// Publish the record again as one TXT record of strings of at most 255 octets; use RSA with
    /// 2048 bits.
    DkimKeyBad = "dkim.key-bad", "RFC 6376 §3.6.1, RFC 8301";
    /// Mail to the sender's domain cannot be delivered.
    ///
    /// The domain does not exist, says with a null MX that it takes no mail, or has neither an MX
    /// nor an address record. Receivers refuse senders that they could not answer.
    ///
    /// Give the domain an MX record, and never send from a domain with a null MX.
    SenderUnresolvable = "sender.unresolvable", "RFC 5321 §5, RFC 7505 §4";
    /// The domain has MX records, but none of their hosts can take mail.
    ///
    /// Answers, bounces and callouts to the domain fail.
    ///
    /// Point the MX record at a host name that has an address record.
    MxNone = "mx.none", "RFC 5321 §5.1";
    /// An MX record names an alias.
    ///
    /// The host of an MX record must have address records itself; some servers do not follow a CNAME
    /// there.
    ///
    /// Name the CNAME's target in the MX record.
    MxCname = "mx.cname", "RFC 2181 §10.3";
    /// An MX record names an IP address.
    ///
    /// The record takes a host name; `192.0.2.1` is read as a name in a zone that does not exist.
    ///
    /// Give the address a name, and put the name in the MX record.
    MxIpLiteral = "mx.ip-literal", "RFC 1035 §3.3.9, RFC 5321 §5.1";
    /// An MX record names a host without an address.
    ///
    /// Mail servers waste a try on it, and callouts may end there.
    ///
    /// Give the host an address record, or delete the MX record.
    MxDangling = "mx.dangling", "RFC 5321 §5.1";
    /// An MX host has private addresses only.
    ///
    /// Nobody outside can reach it.
    ///
    /// Publish the public address, or delete the MX record from the public zone.
    MxPrivateIp = "mx.private-ip", "RFC 1918 §3, RFC 5321 §5.1";
    /// A record of Sender ID, DomainKeys or ADSP still stands in the zone.
    ///
    /// A TXT record at the domain starts with `spf2.0/`, one at `_domainkey` holds a policy such as
    /// `o=~`, or one at `_adsp._domainkey` practices such as `dkim=all`. All three are historic, and
    /// receivers ignore them today: such a record authorizes nobody and is no substitute for SPF,
    /// DKIM or DMARC.
    ///
    /// Remove it or leave it: mail is not affected.
    LegacySenderidDomainkeys = "legacy.senderid-domainkeys", "RFC 4406, RFC 4870, RFC 5617, RFC 6686";
    /// The SPF record lets nobody fail, or anybody pass.
    ///
    /// `+all` and networks that span a large part of the Internet authorize everyone, forgers too:
    /// receivers count that against the domain. `?all`, or neither `all` nor `redirect=`, gives
    /// strangers the result neutral, which protects nothing.
    ///
    /// End the record in `~all`, or in `-all` once every sender is listed, and name only networks of
    /// your own senders.
    SpfWeakAll = "spf.weak-all", "RFC 7208 §5.1, §8.2";
    /// The SPF record uses `ptr`.
    ///
    /// The mechanism is slow, unreliable and a burden on the DNS servers of others: it should not be
    /// published. Some receivers skip it.
    ///
    /// Name the servers by `a`, `mx`, `ip4` or `ip6` instead.
    SpfPtr = "spf.ptr", "RFC 7208 §5.5";
    /// A term of the SPF record can never take effect.
    ///
    /// It stands behind `all`, inside a network that an earlier term names, or it is a `redirect=`
    /// next to `all`. What it was meant to authorize is not authorized by it.
    ///
    /// Delete the term, or put it in front of the one that hides it.
    SpfDeadTerm = "spf.dead-term", "RFC 7208 §4.6.2, §5.1, §6.1";
    /// A term of the SPF record stands twice.
    ///
    /// The second one never decides anything, but costs its look-ups again.
    ///
    /// Delete the second one.
    SpfDuplicateTerm = "spf.duplicate-term", "RFC 7208 §4.6.2, §4.6.4";
    /// The SPF record names addresses that cannot send on the Internet.
    ///
    /// Private, loopback and other reserved addresses never reach another domain's server, so the
    /// term has no use there; often the public address of the same host is missing.
    ///
    /// Name the public address that the mail leaves from.
    SpfPrivateAddress = "spf.private-address", "RFC 7208 §5.6, RFC 6890 §2.2";
    /// A network of the SPF record is written with host bits.
    ///
    /// The bits beyond the prefix length are ignored, so the term covers more than the one address
    /// that it seems to name.
    ///
    /// Write the first address of the network, or leave the prefix length out if one host is meant.
    SpfHostBits = "spf.host-bits", "RFC 7208 §5.6";
    /// The SPF record is long for what carries it.
    ///
    /// A string of a TXT record holds 255 octets; an answer over 512 octets needs EDNS or TCP, and one
    /// over 1,232 may be cut into fragments or need TCP. Where that fails, the record is not read.
    ///
    /// Publish it in several strings, each with its own spaces, and move senders into included records.
    SpfRecordTooLong = "spf.record-too-long", "RFC 7208 §3.3, §3.4";
    /// A modifier of the SPF record has no effect, or some checkers refuse it.
    ///
    /// A name that is not known followed by `=` is well-formed and ignored. Where it looks like a
    /// mechanism (`include=`), what it was meant to authorize is not. The reporting modifiers `ra`,
    /// `rp` and `rr` are standard, but some checkers take them for errors.
    ///
    /// Write mechanisms with a colon, and leave out what is not SPF.
    SpfUnknownModifier = "spf.unknown-modifier", "RFC 7208 §6, RFC 6652 §3";
    /// The name that the server says in HELO has no SPF record.
    ///
    /// Mail with the null sender, such as bounces, delivery reports and callouts, has no other name
    /// that SPF could check. Without a record there, anybody can say that name.
    ///
    /// Publish `v=spf1 a -all` as a TXT record at the HELO name, once it leads to the server.
    SpfHeloNone = "spf.helo-none", "RFC 7208 §2.3, §10.1.3";
    /// Every name of the sending address looks made by a machine.
    ///
    /// It holds the address, or words such as `dyn`, `pool` or `dsl`, or is a provider's default.
    /// Receivers take such a host for an end user's line and refuse or junk its mail.
    ///
    /// Have the PTR record set to a host name under your own domain, such as `mail.example.org`, and
    /// give that name the address.
    PtrGeneric = "ptr.generic", "GMX and WEB.DE, Yahoo: sender requirements (2026)";
    /// The PTR record of the sending address names an alias.
    ///
    /// It must name the host itself: who compares names, or does not follow a CNAME there, finds
    /// another host.
    ///
    /// Have the PTR record set to the CNAME's target.
    PtrCname = "ptr.cname", "RFC 2181 §10.2, RFC 1912 §2.1";
    /// A sending host has an IPv6 address that is not set up for mail.
    ///
    /// It lacks the PTR record or the place in the SPF record that the IPv4 address has. The server
    /// uses IPv6 wherever the receiver has it, so only some of the mail fails.
    ///
    /// Set the PTR record of the IPv6 address and name it in the SPF record, or send over IPv4 only.
    Ipv6HalfConfigured = "ipv6.half-configured", "RFC 7208 §5, RFC 8601 §2.7.3; Gmail, Outlook: sender requirements (2026)";
    /// The PTR name of the sending address explains why a list has it.
    ///
    /// The list goes by the range or by the name, not by what was sent, and the address has a generic
    /// PTR name or none. As long as that stays, removal is refused or does not last.
    ///
    /// First have the PTR record set to a host name under your own domain, then ask for removal; or
    /// send through the provider's relay.
    PtrExplainsListing = "ptr.explains-listing", "RFC 5782 §2.1; Spamhaus: PBL, SpamRATS (2026)";
    /// The DNS gives other answers inside than outside.
    ///
    /// What a check inside the network sees is not what receivers see: it may find all in order
    /// where mail fails, or the other way round.
    ///
    /// Go by the outside answers, and publish outside what receivers need.
    DnsSplitHorizon = "dns.split-horizon", "RFC 9499 §6";
    /// A null MX stands beside other MX records.
    ///
    /// A null MX says that the domain takes no mail, and must stand alone: servers may refuse to
    /// send to the domain, or to take mail from it.
    ///
    /// Delete the null MX, or the others if the domain takes no mail.
    MxNullBesideOthers = "mx.null-beside-others", "RFC 7505 §3";
    /// A list says that the sending address is not meant to send mail directly.
    ///
    /// The entry is about the range, not about abuse: an end-user or dynamic range, listed by its
    /// provider's policy or by the list's. Whoever refuses by the list refuses the mail.
    ///
    /// Send through the provider's relay with authentication. If the address is static and has its
    /// own PTR name, ask for an exemption on the list's page.
    IpDynamicOrPolicyListed = "ip.dynamic-or-policy-listed", "RFC 5782 §2";
    /// A blocklist of domains lists a name of the sender.
    ///
    /// The sender's domain, the HELO name or the PTR name is listed: receivers refuse or junk mail
    /// that carries it, from whatever address it comes.
    ///
    /// Stop the abuse of the domain first (spam that advertises it, harmful pages), then ask for
    /// removal on the list's page. Another domain helps only after that.
    DnsblDomainListed = "dnsbl.domain-listed", "RFC 5782 §3";
    /// A list to be asked is dead.
    ///
    /// It was closed, or its domain was sold: it lists nothing, or everything. It was not asked.
    ///
    /// Take it off your configuration; a receiver who refuses by it has to be told.
    DnsblListDead = "dnsbl.list-dead", "RFC 6471 §3.4";
    /// The body of a signed message is not the one that was signed.
    ///
    /// The hash in the signature is not that of the body: something between the signer and here
    /// changed it, or the signer hashed another body than it sent. The signature fails.
    ///
    /// Sign behind the last program that changes messages, with `c=relaxed/relaxed` and without
    /// `l=`. A mailing list that adds a footer rewrites From and signs with its own domain.
    DkimBodyChanged = "dkim.body-changed", "RFC 6376 §3.7, §6.1.3";
    /// The signed fields of a message are not those that were signed.
    ///
    /// The body is judged apart, and the key is the right one or may be: a signed header field was
    /// added, removed or altered on the way. The signature fails.
    ///
    /// Sign behind the last program that changes the header, and sign only fields that others leave
    /// alone.
    DkimHeaderChanged = "dkim.header-changed", "RFC 6376 §5.4, §6.1.3";
    /// The published key does not belong to the signature.
    ///
    /// The signature was not made by the key at its selector: the server signs with another one
    /// (after a change of keys, or a copy of an old set-up), or `b=` was damaged. Every signature
    /// of that server fails.
    ///
    /// Publish the public half of the key in use, under this selector or a new one.
    DkimKeyMismatch = "dkim.key-mismatch", "RFC 6376 §6.1.3";
    /// The signature cannot be accepted, whatever its key says.
    ///
    /// The field is malformed, uses what is not known or was retired, has expired, or claims an
    /// identity that it may not claim. Receivers take the message as not signed.
    ///
    /// Mend the configuration of the signing software.
    DkimSignatureBad = "dkim.signature-bad", "RFC 6376 §3.5, §6.1.1, RFC 8301 §3.1";
    /// The signature may pass, and protects less than it seems to.
    ///
    /// Fields or parts of the body stay open to additions, the domain is testing, or something else
    /// about the signature is worth knowing.
    ///
    /// Sign the whole body (no `l=`), sign From once more than it stands, and use RSA keys of 2048
    /// bits.
    DkimSignatureRisk = "dkim.signature-risk", "RFC 6376 §8.2, §8.15";
    /// The DMARC record, or a part of it, is ignored.
    ///
    /// A record that does not start with `v=DMARC1`, or several records at one name, count as none: the
    /// domain has no policy. A tag with a fault counts as not written. Without a valid `p=` the record
    /// asks for nothing, and without a valid `rua=` besides it is dropped.
    ///
    /// Publish the mended record as the only DMARC record at `_dmarc` below the domain.
    DmarcRecordInvalid = "dmarc.record-invalid", "RFC 9989 §4.7, §4.8, §4.10.1";
    /// The DMARC record has a tag that RFC 9989 removed.
    ///
    /// `pct`, `rf` and `ri` come from RFC 7489. Receivers that follow RFC 9989 ignore them: a policy
    /// with `pct=20` applies to all mail there.
    ///
    /// Delete the tag; to try a policy out, use `t=y`.
    DmarcRemovedTag = "dmarc.removed-tag", "RFC 9989 §4.7, appendix C.5.2";
    /// The MTA-STS record is ignored.
    ///
    /// Without exactly one well-formed record at `_mta-sts` below the domain, senders act as if the
    /// domain had no MTA-STS policy.
    ///
    /// Publish one record such as `v=STSv1; id=20260101000000Z;`, and change `id` with each new policy.
    TlsMtaStsRecord = "tls.mta-sts-record", "RFC 8461 §3.1";
    /// The TLS reporting record is ignored.
    ///
    /// Without exactly one well-formed record at `_smtp._tls` below the domain, no reports on failed TLS
    /// are sent.
    ///
    /// Publish one record such as `v=TLSRPTv1; rua=mailto:tls-reports@example.org`.
    TlsReportingRecord = "tls.reporting-record", "RFC 8460 §3";
    /// The BIMI assertion record is ignored, or its logo is not shown.
    ///
    /// Receivers that show logos want a record with an `https` location of the SVG file, and mostly one of
    /// a certificate too. Delivery is not affected.
    ///
    /// Publish one record such as `v=BIMI1; l=https://example.org/logo.svg; a=https://example.org/vmc.pem`.
    BimiRecord = "bimi.record", "draft-brand-indicators-for-message-identification §4.2";
    /// No DMARC record applies to the domain in the From field.
    ///
    /// Neither it nor a domain above it publishes one, so nothing says what receivers are to do with mail
    /// that is not authenticated. Gmail, Yahoo and Outlook refuse or junk bulk mail from such a domain;
    /// forgers can use it.
    ///
    /// Publish `v=DMARC1; p=none` at `_dmarc` below the organizational domain, with `rua=` for reports;
    /// raise the policy once the reports show your own mail aligned.
    DmarcNone = "dmarc.none", "RFC 9989 §4.10.1; Gmail, Yahoo and Outlook: sender requirements (2026)";
    /// The message passes neither SPF nor DKIM for the domain in its From field.
    ///
    /// DMARC passes if SPF or DKIM passes for a domain that is aligned with the author's. Where nothing does,
    /// receivers apply the policy that the author's domain publishes, and large ones refuse the mail
    /// whatever it says.
    ///
    /// Have the provider sign with `d=` of your own domain, or use a MAIL FROM address under it.
    DmarcNotAligned = "dmarc.not-aligned", "RFC 9989 §4.4, §5.3.5; Gmail: sender requirements (2026)";
    /// The From field names somebody else's domain, whose policy forbids that.
    ///
    /// A server of yours sends mail in the name of a domain that asks receivers to quarantine or reject
    /// what it did not send: a visitor's address in a contact form, or a mailbox at a large provider.
    ///
    /// Write an address of your own domain in From, and the other one in Reply-To.
    DmarcAuthorForeign = "dmarc.author-foreign", "RFC 9989 §5.3.6, §7.4";
    /// The message carries no DKIM signature, or the domain publishes no key at all.
    ///
    /// Without a message it is found only where `_domainkey` below the domain does not exist: then no
    /// selector does (RFC 8020), or where Microsoft 365 sends for it and its two selectors are missing. A
    /// selector that nobody named is unknown, not missing. SPF alone does not survive forwarding, and large
    /// receivers ask bulk senders for both.
    ///
    /// Turn signing on at the server or provider that sends, with `d=` of your own domain, and publish
    /// the key.
    DkimNone = "dkim.none", "RFC 6376 §5, RFC 8020 §2; Gmail, Yahoo and Outlook: sender requirements (2026)";
    /// The message lacks what bulk mail must have, or breaks the format of messages.
    ///
    /// Gmail and Yahoo want one-click unsubscription in mail to many: `List-Unsubscribe` with an `https`
    /// URI and `List-Unsubscribe-Post`, both signed. A missing or repeated From, Date or Message-ID gets any
    /// mail refused.
    ///
    /// Add the fields and sign them; write each field once.
    BulkUnsubscribeOrFormat = "bulk.unsubscribe-or-format", "RFC 8058 §3, §4, RFC 5322 §3.6";
    /// A message in the domain's name that none of its servers sent is not stopped.
    ///
    /// It came from an address that is not among the sending ones, and either passes SPF, because the
    /// record still authorizes that address, or the domain publishes no policy that would stop it.
    ///
    /// Take the address out of the SPF record, sign all own mail with DKIM, and raise the DMARC policy to
    /// reject once reports show no own mail failing.
    SpoofNotStopped = "spoof.not-stopped", "RFC 7208 §11.4, RFC 9989 §4.7";
    /// A message in the domain's name was sent by somebody else, and the domain's policy says so.
    ///
    /// Receivers that check DMARC refuse or junk it. Bounces that come back are the work of receivers
    /// that do not check: they say nothing about the domain's own mail.
    ///
    /// Nothing has to be published; refuse bounces to addresses that sent nothing.
    SpoofBackscatter = "spoof.backscatter", "RFC 3834 §2, RFC 9989 §5.3.6";
    /// The Authenticated Received Chain of the message does not pass.
    ///
    /// ARC is an experiment: hosts that forward mail seal what they found when it came in. A chain that does
    /// not pass counts as none: what it says of SPF, DKIM and DMARC helps the message nowhere.
    ///
    /// Nothing has to be published. The host named has to mend its sealing, or what changes the message
    /// behind it; a broken chain stays broken.
    ArcChainFails = "arc.chain-fails", "RFC 8617 §5.2 (experimental)";
    /// A host that forwarded the message broke its authentication.
    ///
    /// The hosts on the way sealed what they found (ARC, an experiment): the message passed when it came to
    /// them, and it does not any more. The sender did nothing wrong. Receivers that trust the sealers may
    /// accept their word; none has to.
    ///
    /// Sign all mail with DKIM, which survives forwarding as long as nobody changes the message. A mailing
    /// list that changes it rewrites From and signs with its own domain.
    ArcChangedOnTheWay = "arc.changed-on-the-way", "RFC 8617 §7.2, RFC 7960 §3.2 (experimental)";
    /// A trusted receiver found something else than this diagnosis.
    ///
    /// Its Authentication-Results field says that a check passed that fails here, or the other way round:
    /// the message or the DNS was changed since, or one of the two is wrong.
    ///
    /// Compare the message with the one that the receiver has, and the records with those of that day.
    ResultsDisagree = "results.disagree", "RFC 8601 §2.7, §4.1";
    /// The receiver's own list or its opinion of the address refuses the mail.
    ///
    /// It is no public list and no record that is missing: nothing that is published in the DNS lifts it, and asking public
    /// lists shows nothing. Only the receiver can.
    ///
    /// Stop what caused it, then write to the receiver through the page or address that it names, with the
    /// address, what was sent, what went wrong and since when it is mended.
    ReceiverPrivateBlock = "receiver.private-block", "Gmail, Yahoo, Outlook, iCloud: postmaster pages (2026)";
    /// A forwarder passed the message on, and that broke what authenticated it.
    ///
    /// The receiver judged SPF at the forwarder's address, which the sender's record does not name and should not, and no
    /// DKIM signature of the author's domain survived. The sender's own servers are not at fault.
    ///
    /// The forwarder rewrites the envelope sender (SRS), leaves the message as it is and adds an ARC set. The sender signs
    /// all mail with DKIM, which survives forwarding.
    ForwardBreaksAuth = "forward.breaks-auth", "RFC 7208 §11.5, appendix D.1; RFC 8617; Gmail: forwarding (2026)";
    /// A server that verifies senders could not finish its question.
    ///
    /// Before it takes the mail it connects to the sender's mail host and asks whether the sender exists (a callout): the
    /// host did not answer, or not in time. The recipient's address has nothing to do with it.
    ///
    /// Make every MX host of the sender's domain answer on port 25 from anywhere, the reply to RCPT within 30 seconds.
    CalloutTimeout = "callout.timeout", "RFC 5321 §4.5.3.2, §5.1";
    /// The sender's mail host refuses the null sender.
    ///
    /// Callouts, and all bounces, come with MAIL FROM:<>. A host that refuses it cannot be told that mail
    /// failed, and who verifies senders refuses its mail.
    ///
    /// Accept MAIL FROM:<> for every address that the host takes mail for.
    CalloutNullSenderRefused = "callout.null-sender-refused", "RFC 5321 §4.5.5, §6.1";
    /// The sender's mail host puts callouts off.
    ///
    /// Greylisting answers an unknown client with 4yz for some minutes. A receiver that verifies the sender in the
    /// meantime defers the mail; both sides may wait for each other.
    ///
    /// Exempt the null sender from greylisting and tarpits until the DATA command.
    CalloutGreylisted = "callout.greylisted", "RFC 6647 §5, RFC 5321 §4.5.5";
    /// The sender's mail host says that the sender does not exist.
    ///
    /// A server asked it whether it would take a reply to the envelope sender, and was refused. It is the sender's
    /// address that does not exist, not the recipient's.
    ///
    /// Create the address, or send with an envelope sender that exists.
    CalloutNoSuchUser = "callout.no-such-user", "RFC 5321 §3.6.2, §4.5.5";
    /// The sender's mail host refuses postmaster.
    ///
    /// Every server that takes mail must take it for postmaster; some receivers verify that as well.
    ///
    /// Create postmaster at the domain, as a mailbox or an alias.
    CalloutPostmaster = "callout.postmaster", "RFC 5321 §4.5.1";
    /// The sender's mail host refuses the server that verifies its senders.
    ///
    /// Not for the address that was asked about: a filter, a list or a rule refuses the client of the callout.
    ///
    /// Let the receiver's servers ask: exempt them, or the null sender, from that filter up to the DATA command.
    CalloutPolicy = "callout.policy", "RFC 5321 §4.5.5, §7.9";
    /// A server refuses the mail because it could not verify the sender, and does not say how.
    ///
    /// It may have asked the sender's mail host, or only looked up whether the sender's domain can be replied
    /// to.
    ///
    /// Make the domain resolve and its mail host take the null sender and the envelope sender's address; then ask the receiver.
    CalloutUnspecified = "callout.unspecified", "RFC 5321 §4.5.5, §5.1";
    /// Mail is to travel over TLS, and one side does not do it.
    ///
    /// The receiver takes mail over TLS only and the sending server did not use STARTTLS; or the sender was told to insist on
    /// it and the receiving server does not offer it.
    ///
    /// Turn opportunistic TLS on in the sending server (Postfix: smtp_tls_security_level = may), or offer STARTTLS at
    /// the MX host.
    TlsNone = "tls.none", "RFC 3207 §4; Gmail: sender requirements (2026)";
    /// The certificate of the receiving server is not accepted.
    ///
    /// It has expired, or does not name the MX host, and the sender was told to check it.
    ///
    /// The receiver renews the certificate, with the name of each MX host in it.
    TlsCert = "tls.cert", "RFC 3207 §4.1, RFC 8461 §4.2";
    /// The receiving server does not keep to its domain's MTA-STS policy.
    ///
    /// The policy that the domain serves names other MX hosts, or demands a certificate that the host does not have.
    ///
    /// The receiver makes the `mx:` lines of the policy cover every MX host, and changes `id=` in its record.
    TlsMtaStsMismatch = "tls.mta-sts-mismatch", "RFC 8461 §4, §5";
    /// The certificate of the receiving server is not the one in its TLSA record.
    ///
    /// The record was not changed with the certificate, or its signatures (DNSSEC) do not verify.
    ///
    /// The receiver publishes the TLSA record of the new certificate before it is used.
    TlsDaneMismatch = "tls.dane-mismatch", "RFC 7672 §3";
    /// Something sends through the server that nobody meant to.
    ///
    /// A list or a receiver saw what an infected host, a stolen password, a script or an open relay sends. Until that is
    /// stopped every removal from a list comes back.
    ///
    /// Find the account, script or host in the log and the queue, stop it, change the password, clear the
    /// queue; then ask for removal.
    AbuseCompromisedOrRelay = "abuse.compromised-or-relay", "RFC 5321 §7; Spamhaus: CSS, XBL; Outlook: postmaster pages (2026)";
    /// SPF was judged for an address that cannot be the sender's.
    ///
    /// The client address in a reply or a Received-SPF field is a private one: of a container bridge, a proxy or a load balancer
    /// in front of the receiving server. SPF says nothing about such an address.
    ///
    /// The receiving site makes its mail server see the client's own address (PROXY protocol, host network), or leaves SPF to
    /// the host in front.
    SpfBridgeAddress = "spf.bridge-address", "RFC 7208 §2.3, §11.2";
}

impl core::fmt::Display for RuleId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl core::str::FromStr for RuleId {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        Self::ALL.iter().copied().find(|rule| rule.as_str() == text).ok_or(UnknownRule)
    }
}

/// A name that no rule has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule has this name")]
pub struct UnknownRule;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for rule in RuleId::ALL {
            assert_eq!(rule.as_str().parse(), Ok(*rule));
            assert!(rule.explanation().lines().count() >= 5, "{rule} explains what, why and what to do");
        }
    }
}
