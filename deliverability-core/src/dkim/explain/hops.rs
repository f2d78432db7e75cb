//! Who had the message between the signer and here, as its own fields tell.

use crate::dkim::message::Fields;
use crate::header::received::Received;
use crate::header::unfold;

/// No more hosts than this are named.
const MAX_HOSTS: usize = 20;

/// Who handled a message after it was signed. A hint: any server may write any field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::dkim) struct Hops {
    pub(in crate::dkim) hosts: Vec<String>,
    pub(in crate::dkim) list: Option<String>,
}

/// Trace fields are put on top (RFC 5321 §4.4), the signature too (RFC 6376 §5.6): what stands
/// above the signature came later.
pub(in crate::dkim) fn hops(fields: &Fields, signature: usize, signs_list: bool) -> Hops {
    let received = fields.named("Received").iter().rev().filter(|field| **field < signature);
    let hosts = received.filter_map(|field| by_host(fields.value(*field))).take(MAX_HOSTS).collect();
    let list = fields.named("List-Id").first().filter(|_| !signs_list);
    let list = list.map(|field| String::from_utf8_lossy(unfold(fields.value(*field)).trim_ascii()).into_owned());
    Hops { hosts, list: list.filter(|list| !list.is_empty()) }
}

/// `by` of a Received field (RFC 5321 §4.4).
fn by_host(value: &[u8]) -> Option<String> {
    let host = Received::parse(value).by?.text.into_owned();
    (host.len() <= 255).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dkim::Limits;

    #[test]
    fn what_stands_above_the_signature_came_later() {
        let header = b"Received: from b by c.example; date\r\nReceived: from a\r\n by b.example with smtp; date\r\n\
            DKIM-Signature: x\r\nReceived: by a.example; date\r\nList-Id: A list <l.example>\r\n";
        let fields = Fields::of(header, &Limits::default(), false);
        let found = hops(&fields, 2, false);
        assert_eq!(found.hosts, ["b.example", "c.example"]);
        assert_eq!(found.list.as_deref(), Some("A list <l.example>"));
        assert_eq!(hops(&fields, 2, true).list, None);
    }
}
