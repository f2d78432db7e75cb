//! The key record is wrong.

use data_encoding::BASE64;

use deliverability_core::dns::{DnsError, Query, RecordData, Text, Zone};

use crate::mails::plain;
use crate::signer::{self, Key, openssl};
use crate::{Arrived, Fault, Keys, SIGNED, zone_of};

pub(crate) fn faults(keys: &Keys) -> Vec<Fault> {
    let mut all = records(&keys.ed25519);
    all.extend(names(&keys.ed25519));
    if let Some(rsa) = &keys.rsa {
        all.extend(rsa_records(rsa));
    }
    all
}

fn signed(key: &Key) -> Vec<u8> {
    signer::sign(key, &plain(), "relaxed", "relaxed", SIGNED, "").octets()
}

fn records(key: &Key) -> Vec<Fault> {
    let record = key.record();
    let p = record.split("p=").nth(1).unwrap();
    let octets = signed(key);
    let is = |name, result, codes, text: String| {
        Fault(name, result, codes, Arrived { octets: octets.clone(), zone: zone_of(&[&text]) })
    };
    let perm = |name, codes, text: String| is(name, "permerror", codes, text);
    vec![
        perm("revoked", &["dkim.key.revoked"], "v=DKIM1; k=ed25519; p=".to_owned()),
        perm("revoked, with a blank", &["dkim.key.revoked"], "v=DKIM1; p= ;".to_owned()),
        perm("no p=", &["dkim.key.no-p"], "v=DKIM1; k=ed25519".to_owned()),
        perm("v= not first", &["dkim.key.version-not-first"], format!("k=ed25519; v=DKIM1; p={p}")),
        perm("v=DKIM2", &["dkim.key.version"], format!("v=DKIM2; k=ed25519; p={p}")),
        perm("v=dkim1", &["dkim.key.version-case"], format!("v=dkim1; k=ed25519; p={p}")),
        is("no v=", "pass", &[], format!("k=ed25519; p={p}")),
        is("tabs and blanks", "pass", &[], format!(" v = DKIM1 ;\tk = ed25519 ; p = {} {} ;", &p[..20], &p[20..])),
        is("unknown tags and note", "pass", &[], format!("v=DKIM1; k=ed25519; n=made=20here; zz=1; p={p};")),
        is("testing", "pass", &["dkim.note.testing"], format!("v=DKIM1; k=ed25519; t=y; p={p};")),
        is("g= of old", "pass", &[], format!("v=DKIM1; g=*; k=ed25519; p={p}")),
        perm("h=sha1 only", &["dkim.key.hash"], format!("v=DKIM1; k=ed25519; h=sha1; p={p}")),
        is("h=sha1 and sha256", "pass", &[], format!("v=DKIM1; k=ed25519; h=sha1:sha256; p={p}")),
        perm("s=other", &["dkim.key.service"], format!("v=DKIM1; k=ed25519; s=tlsrpt; p={p}")),
        is("s=email", "pass", &[], format!("v=DKIM1; k=ed25519; s=email; p={p}")),
        perm("unknown k=", &["dkim.key.unknown-type"], format!("v=DKIM1; k=rsa2; p={p}")),
        perm("k= missing for Ed25519", &["dkim.key.ed25519-without-k"], format!("v=DKIM1; p={p}")),
        perm("k=rsa over Ed25519", &["dkim.key.ed25519-without-k"], format!("v=DKIM1; k=rsa; p={p}")),
        perm(
            "SubjectPublicKeyInfo of Ed25519",
            &["dkim.key.ed25519-wrapped"],
            format!("v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEA{p}"),
        ),
        perm(
            "octets of Ed25519 cut",
            &["dkim.key.ed25519-length", "dkim.key.base64"],
            format!("v=DKIM1; k=ed25519; p={}", &p[..p.len() - 4]),
        ),
        perm("doubled tag", &["dkim.key.duplicate-tag"], format!("v=DKIM1; k=ed25519; k=ed25519; p={p}")),
        perm("semicolons escaped", &["dkim.key.escaped"], format!("v=DKIM1\\; k=ed25519\\; p={p}")),
        perm("the last semicolon escaped", &["dkim.key.escaped"], format!("v=DKIM1; k=ed25519; p={p}\\;")),
        perm("semicolons missing", &["dkim.key.version", "dkim.key.separators"], format!("v=DKIM1 k=ed25519 p={p}")),
        perm(
            "commas for semicolons",
            &["dkim.key.version", "dkim.key.separators"],
            format!("v=DKIM1, k=ed25519, p={p}"),
        ),
        perm("base64 with a hyphen", &["dkim.key.base64"], format!("v=DKIM1; k=ed25519; p=-{}", &p[1..])),
        perm(
            "quotes in the midst",
            &["dkim.key.quotes"],
            format!("v=DKIM1; k=ed25519; p={}\" \"{}", &p[..20], &p[20..]),
        ),
        perm("quotes around", &["dkim.key.quotes"], format!("\"v=DKIM1; k=ed25519; p={p}\"")),
        perm(
            "the record's name in front",
            &["dkim.key.version", "dkim.key.syntax"],
            format!("s._domainkey IN TXT v=DKIM1; k=ed25519; p={p}"),
        ),
        perm("another record stands there", &["dkim.key.not-a-key"], "v=spf1 include:_spf.example.net -all".to_owned()),
        perm("a verification text stands there", &["dkim.key.not-a-key"], "google-site-verification=abcdef".to_owned()),
        perm(
            "PEM",
            &["dkim.key.pem"],
            format!("v=DKIM1; k=ed25519; p=-----BEGIN PUBLIC KEY-----MCowBQYDK2VwAyEA{p}-----END PUBLIC KEY-----"),
        ),
        perm("an empty record", &["dkim.key.no-p", "dkim.key.not-a-key"], String::new()),
        perm(
            "the key twice in one record",
            &["dkim.key.syntax", "dkim.key.duplicate-tag"],
            format!("{record}{record}"),
        ),
    ]
}

