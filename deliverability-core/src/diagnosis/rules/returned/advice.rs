//! What to do about each cause, and who: the first words of a remedy, where no finding has the rest.

use crate::bounce::{Cause, Permanence, Reply};
use crate::diagnosis::case::Case;
use crate::dnsbl::KnownList;
use crate::escaped::without_unseen;

/// What to do about a reply.
pub(super) fn of(about: &Case, reply: &Reply, cause: Cause) -> String {
    let text = of_foreign(about, cause)
        .or_else(|| lists(reply, cause))
        .or_else(|| authentication(cause))
        .or_else(|| names(reply, cause))
        .or_else(|| callouts(cause))
        .or_else(|| content(cause))
        .or_else(|| recipients(cause))
        .unwrap_or_else(|| transport(reply, cause));
    let page = reply.parameters().url.as_deref().filter(|url| !text.contains(*url));
    page.map_or(text.clone(), |url| format!("{text} The reply points to {}", without_unseen(url)))
}

/// What somebody else sent in the sender's name is not the sender's to mend.
fn of_foreign(about: &Case, cause: Cause) -> Option<String> {
    let client = about.route.as_ref().filter(|route| route.is_foreign)?.client?;
    let is_no_failure = matches!(cause, Cause::AutoReply | Cause::Feedback);
    (!is_no_failure).then(|| {
        format!(
            "Nothing at your own mail servers: {client} sent the message, which is none of them. See below what stops others \
             from using the name of {}; whoever runs {client} stops what it sends.",
            about.domain
        )
    })
}

fn lists(reply: &Reply, cause: Cause) -> Option<String> {
    let list = reply.parameters().list.as_ref();
    let name = list.map_or_else(|| "the list".to_owned(), |list| without_unseen(&list.name));
    let page = list.and_then(|list| match list.known? {
        KnownList::Active(known) => known.delist(),
        KnownList::Dead(_) => None,
    });
    Some(match cause {
        Cause::IpBlocklisted if list.is_some_and(|list| matches!(list.known, Some(KnownList::Dead(_)))) => {
            format!("{name} is dead: the receiver must take it out of its configuration. Tell its postmaster by another way.")
        }
        Cause::IpBlocklisted => {
            let at = page.map_or_else(|| "where the reply says".to_owned(), |page| format!("at {page}"));
            format!("Stop what got the address listed, then ask {name} for removal {at}; send again when the list has let go.")
        }
        Cause::DomainBlocklisted => {
            let at = page.map_or_else(|| "where the reply says".to_owned(), |page| format!("at {page}"));
            format!("Stop the abuse of the domain, then ask {name} for removal {at}.")
        }
        Cause::UrlBlocklisted => {
            "Find the link that the list means and take it out, or clean the site that it leads to; then ask for removal.".to_owned()
        }
        Cause::IpBlockedPrivate => {
            "Stop what the receiver saw, then ask the receiver itself: no change in the DNS lifts its own list.".to_owned()
        }
        Cause::IpReputation => {
            "Send less, and only what is wanted: stop mail to addresses that bounce or complain, and look for an account or a \
             script that sends without your knowledge. A bad name fades in days to weeks."
                .to_owned()
        }
        Cause::IpDynamic => {
            "Do not deliver directly: send through your provider's relay (smarthost) with authentication; or, if the address is \
             static, have its PTR record set to a name of your own and ask for an exemption."
                .to_owned()
        }
        _ => return None,
    })
}

fn authentication(cause: Cause) -> Option<String> {
    let text = match cause {
        Cause::SpfFail => {
            "Name the address in the SPF record of the envelope domain if it sends for you, as proposed below."
        }
        Cause::SpfError => "Mend the SPF record of the envelope domain: it cannot be evaluated.",
        Cause::DkimFail => {
            "Sign with DKIM behind the last program that changes messages, with a key that is published."
        }
        Cause::DmarcPolicy => {
            "Have SPF or DKIM pass for the domain in From: sign with d= of that domain, or use an envelope sender under it."
        }
        Cause::AuthMissing => "Authorize the address in SPF and sign with DKIM: the receiver takes neither as absent.",
        Cause::AuthLevel => "Have SPF and DKIM pass for the domain in From, and publish a DMARC record.",
        Cause::ArcFail => {
            "Whoever forwards the message must leave sealed messages as they are, or seal them last: its ARC chain is broken."
        }
        Cause::SpoofingPolicy => {
            "The receiver takes mail in its own name from outside for forged. It must exempt your server, or you send in another name."
        }
        Cause::PraFailure => {
            "Write one From field with one address, and a Sender field only if it differs. The receiver checks Sender ID, which is \
             historic: ask it to turn that off."
        }
        _ => return None,
    };
    Some(text.to_owned())
}

