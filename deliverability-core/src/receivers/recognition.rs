//! Who wrote a reply: known by marks in its text, by the server's name, by the pages it points to.

#![allow(clippy::enum_glob_use, reason = "a prefix on every row would bury the marks")]

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::receiver::Receiver::{self, *};

impl Receiver {
    /// The receiver that wrote `text`, by its marks: a signature, the name of a server, a page of its own.
    ///
    /// ```
    /// use deliverability_core::receivers::Receiver;
    ///
    /// let text = "550-5.7.26 This mail has been blocked because the sender is unauthenticated. x18si99 - gsmtp";
    /// assert_eq!(Receiver::of_text(text), Some(Receiver::Gmail));
    /// assert_eq!(Receiver::of_text("550 5.1.1 no such user"), None);
    /// ```
    pub fn of_text(text: &str) -> Option<Self> {
        static MATCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| matcher(MARKS));
        let found = MATCHER.as_ref()?.find_overlapping_iter(text).map(|found| found.pattern().as_usize());
        Self::of_marks(found)
    }

    /// The marks, in lower case, for those who look for other words in the same pass.
    pub(crate) fn marks() -> impl Iterator<Item = &'static str> {
        MARKS.iter().map(|mark| mark.0)
    }

    /// The receiver of the surest mark, of those found, by their places among [`Receiver::marks`].
    pub(crate) fn of_marks(found: impl Iterator<Item = usize>) -> Option<Self> {
        MARKS.get(found.min()?).map(|mark| mark.1)
    }

    /// The receiver whose server has this name.
    ///
    /// ```
    /// use deliverability_core::receivers::Receiver;
    /// assert_eq!(Receiver::of_host("example-org.mail.protection.outlook.com"), Some(Receiver::Microsoft365));
    /// assert_eq!(Receiver::of_host("gmail-smtp-in.l.google.com."), Some(Receiver::Gmail));
    /// assert_eq!(Receiver::of_host("mx.example.org"), None);
    /// ```
    pub fn of_host(host: &str) -> Option<Self> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let is_within =
            |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        HOSTS.iter().find(|(domain, _)| is_within(domain)).map(|row| row.1)
    }
}

fn matcher(rows: &[(&str, Receiver)]) -> Option<AhoCorasick> {
    AhoCorasick::builder().ascii_case_insensitive(true).build(rows.iter().map(|row| row.0)).ok()
}

/// Marks in texts, the surer first. From the receivers' replies in returned mail, as generally known.
const MARKS: &[(&str, Receiver)] = &[
    ("gsmtp", Gmail),
    ("support.google.com/", Gmail),
    ("groups.google.com/support", Gmail),
    ("olc.protection.outlook.com", Outlook),
    ("mail.live.com/mail/troubleshooting", Outlook),
    ("postmaster.live.com", Outlook),
    ("(s3150)", Outlook),
    ("(s3140)", Outlook),
    ("mx1.hotmail.com", Outlook),
    ("mx2.hotmail.com", Outlook),
    ("mx3.hotmail.com", Outlook),
    ("mx4.hotmail.com", Outlook),
    ("by outlook.com for policy reasons", Outlook),
    ("unfortunately, messages from", Outlook),
    ("unfortunately, some messages from", Outlook),
    ("connecting to outlook.com", Outlook),
    ("protection.outlook.com", Microsoft365),
    ("prod.outlook.com", Microsoft365),
    ("sender.office.com", Microsoft365),
    ("delist@messaging.microsoft.com", Microsoft365),
    ("go.microsoft.com/", Microsoft365),
    ("aka.ms/", Microsoft365),
    ("outlook.office365.com", Microsoft365),
    ("(as160126", Microsoft365),
    ("resolver.adr.", Microsoft365),
    ("resolver.rst.", Microsoft365),
    ("postmaster.yahooinc.com", Yahoo),
    ("senders.yahooinc.com", Yahoo),
    ("postmaster.yahoo.com", Yahoo),
    ("postmaster.verizonmedia.com", Yahoo),
    ("postmaster.aol.com", Yahoo),
    ("help.yahoo.com/", Yahoo),
    ("yahoo requires all senders", Yahoo),
    (".mail.yahoo.com", Yahoo),
    ("yahoodns.net", Yahoo),
    ("[tss0", Yahoo),
    ("[tss1", Yahoo),
    ("support.apple.com/", ICloud),
    ("mail.icloud.com", ICloud),
    ("mail.me.com", ICloud),
    (".me.com.akadns.net", ICloud),
    ("[hme1]", ICloud),
    ("nemesis esmtp", Gmx),
    ("postmaster.gmx.", Gmx),
    ("postmaster.web.de", Gmx),
    ("postmaster.mail.com", Gmx),
    ("postmaster.1and1.", Gmx),
    ("lpn0", LaPoste),
    (".laposte.net", LaPoste),
    ("ofr0", Orange),
    ("ofr_", Orange),
    (".orange.fr", Orange),
    (".wanadoo.fr", Orange),
    ("@rx.t-online.de", TOnline),
    ("postmaster.t-online.de", TOnline),
    ("(nowl)", TOnline),
    ("a problem occurred. (ask your postmaster for help", TOnline),
    ("none/bad reputation. ask your postmaster", TOnline),
    ("comcast.net", Comcast),
    ("blocked by comcast", Comcast),
    ("cox.com/", Cox),
    (".cox.net", Cox),
    ("spectrum.net/", Spectrum),
    ("charter.net", Spectrum),
    ("dnsbl:attrbl", Att),
    ("abuse-att.net", Att),
    ("rbl.att.net", Att),
    ("ldap:ou=rblmx", Att),
    ("att.net/", Att),
    ("prodigy.net", Att),
    ("_is_blocked.for assistance forward", Att),
    ("ipcheck.proofpoint.com", Proofpoint),
    ("support.proofpoint.com", Proofpoint),
    ("pphosted.com", Proofpoint),
    ("ppe-hosted.com", Proofpoint),
    ("mimecast.org", Mimecast),
    ("mimecast.com", Mimecast),
    ("mimecast.net", Mimecast),
    ("mcspamsignature", Mimecast),
    ("ess.barracudanetworks.com", Barracuda),
    ("barracudanetworks.com/reputation", Barracuda),
    ("permanent failure for one or more recipients (", Barracuda),
    ("temporary failure for one or more recipients (", Barracuda),
    ("due to the sending mta's poor reputation", Cisco),
    ("#5.7.1 your access to submit messages", Cisco),
    (".iphmx.com", Cisco),
    ("help.mail.ru", MailRu),
    ("mxs.mail.ru", MailRu),
    ("service.mail.qq.com", Qq),
    (".mail.qq.com", Qq),
    ("mx.mail.qq.com", Qq),
    ("x.co/srbounce", GoDaddy),
    ("secureserver.net", GoDaddy),
    ("feedback2.yandex", Yandex),
    ("yandex.ru/", Yandex),
    ("yandex.com/", Yandex),
    (".yandex.net", Yandex),
    ("bad outbound sender", Microsoft365),
    ("access denied, banned send", Microsoft365),
    ("access denied, spam abuse", Microsoft365),
    ("storedrv", Microsoft365),
    ("mapiexception", Microsoft365),
    ("tenantattribution", Microsoft365),
    ("tenantinboundattribution", Microsoft365),
    ("[lastattemptedservername=", Microsoft365),
    ("ya.cc/", Yandex),
    ("lpn1", LaPoste),
    ("lpnaaa", LaPoste),
    ("aup#in-", Spectrum),
    ("aup#i-", Spectrum),
    ("aup#o-", Spectrum),
    ("aup#out-", Spectrum),
    ("aup#urlbl", Cox),
    ("aup#cx", Cox),
    ("aup#ipbl", Cox),
    ("aup#cdrbl", Cox),
];