fn names(key: &Key) -> Vec<Fault> {
    let octets = signed(key);
    let at = |name, result, codes, zone: Zone| Fault(name, result, codes, Arrived { octets: octets.clone(), zone });
    let txt = |name: &str| {
        let mut zone = Zone::new();
        zone.insert(name.parse().unwrap(), RecordData::Txt(Text::from(key.record().as_str())));
        zone
    };
    let mut alias = Zone::new();
    alias.insert("s._domainkey.example.org".parse().unwrap(), RecordData::Cname("gone.example.net".parse().unwrap()));
    let failing = |error: DnsError| {
        let mut zone = Zone::new();
        zone.fail(Query::txt("s._domainkey.example.org".parse().unwrap()), error);
        zone
    };
    let other = Key::ed25519().record();
    vec![
        at("nothing there", "permerror", &["dkim.key.missing"], Zone::new()),
        at("under another selector", "permerror", &["dkim.key.missing"], txt("s2._domainkey.example.org")),
        at(
            "under the name doubled",
            "permerror",
            &["dkim.key.missing", "dkim.key.name-doubled"],
            txt("s._domainkey.example.org.example.org"),
        ),
        at("without _domainkey", "permerror", &["dkim.key.missing"], txt("s.example.org")),
        at("alias of nothing", "permerror", &["dkim.key.missing"], alias),
        at("no answer", "temperror", &["dkim.key.unknown"], failing(DnsError::Timeout)),
        at("SERVFAIL", "temperror", &["dkim.key.unknown"], failing(DnsError::Servfail)),
        at("two keys", "neutral", &["dkim.key.several"], zone_of(&[&key.record(), &other])),
        at(
            "two keys, neither of them the one",
            "neutral",
            &["dkim.key.several"],
            zone_of(&[&Key::ed25519().record(), &other]),
        ),
        at(
            "the same key twice, in two forms",
            "neutral",
            &["dkim.key.several"],
            zone_of(&[&key.record(), &format!("{};", key.record())]),
        ),
        at("the key and another text", "pass", &["dkim.note.other-records"], zone_of(&["v=spf1 -all", &key.record()])),
    ]
}

/// The DER of a public key of so many bits.
fn rsa_der(bits: &str, form: &[&str]) -> Vec<u8> {
    let pem = openssl(&["genrsa", "-traditional", bits], b"").unwrap();
    openssl(&[&["rsa", "-outform", "DER"], form].concat(), &pem).unwrap()
}

fn rsa_records(key: &Key) -> Vec<Fault> {
    let record = key.record();
    let pkcs1 = BASE64.decode(record.split("p=").nth(1).unwrap().as_bytes()).unwrap();
    let octets = signed(key);
    let is = |name, result, codes, text: String| {
        Fault(name, result, codes, Arrived { octets: octets.clone(), zone: zone_of(&[&text]) })
    };
    let p = |der: &[u8]| format!("v=DKIM1; k=rsa; p={}", BASE64.encode(der));
    let spki = spki(&pkcs1);
    let small = |bits| p(&rsa_der(bits, &["-pubout"]));
    let tail = [&spki[..], b"\0\0\0"].concat();
    vec![
        is("RSAPublicKey", "pass", &[], p(&pkcs1)),
        is("SubjectPublicKeyInfo", "pass", &[], p(&spki)),
        is(
            "k=ed25519 over RSA",
            "permerror",
            &["dkim.key.rsa-as-ed25519", "dkim.key.ed25519-length"],
            p(&spki).replace("k=rsa", "k=ed25519"),
        ),
        is("512 bits", "permerror", &["dkim.key.weak"], small("512")),
        is("768 bits", "permerror", &["dkim.key.weak"], small("768")),
        is("1024 bits of another key", "fail", &["dkim.key-mismatch.length"], small("1024")),
        is("octets behind the DER", "permerror", &["dkim.key.trailing"], p(&tail)),
        is("the DER cut", "permerror", &["dkim.key.cut"], p(&spki[..spki.len() - 60])),
        is("the private key published", "permerror", &["dkim.key.private"], p(&rsa_der("1024", &["-traditional"]))),
        is("split wrongly, a string lost", "permerror", &["dkim.key.cut"], p(&spki)[..255].to_owned()),
        is(
            "a certificate's header",
            "permerror",
            &["dkim.key.cut"],
            format!("v=DKIM1; k=rsa; p={}", BASE64.encode(b"0\x82\x03\x010\x82\x01\xe9\xa0\x03\x02\x01\x02")),
        ),
    ]
}

/// RFC 5280 §4.1.2.7 around RFC 8017 A.1.1.
fn spki(pkcs1: &[u8]) -> Vec<u8> {
    let wrap = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, length[0], length[1]], content].concat()
    };
    let identifier = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    wrap(0x30, &[&identifier[..], &wrap(3, &[&[0], pkcs1].concat())].concat())
}
