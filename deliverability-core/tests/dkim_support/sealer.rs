//! A plain ARC sealer.

use data_encoding::BASE64;
use deliverability_core::dns::{RecordData, Text, Zone};
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

pub(crate) const MAIL: &str = "From: amy@example.org\r\nSubject: hello\r\n\r\nbody\r\n";

/// A plain sealer, written from RFC 8617 §5.1 apart from the library: `s` of `example.org` unless another
/// domain is given, whose key is made anew for each run. Its fields need no canonicalization but that of
/// their names.
pub(crate) struct Sealer(Ed25519KeyPair, &'static str);

impl Sealer {
    pub(crate) fn new() -> Self {
        Self::of("example.org")
    }

    pub(crate) fn of(domain: &'static str) -> Self {
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self(Ed25519KeyPair::from_pkcs8(pair.as_ref()).unwrap(), domain)
    }

    pub(crate) fn zone(&self) -> Zone {
        let mut zone = Zone::new();
        self.publish(&mut zone);
        zone
    }

    pub(crate) fn publish(&self, zone: &mut Zone) {
        let record = format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(self.0.public_key().as_ref()));
        let name = format!("s._domainkey.{}", self.1);
        zone.insert(name.parse().unwrap(), RecordData::Txt(Text::from(record.as_str())));
    }

    fn sign(&self, field: &str, covered: &str) -> String {
        let text = format!("{covered}{}", relaxed(field));
        format!("{field}{}", BASE64.encode(self.0.sign(sha256(text.as_bytes()).as_ref()).as_ref()))
    }

    /// The message with one more set.
    pub(crate) fn seal(&self, mail: &str, instance: u8, cv: &str) -> String {
        self.seal_with(mail, instance, cv, &format!("mx{instance}.example.org; spf=pass"))
    }

    /// The same, with these results.
    pub(crate) fn seal_with(&self, mail: &str, instance: u8, cv: &str, results: &str) -> String {
        let (header, body) = mail.split_once("\r\n\r\n").unwrap();
        let results = format!("ARC-Authentication-Results: i={instance}; {results}");
        let domain = self.1;
        let bh = BASE64.encode(sha256(body.as_bytes()).as_ref());
        let signature = format!(
            "ARC-Message-Signature: i={instance}; a=ed25519-sha256; c=relaxed/relaxed; d={domain}; s=s; \
             h=from:subject; bh={bh}; b="
        );
        let signed: String = ["From", "Subject"].iter().map(|name| line(field(header, name, "").unwrap())).collect();
        let signature = self.sign(&signature, &signed);
        let before = if cv == "fail" { String::new() } else { (1..instance).map(|n| set(header, n)).collect() };
        let seal = format!("ARC-Seal: i={instance}; a=ed25519-sha256; cv={cv}; d={domain}; s=s; t=1; b=");
        let seal = self.sign(&seal, &format!("{before}{}{}", line(&results), line(&signature)));
        format!("{seal}\r\n{signature}\r\n{results}\r\n{mail}")
    }

    /// A chain of so many sets.
    pub(crate) fn chain(&self, sets: u8) -> String {
        let mail = self.seal(MAIL, 1, "none");
        (2..=sets).fold(mail, |mail, instance| self.seal(&mail, instance, "pass"))
    }
}

fn sha256(text: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, text)
}

fn relaxed(field: &str) -> String {
    let (name, value) = field.split_once(':').unwrap();
    format!("{}:{}", name.to_lowercase(), value.trim())
}

fn line(field: &str) -> String {
    format!("{}\r\n", relaxed(field))
}

pub(crate) fn field<'a>(header: &'a str, name: &str, value: &str) -> Option<&'a str> {
    let start = format!("{name}: {value}");
    header.lines().find(|line| line.starts_with(&start))
}

fn set(header: &str, instance: u8) -> String {
    let names = ["ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal"];
    names.iter().map(|name| line(field(header, name, &format!("i={instance};")).unwrap())).collect()
}