/// Servers, by the end of their names. From the names of their MX hosts, as generally known: no DNS
/// lookup was made for the table.
const HOSTS: &[(&str, Receiver)] = &[
    ("google.com", Gmail),
    ("googlemail.com", Gmail),
    ("gmail.com", Gmail),
    ("olc.protection.outlook.com", Outlook),
    ("hotmail.com", Outlook),
    ("live.com", Outlook),
    ("msn.com", Outlook),
    ("protection.outlook.com", Microsoft365),
    ("mx.microsoft", Microsoft365),
    ("prod.outlook.com", Microsoft365),
    ("outlook.com", Outlook),
    ("yahoodns.net", Yahoo),
    ("yahoo.com", Yahoo),
    ("aol.com", Yahoo),
    ("icloud.com", ICloud),
    ("me.com", ICloud),
    ("mac.com", ICloud),
    ("me.com.akadns.net", ICloud),
    ("gmx.net", Gmx),
    ("gmx.de", Gmx),
    ("gmx.com", Gmx),
    ("web.de", Gmx),
    ("mail.com", Gmx),
    ("kundenserver.de", Gmx),
    ("1and1.com", Gmx),
    ("laposte.net", LaPoste),
    ("orange.fr", Orange),
    ("wanadoo.fr", Orange),
    ("t-online.de", TOnline),
    ("comcast.net", Comcast),
    ("cox.net", Cox),
    ("charter.net", Spectrum),
    ("rr.com", Spectrum),
    ("spectrum.net", Spectrum),
    ("att.net", Att),
    ("prodigy.net", Att),
    ("pphosted.com", Proofpoint),
    ("ppe-hosted.com", Proofpoint),
    ("mimecast.com", Mimecast),
    ("mimecast.org", Mimecast),
    ("barracudanetworks.com", Barracuda),
    ("iphmx.com", Cisco),
    ("mail.ru", MailRu),
    ("qq.com", Qq),
    ("secureserver.net", GoDaddy),
    ("yandex.ru", Yandex),
    ("yandex.net", Yandex),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surer_mark_decides() {
        let quoted = "550 5.7.1 see https://support.google.com/mail [AM.prod.outlook.com] - gsmtp";
        assert_eq!(Receiver::of_text(quoted), Some(Gmail));
        assert_eq!(Receiver::of_text("554 gmx.net (mxgmx104) Nemesis ESMTP Service not available"), Some(Gmx));
        assert_eq!(Receiver::of_text("550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]"), Some(Orange));
    }

    #[test]
    fn a_host_is_known_by_whole_labels() {
        assert_eq!(Receiver::of_host("MX.ICLOUD.COM"), Some(ICloud));
        assert_eq!(Receiver::of_host("notgmx.net"), None);
        assert_eq!(Receiver::of_host(""), None);
        assert_eq!(Receiver::of_host("apc.olc.protection.outlook.com"), Some(Outlook));
    }
}
