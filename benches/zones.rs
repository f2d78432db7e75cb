//! The records and zones that the benches run over.

use deliverability_core::dns::Zone;

/// A record of 57 bytes.
pub const SHORT: &str = "v=spf1 ip4:192.0.2.0/24 include:_spf1.example.com mx -all";

/// A record of 491 bytes.
pub const LONG: &str = "v=spf1 ip4:198.51.0.0/24 ip4:198.51.1.0/24 ip4:198.51.2.0/24 ip4:198.51.3.0/24 ip4:198.51.4.0/24 \
    ip4:198.51.5.0/24 ip4:198.51.6.0/24 ip4:198.51.7.0/24 ip4:198.51.8.0/24 ip4:198.51.9.0/24 \
    ip4:198.51.10.0/24 ip4:198.51.11.0/24 ip4:198.51.12.0/24 ip4:198.51.13.0/24 ip4:198.51.14.0/24 \
    ip4:198.51.15.0/24 ip4:198.51.16.0/24 ip4:198.51.17.0/24 ip4:198.51.18.0/24 ip4:198.51.19.0/24 \
    ip4:198.51.20.0/24 ip4:198.51.21.0/24 include:_spf1.example.com include:spf.example.net a \
    mx:mail.example.org ~all";

/// A record that matches by its first term.
pub const PLAIN: &str = r#"plain.test TXT "v=spf1 ip4:192.0.2.0/24 -all""#;

/// An include tree of 8 look-ups, matched in its last leaf.
pub const TREE: &str = r#"
tree.test   TXT "v=spf1 include:a.tree.test include:b.tree.test -all"
a.tree.test TXT "v=spf1 include:a1.tree.test include:a2.tree.test include:a3.tree.test ~all"
b.tree.test TXT "v=spf1 include:b1.tree.test include:b2.tree.test include:b3.tree.test ~all"
a1.tree.test TXT "v=spf1 ip4:203.0.113.0/26 ip4:203.0.113.64/26 ~all"
a2.tree.test TXT "v=spf1 ip4:203.0.113.128/26 ip6:2001:db8:1::/48 ~all"
a3.tree.test TXT "v=spf1 ip4:198.51.100.0/26 ip4:198.51.100.64/26 ~all"
b1.tree.test TXT "v=spf1 ip4:198.51.100.128/26 ~all"
b2.tree.test TXT "v=spf1 ip6:2001:db8:2::/48 ip6:2001:db8:3::/48 ~all"
b3.tree.test TXT "v=spf1 ip4:192.0.2.0/24 ~all"
"#;

/// A term with macros.
pub const EXISTS: &str = r#"
exists.test TXT "v=spf1 exists:%{ir}._spf.%{d} -all"
1.2.0.192._spf.exists.test A 127.0.0.2
"#;

/// Five mail exchangers, the last one matching.
pub const MX: &str = "
mx.test TXT \"v=spf1 mx -all\"
mx.test MX 10 a.mx.test
mx.test MX 20 b.mx.test
mx.test MX 30 c.mx.test
mx.test MX 40 d.mx.test
mx.test MX 50 e.mx.test
a.mx.test A 203.0.113.1
b.mx.test A 203.0.113.2
c.mx.test A 203.0.113.3
d.mx.test A 203.0.113.4
e.mx.test A 192.0.2.1
";

/// The zone in which a bench checks `domain`.
///
/// # Panics
///
/// If no bench has that domain.
pub fn zone(domain: &str) -> Zone {
    let text = match domain {
        "plain.test" => PLAIN.to_owned(),
        "tree.test" => TREE.to_owned(),
        "exists.test" => EXISTS.to_owned(),
        "mx.test" => MX.to_owned(),
        "hostile.test" => hostile(),
        "terms.test" => terms(),
        "macros.test" => macros(),
        "ptr.test" => ptr(),
        other => panic!("no bench checks {other}"),
    };
    text.parse().expect("a zone")
}

/// The most that the limits let a hostile record buy: ten `mx` terms of ten hosts each, every host
/// with many addresses, and long records with many networks that do not match.
pub fn hostile() -> String {
    let mut zone = String::new();
    let mut root = String::from("v=spf1");
    for n in 0..10 {
        root.push_str(&format!(" mx:m{n}.hostile.test"));
        for host in 0..10 {
            zone.push_str(&format!("m{n}.hostile.test MX 10 h{host}.m{n}.hostile.test\n"));
            for address in 0..20 {
                zone.push_str(&format!("h{host}.m{n}.hostile.test A 203.0.113.{address}\n"));
            }
        }
    }
    for n in 0..400 {
        root.push_str(&format!(" ip4:198.51.100.{}/32", n % 256));
    }
    root.push_str(" -all");
    zone.push_str(&txt("hostile.test", &root));
    zone
}

/// As long a record as an answer holds, of terms that do not match.
pub fn terms() -> String {
    txt("terms.test", &format!("v=spf1{} -all", " ip4:192.0.2.9".repeat(4_000)))
}

/// Ten terms that expand as far as a text may, to nothing that can be asked for.
pub fn macros() -> String {
    let term = format!(" exists:{}x.test", "%{S}.".repeat(1_000));
    txt("macros.test", &format!("v=spf1{} -all", term.repeat(10)))
}

/// A client with a hundred names, of which ten are confirmed or not, for ten terms.
pub fn ptr() -> String {
    let names: String = (0..100).map(|n| format!("1.2.0.192.in-addr.arpa PTR h{n}.ptr.test\n")).collect();
    names + &txt("ptr.test", &format!("v=spf1{} -all", " ptr".repeat(10)))
}

/// A TXT record of any length.
fn txt(name: &str, text: &str) -> String {
    let strings: Vec<String> =
        text.as_bytes().chunks(250).map(|chunk| format!("\"{}\"", String::from_utf8_lossy(chunk))).collect();
    format!("{name} TXT {}\n", strings.join(" "))
}
