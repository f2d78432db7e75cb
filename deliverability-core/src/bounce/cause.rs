//! Why mail is refused: the closed vocabulary that every reply is mapped to.

/// Declares the causes with their slugs and who must act.
macro_rules! causes {
    ($($(#[$doc:meta])* $variant:ident = $slug:literal, $actor:ident;)+) => {
        /// Why mail was refused or put off, as the reply says it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Cause { $($(#[$doc])* $variant,)+ }

        impl Cause {
            /// Every cause.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable slug, in JSON and Python.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }

            /// Who must act.
            pub const fn actor(self) -> Actor {
                match self { $(Self::$variant => Actor::$actor,)+ }
            }
        }
    };
}

causes! {
    /// A public list names the address.
    IpBlocklisted = "ip_blocklisted", SenderServer;
    /// The receiver's own list holds the address.
    IpBlockedPrivate = "ip_blocked_private", Receiver;
    /// The address has a bad name with the receiver, which slows or refuses it.
    IpReputation = "ip_reputation", SenderServer;
    /// The address belongs to a range that should not send mail itself.
    IpDynamic = "ip_dynamic", SenderServer;
    /// A list names a domain of the sender.
    DomainBlocklisted = "domain_blocklisted", SenderServer;
    /// A list names a link in the content.
    UrlBlocklisted = "url_blocklisted", SenderServer;
    /// SPF does not authorize the address.
    SpfFail = "spf_fail", SenderDns;
    /// The SPF record could not be evaluated.
    SpfError = "spf_error", SenderDns;
    /// No DKIM signature passes.
    DkimFail = "dkim_fail", SenderServer;
    /// The author domain's DMARC policy asks to refuse it.
    DmarcPolicy = "dmarc_policy", SenderDns;
    /// Neither SPF nor DKIM authenticates the sender.
    AuthMissing = "auth_missing", SenderDns;
    /// The authentication results fall short of what the receiver demands.
    AuthLevel = "auth_level", SenderDns;
    /// The ARC chain does not verify.
    ArcFail = "arc_fail", SenderServer;
    /// The address has no PTR record.
    PtrMissing = "ptr_missing", SenderServer;
    /// The PTR name does not resolve back to the address.
    PtrMismatch = "ptr_mismatch", SenderServer;
    /// The PTR name looks like that of a customer line.
    PtrGeneric = "ptr_generic", SenderServer;
    /// The HELO name is refused.
    HeloRejected = "helo_rejected", SenderServer;
    /// The receiver could not ask the sender's servers whether the sender exists.
    CalloutUnreachable = "callout_unreachable", SenderServer;
    /// The sender's servers said to the receiver that the sender does not exist.
    CalloutRejected = "callout_rejected", SenderServer;
    /// The sender's servers refuse the null sender, which callouts use.
    CalloutNullSenderRefused = "callout_null_sender_refused", SenderServer;
    /// The sender's servers refuse postmaster.
    CalloutPostmaster = "callout_postmaster", SenderServer;
    /// The sender's servers put the receiver's callout off.
    CalloutGreylisted = "callout_greylisted", SenderServer;
    /// Sender verification failed, and the reply does not say how.
    SenderVerifyFailed = "sender_verify_failed", SenderServer;
    /// The receiver finds no route to the sender.
    SenderUnroutable = "sender_unroutable", SenderDns;
    /// The sender's domain does not exist or does not resolve.
    SenderDomain = "sender_domain", SenderDns;
    /// The sender's domain says that it takes no mail.
    SenderNullMx = "sender_null_mx", SenderDns;
    /// The receiver refuses this sender.
    SenderRejected = "sender_rejected", Receiver;
    /// Sender ID: the purported responsible address is missing or not permitted.
    PraFailure = "pra_failure", SenderServer;
    /// The receiver puts unknown senders off for some minutes.
    Greylisted = "greylisted", Nobody;
    /// Too much in too short a time.
    RateLimited = "rate_limited", SenderServer;
    /// The content is taken for spam.
    ContentSpam = "content_spam", SenderServer;
    /// A policy of the receiver that it does not name.
    PolicyUnspecified = "policy_unspecified", Receiver;
    /// The receiver takes the message for a forgery of its own users.
    SpoofingPolicy = "spoofing_policy", Receiver;
    /// The content is taken for malware.
    Virus = "virus", SenderServer;
    /// The receiver does not take such an attachment.
    AttachmentBlocked = "attachment_blocked", Sender;
    /// The message breaks the format of mail.
    RfcNoncompliant = "rfc_noncompliant", SenderServer;
    /// The receiver takes mail over TLS only.
    TlsRequired = "tls_required", SenderServer;
    /// A certificate or TLS policy does not fit.
    TlsCertificate = "tls_certificate", Receiver;
    /// The server does not relay for this client.
    RelayDenied = "relay_denied", SenderServer;
    /// The client must log in first.
    AuthRequired = "auth_required", SenderServer;
    /// The recipient does not exist.
    UserUnknown = "user_unknown", Sender;
    /// The recipient's mailbox is full.
    MailboxFull = "mailbox_full", Recipient;
    /// The recipient's mailbox is closed.
    MailboxDisabled = "mailbox_disabled", Recipient;
    /// The message is too large.
    Size = "size", Sender;
    /// The recipient's domain does not exist or has no mail server.
    RecipientDomain = "recipient_domain", Sender;
    /// The recipient's domain says that it takes no mail.
    RecipientNullMx = "recipient_null_mx", Sender;
    /// The connection failed.
    Network = "network", Nobody;
    /// The message goes round in a circle.
    Loop = "loop", Receiver;
    /// It was tried for too long; the last reply says why.
    Expired = "expired", Nobody;
    /// The receiving server is broken.
    ServerError = "server_error", Receiver;
    /// Not a bounce: a recipient complained.
    Feedback = "feedback", Sender;
    /// Not a bounce: an automatic answer.
    AutoReply = "auto_reply", Nobody;
    /// The text is not known.
    Unknown = "unknown", Nobody;
}

impl core::fmt::Display for Cause {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who must act on a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Actor {
    /// Who keeps the DNS of the sender's domain.
    SenderDns,
    /// Who runs the sending server.
    SenderServer,
    /// Who wrote the message.
    Sender,
    /// The receiving site.
    Receiver,
    /// The person it was for.
    Recipient,
    /// Nobody: a later try may do, or nothing is wrong.
    Nobody,
}

impl Actor {
    /// The stable word, in JSON and Python.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SenderDns => "sender_dns",
            Self::SenderServer => "sender_server",
            Self::Sender => "sender",
            Self::Receiver => "receiver",
            Self::Recipient => "recipient",
            Self::Nobody => "nobody",
        }
    }
}
