//! Address fields that mean the same in other words (RFC 5322 §3.4), or name more than they did.

use super::{Variant, change::HeaderChange};

/// No more addresses of a field are varied.
const MAX_ADDRESSES: usize = 20;

/// The field with one address, or all of them, written in another way, and with other blanks behind the commas.
pub(in super::super) fn forms(name: &str, value: &[u8]) -> Vec<Variant> {
    let quotes = |value: Vec<u8>| Variant { value, change: HeaderChange::Quotes { name: name.to_owned() } };
    let addresses: Vec<&[u8]> = split(value);
    let mut all: Vec<Variant> = [&b", "[..], b","].iter().map(|comma| quotes(joined(&addresses, comma))).collect();
    for form in FORMS {
        let each: Option<Vec<Vec<u8>>> = addresses.iter().map(|address| form(&Address::of(address))).collect();
        all.extend(each.map(|each| quotes(joined(&each, b", "))));
    }
    if addresses.len() > 1 {
        for (n, address) in addresses.iter().enumerate() {
            let address = Address::of(address);
            let with = |form: Vec<u8>| {
                let others = addresses.iter().enumerate();
                let each: Vec<&[u8]> = others.map(|(m, other)| if m == n { &form[..] } else { other }).collect();
                quotes(joined(&each, b", "))
            };
            all.extend(FORMS.iter().filter_map(|form| form(&address)).map(with));
            let left: Vec<&[u8]> =
                addresses.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, other)| *other).collect();
            let change = HeaderChange::AddressAdded { name: name.to_owned() };
            all.push(Variant { value: joined(&left, b", "), change });
        }
    }
    all.retain(|variant| variant.value != value);
    all
}

/// The From that a list put its own in place of: the display name as it was, with an address that another field keeps.
pub(in super::super) fn before_list(value: &[u8], kept: &[Vec<u8>]) -> Vec<Variant> {
    let now = Address::of(value);
    let lower = now.name.to_ascii_lowercase();
    let end = memchr::memmem::rfind(&lower, b" via ").unwrap_or(now.name.len());
    let name = now.name.get(..end).unwrap_or_default().trim_ascii();
    let name = name.strip_prefix(b"'").and_then(|name| name.strip_suffix(b"'")).unwrap_or(name);
    let mut all = Vec::new();
    for address in kept {
        let address = Address { name: name.to_vec(), spec: address.clone() };
        let forms = FORMS.iter().filter_map(|form| form(&address));
        let rewritten = |form: Vec<u8>| Variant {
            value: [b" ", &form[..]].concat(),
            change: HeaderChange::FromRewritten { proven: true },
        };
        all.extend(forms.map(rewritten));
    }
    all
}

/// The bare address of a field that holds one.
pub(in super::super) fn spec(value: &[u8]) -> Vec<u8> {
    split(value).first().map(|address| Address::of(address).spec).unwrap_or_default()
}

/// The display name of a field that holds one address.
pub(in super::super) fn display_name(value: &[u8]) -> Vec<u8> {
    Address::of(value).name
}

struct Address {
    /// Without quotes; empty without one.
    name: Vec<u8>,
    spec: Vec<u8>,
}

/// A way to write an address; `None` where it takes a display name and there is none.
type Form = fn(&Address) -> Option<Vec<u8>>;

const FORMS: &[Form] = &[
    |address| named(address, |name| [b"\"", name, b"\" <", &address.spec[..], b">"].concat()),
    |address| named(address, |name| [name, b" <", &address.spec[..], b">"].concat()),
    |address| Some([b"<", &address.spec[..], b">"].concat()),
    |address| Some(address.spec.clone()),
    |address| named(address, |name| [&address.spec[..], b" (", name, b")"].concat()),
    |address| named(address, |name| [b"'", name, b"' <", &address.spec[..], b">"].concat()),
    |address| Some([b"\"", &address.spec[..], b"\" <", &address.spec[..], b">"].concat()),
];

fn named(address: &Address, form: impl Fn(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    (!address.name.is_empty()).then(|| form(&address.name))
}

impl Address {
    fn of(text: &[u8]) -> Self {
        let text = text.trim_ascii();
        let angle = memchr::memrchr(b'<', text);
        let (name, spec) = match (angle, memchr::memchr(b'(', text)) {
            (Some(angle), _) => {
                let (name, rest) = text.split_at_checked(angle).unwrap_or_default();
                let spec = rest.get(1..).unwrap_or_default();
                (name, spec.split(|byte| *byte == b'>').next().unwrap_or_default())
            }
            (None, Some(comment)) => {
                let (spec, rest) = text.split_at_checked(comment).unwrap_or_default();
                (rest.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")")).unwrap_or_default(), spec)
            }
            (None, None) => (&b""[..], text),
        };
        let name = name.trim_ascii();
        let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
        Self { name: name.to_vec(), spec: spec.trim_ascii().to_vec() }
    }
}

/// At the commas outside quotes.
fn split(value: &[u8]) -> Vec<&[u8]> {
    let mut quoted = false;
    let all = value.split(|byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    });
    all.map(<[u8]>::trim_ascii).filter(|address| !address.is_empty()).take(MAX_ADDRESSES).collect()
}

fn joined<T: AsRef<[u8]>>(addresses: &[T], comma: &[u8]) -> Vec<u8> {
    let mut all = b" ".to_vec();
    for (n, address) in addresses.iter().enumerate() {
        all.extend_from_slice(if n > 0 { comma } else { b"" });
        all.extend_from_slice(address.as_ref());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(all: &[Variant], value: &str) -> bool {
        all.iter().any(|variant| variant.value == value.as_bytes())
    }

    #[test]
    fn addresses_in_other_forms() {
        let all = forms("To", b" Bob <bob@example.net>, \"Carol, C\" <carol@example.net>");
        assert!(has(&all, " \"Bob\" <bob@example.net>, \"Carol, C\" <carol@example.net>"));
        assert!(has(&all, " \"Carol, C\" <carol@example.net>"));
        let all = forms("From", b" Amy <amy@example.org>");
        assert!(
            has(&all, " amy@example.org (Amy)") && has(&all, " amy@example.org") && has(&all, " <amy@example.org>")
        );
    }

    #[test]
    fn what_a_list_makes_of_from() {
        let all = before_list(b" \"'Amy E' via List\" <list@example.net>", &[b"amy@example.org".to_vec()]);
        assert!(has(&all, " Amy E <amy@example.org>"));
    }
}
