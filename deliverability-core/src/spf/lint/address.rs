//! Addresses as people write them, made into `ip4:` and `ip6:` terms (RFC 7208 §5.6).

use core::net::{IpAddr, Ipv4Addr};

/// The terms for a text that holds one or more addresses and nothing else; `None` if it is none, or
/// could be read in more than one way.
pub(super) fn address_terms(text: &str) -> Option<Vec<String>> {
    // A longer text is no address, and is not searched for several.
    const LONGEST: usize = 1_000;
    if text.len() > LONGEST {
        return None;
    }
    if let Some(term) = one(text) {
        return Some(vec![term]);
    }
    let text = text.trim_matches([':', '=', '.', '?', '-', '~', '+', '/']);
    text.split(':').map(one).collect::<Option<Vec<_>>>().or_else(|| run_together(text))
}

/// Whether a text is an address, with or without a prefix length.
pub(super) fn is_address(text: &str) -> bool {
    text.split('/').next().is_some_and(|address| address.parse::<IpAddr>().is_ok())
}

fn one(text: &str) -> Option<String> {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let ip = address.parse().ok().or_else(|| misread(address).parse().ok()).or_else(|| shortened(address, length));
    let ip: IpAddr = ip?;
    let (mechanism, max) = if ip.is_ipv4() { ("ip4", 32) } else { ("ip6", 128) };
    match length {
        None => Some(format!("{mechanism}:{ip}")),
        Some(length) => Some(format!("{mechanism}:{ip}/{}", prefix_length(length, max)?)),
    }
}

/// Letters read as the digits that they look like, numbers without leading zeros.
fn misread(address: &str) -> String {
    let digit = |c: char| match c {
        'I' | 'l' => '1',
        'O' | 'o' => '0',
        c => c,
    };
    let octets = address.split('.').map(|octet| octet.chars().map(digit).collect::<String>());
    let plain = octets.map(|octet| match octet.trim_start_matches('0') {
        "" if !octet.is_empty() => "0".to_owned(),
        digits => digits.to_owned(),
    });
    plain.collect::<Vec<_>>().join(".")
}

/// The whole address of a network written without its last octets, such as `192.0.2/24`.
fn shortened(address: &str, length: Option<&str>) -> Option<IpAddr> {
    let octets: Vec<u8> = address.trim_end_matches('.').split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let bits: usize = length?.parse().ok()?;
    let [a, b, c] = match octets.as_slice() {
        [a] => [*a, 0, 0],
        [a, b] => [*a, *b, 0],
        [a, b, c] => [*a, *b, *c],
        _ => return None,
    };
    (bits > 0 && bits <= octets.len().saturating_mul(8)).then(|| Ipv4Addr::new(a, b, c, 0).into())
}

/// A prefix length with stray characters behind it, leading zeros, written twice or as a mask.
pub(super) fn prefix_length(text: &str, max: u8) -> Option<u8> {
    if let Ok(mask) = text.parse::<Ipv4Addr>() {
        let bits = mask.to_bits();
        let ones = bits.leading_ones();
        return (max == 32 && bits.count_ones() == ones).then(|| u8::try_from(ones).ok())?;
    }
    let text = text.trim_matches(|c: char| !c.is_ascii_digit());
    let mut lengths = text.split('/').filter(|length| !length.is_empty()).map(str::parse::<u8>);
    let first = lengths.next()?.ok()?;
    (first <= max && lengths.all(|other| other == Ok(first))).then_some(first)
}

/// IPv4 addresses without anything between them, where only one reading is possible.
fn run_together(text: &str) -> Option<Vec<String>> {
    let runs: Vec<&str> = text.split('.').collect();
    let inner = runs.len().checked_sub(1).filter(|dots| dots % 3 == 0 && *dots > 3)?;
    let mut octets: Vec<&str> = Vec::new();
    for (n, run) in runs.into_iter().enumerate() {
        if n % 3 == 0 && n > 0 && n < inner {
            let (last, first) = only_cut(run)?;
            octets.extend([last, first]);
        } else {
            octets.push(octet(run)?);
        }
    }
    Some(octets.chunks(4).map(|address| format!("ip4:{}", address.join("."))).collect())
}

/// The one way to read digits as two octets.
fn only_cut(run: &str) -> Option<(&str, &str)> {
    let cuts = (1..=3).filter_map(|n| run.split_at_checked(n));
    let mut cuts = cuts.filter(|(last, first)| octet(last).is_some() && octet(first).is_some());
    cuts.next().filter(|_| cuts.next().is_none())
}

fn octet(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    (plain && text.parse::<u8>().is_ok()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> String {
        address_terms(text).map_or("none".to_owned(), |terms| terms.join(" "))
    }

    #[test]
    fn addresses_as_people_write_them() {
        for (text, expected) in [
            ("192.0.2.0/27", "ip4:192.0.2.0/27"),
            ("2001:db8::1", "ip6:2001:db8::1"),
            (":192.0.2.1", "ip4:192.0.2.1"),
            ("192.0.2.1.", "ip4:192.0.2.1"),
            ("192.0.2.40/29?", "ip4:192.0.2.40/29"),
            ("192.0.2.155/29/29", "ip4:192.0.2.155/29"),
            ("192.0.2.0/255.255.255.0", "ip4:192.0.2.0/24"),
            ("192.0.2/24", "ip4:192.0.2.0/24"),
            ("I92.0.2.010", "ip4:192.0.2.10"),
            ("192.0.2.1:192.0.2.2", "ip4:192.0.2.1 ip4:192.0.2.2"),
            ("192.0.2.45186.227.205.43", "ip4:192.0.2.45 ip4:186.227.205.43"),
            ("::1", "ip6:::1"),
        ] {
            assert_eq!(terms(text), expected, "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_left_alone() {
        for text in
            ["192.0.2.1119.0.2.3", "192.0.2.1/29/28", "192.0.2.1/33", "192.0.2", "192.0", "2001:db8:1:2", "", "x"]
        {
            assert_eq!(terms(text), "none", "{text}");
        }
    }
}