fn names(reply: &Reply, cause: Cause) -> Option<String> {
    let ip = reply.parameters().ip.map_or_else(|| "the sending address".to_owned(), |ip| ip.to_string());
    Some(match cause {
        Cause::PtrMissing => format!("Have the owner of {ip} (provider or hoster) set its PTR record to the server's name, and give that name the address."),
        Cause::PtrMismatch => format!("Make the PTR name of {ip} lead back to it."),
        Cause::PtrGeneric => format!("Have the PTR record of {ip} set to a host name under your own domain."),
        Cause::HeloRejected => "Let the server say its public host name in HELO (Postfix: smtp_helo_name, Exim: helo_data).".to_owned(),
        Cause::SenderDomain | Cause::SenderUnroutable => {
            "Give the envelope sender's domain an MX record that leads to a mail host, or send with another envelope sender.".to_owned()
        }
        Cause::SenderNullMx => "Send from a domain that takes mail, or replace its null MX by an MX record.".to_owned(),
        Cause::SenderRejected => {
            "The receiver refuses this sender by a rule of its own: ask its postmaster by another way, naming the sender and the reply.".to_owned()
        }
        _ => return None,
    })
}

fn callouts(cause: Cause) -> Option<String> {
    let text = match cause {
        Cause::CalloutUnreachable => {
            "Make the mail hosts of the envelope sender's domain answer on port 25, from anywhere and within 30 seconds."
        }
        Cause::CalloutRejected => "Create the envelope sender's address, or send with one that exists.",
        Cause::CalloutNullSenderRefused => "Accept MAIL FROM:<> at the mail hosts of the envelope sender's domain.",
        Cause::CalloutPostmaster => "Accept mail for postmaster at the envelope sender's domain.",
        Cause::CalloutGreylisted => "Exempt the null sender from greylisting; else wait: the next try mostly passes.",
        Cause::SenderVerifyFailed => {
            "Make the envelope sender's domain resolve and its mail hosts take MAIL FROM:<> and the envelope sender's address."
        }
        _ => return None,
    };
    Some(text.to_owned())
}

fn content(cause: Cause) -> Option<String> {
    let text = match cause {
        Cause::ContentSpam => {
            "Look at what was sent: links to listed or foreign sites, a single image, a template that others abuse; sign it, send it \
             to people who asked for it, and ask the receiver's postmaster if it is wanted."
        }
        Cause::PolicyUnspecified => {
            "The receiver does not say which rule it was. Mend what is found here, then ask its postmaster with the whole reply."
        }
        Cause::Virus => {
            "Scan the message and the machine that sent it. If it is clean, send the file another way and report the false alarm."
        }
        Cause::AttachmentBlocked => {
            "Send the file another way, such as a link, or in a format that the receiver takes."
        }
        Cause::RfcNoncompliant => {
            "Mend the message: From, Date and Message-ID once each, lines of at most 998 octets ended by CRLF, text in a declared character set."
        }
        Cause::Size => "Send less at once, or a link in place of the attachment.",
        Cause::Feedback => "A recipient reported the message as spam: take the address off the list.",
        Cause::AutoReply => "Nothing: it is an automatic answer, not a failure.",
        _ => return None,
    };
    Some(text.to_owned())
}

fn recipients(cause: Cause) -> Option<String> {
    let text = match cause {
        Cause::UserUnknown => "Correct the recipient's address, and take it off every list.",
        Cause::MailboxFull => "Tell the recipient by another way that the mailbox is full; try again later.",
        Cause::MailboxDisabled => "Ask the recipient for another address.",
        Cause::RecipientDomain => {
            "Correct the recipient's domain; if it is right, its owner must give it an MX record."
        }
        Cause::RecipientNullMx => "The recipient's domain takes no mail: use another address.",
        _ => return None,
    };
    Some(text.to_owned())
}

fn transport(reply: &Reply, cause: Cause) -> String {
    let text = match cause {
        Cause::Greylisted => {
            "Nothing: the server tries again by itself, after some minutes. If it gave up, let it retry for days, from one address."
        }
        Cause::RateLimited => {
            "Send more slowly and over fewer connections; if the volume is not yours, look for what sends it."
        }
        Cause::TlsRequired => {
            "Turn opportunistic TLS on in the sending server (Postfix: smtp_tls_security_level = may)."
        }
        Cause::TlsCertificate => "The receiving site must mend its certificate, or its MTA-STS or DANE records.",
        Cause::RelayDenied => {
            "Send through the server that you have an account at, with authentication; if the recipient's domain is yours, its MX record \
             leads to a server that does not know the domain."
        }
        Cause::AuthRequired => {
            "Log in before sending: set user and password in the sending program or for the smarthost, on port 587 or 465."
        }
        Cause::Network => {
            "See whether the recipient's mail hosts answer on port 25 from here: a firewall, the route, or their server."
        }
        Cause::Loop => {
            "The receiving site sends the message in a circle: its forwards or its MX records must be mended."
        }
        Cause::Expired => "The server gave up. Look in its log for the last reply of the receiver.",
        Cause::ServerError => {
            "Nothing at the sender: the receiving server is broken. Tell its postmaster by another way, and send again later."
        }
        _ if reply.permanence() == Permanence::Temporary => {
            "The reply is not known. It is temporary: the server tries again by itself."
        }
        _ => {
            "The reply is not known. Ask the receiver's postmaster with the whole of it; what is found here may be why."
        }
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounce::classify_reply;

    #[test]
    fn every_cause_says_what_to_do() {
        let reply = classify_reply("");
        let case = crate::diagnosis::Diagnosis::of(crate::domain::DomainName::root()).case().clone();
        for cause in Cause::ALL {
            let is_unknown = of(&case, &reply, *cause).starts_with("The reply is not known");
            assert_eq!(is_unknown, *cause == Cause::Unknown, "{cause}");
        }
    }
}
