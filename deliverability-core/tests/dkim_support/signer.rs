//! A plain signer, written from RFC 6376 §3.4 to §3.7 apart from the library. Keys are made anew
//! for each run.

use std::io::Write as _;
use std::process::{Command, Stdio};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_SHA256, RsaKeyPair,
    UnparsedPublicKey,
};
use data_encoding::BASE64;
use deliverability_core::dns::{RecordData, Text, Zone};

/// A key pair under the selector `s` of `example.org`.
pub(crate) enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    pub(crate) fn ed25519() -> Self {
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(pair.as_ref()).unwrap())
    }

    /// `None`, loudly, where there is no `openssl` to make one.
    pub(crate) fn rsa() -> Option<Self> {
        let pem = openssl(&["genrsa", "-traditional", "2048"], b"");
        let der = pem.and_then(|pem| openssl(&["rsa", "-traditional", "-outform", "DER"], &pem));
        if der.is_none() {
            assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "openssl is absent");
            eprintln!("SKIPPED: openssl is absent, no RSA key was made");
        }
        Some(Self::Rsa(RsaKeyPair::from_der(&der?).unwrap()))
    }

    /// Its key record.
    pub(crate) fn record(&self) -> String {
        match self {
            Self::Rsa(pair) => format!("v=DKIM1; p={}", BASE64.encode(pair.public_key().as_ref())),
            Self::Ed25519(pair) => format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(pair.public_key().as_ref())),
        }
    }

    pub(crate) fn zone(&self) -> Zone {
        let record = self.record();
        let mut zone = Zone::new();
        zone.insert("s._domainkey.example.org".parse().unwrap(), RecordData::Txt(Text::from(record.as_str())));
        zone
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        if matches!(self, Self::Rsa(_)) { "rsa-sha256" } else { "ed25519-sha256" }
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).unwrap();
                signature
            }
            Self::Ed25519(pair) => pair.sign(sha256(text).as_ref()).as_ref().to_vec(),
        }
    }
}

pub(crate) fn openssl(arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut command = Command::new("openssl");
    let command = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    output.status.success().then_some(output.stdout)
}

/// A message under work.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// Names and what follows the colon.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Mail {
    pub(crate) fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for (name, value) in &self.fields {
            octets.extend_from_slice(format!("{name}:{value}\r\n").as_bytes());
        }
        octets.extend_from_slice(b"\r\n");
        octets.extend_from_slice(&self.body);
        octets
    }

    pub(crate) fn field(&mut self, name: &str) -> &mut String {
        &mut self.fields.iter_mut().find(|(of, _)| of == name).unwrap().1
    }
}

/// Signs: `header` and `body` are the words of `c=`, `names` is `h=`, `more` other tags.
pub(crate) fn sign(key: &Key, mail: &Mail, header: &str, body: &str, names: &str, more: &str) -> Mail {
    let algorithm = key.algorithm();
    let tags =
        format!(" v=1; a={algorithm}; c={header}/{body}; d=example.org; s=s;{more} h={names};\r\n\tbh={{bh}}; b=");
    sign_tags(key, mail, (header, body), names, &tags)
}

/// Signs with these tags, `{bh}` standing for the body hash, by these canonicalizations and these fields, whatever
/// the tags say.
pub(crate) fn sign_tags(key: &Key, mail: &Mail, (header, body): (&str, &str), names: &str, tags: &str) -> Mail {
    let bh = BASE64.encode(sha256(&canonical_body(&mail.body, body)).as_ref());
    let unsigned = tags.replace("{bh}", &bh);
    let mut text = String::new();
    let mut left: Vec<&(String, String)> = mail.fields.iter().collect();
    for name in names.split(':') {
        if let Some(at) = left.iter().rposition(|(of, _)| of.eq_ignore_ascii_case(name)) {
            let (of, value) = left.remove(at);
            text.push_str(&canonical_field(of, value, header));
            text.push_str("\r\n");
        }
    }
    text.push_str(&canonical_field("DKIM-Signature", &unsigned, header));
    let signature = BASE64.encode(&key.sign(text.as_bytes()));
    let mut signed = mail.clone();
    signed.fields.insert(0, ("DKIM-Signature".to_owned(), format!("{unsigned}{signature}")));
    signed
}

fn canonical_field(name: &str, value: &str, how: &str) -> String {
    if how == "simple" {
        return format!("{name}:{value}");
    }
    format!("{}:{}", name.to_ascii_lowercase(), value.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
}

fn canonical_body(body: &[u8], how: &str) -> Vec<u8> {
    // One character an octet, so that bodies of any character set can be worked on as text.
    let text: String = body.iter().map(|byte| char::from(*byte)).collect();
    let lines = text.split("\r\n").map(|line| {
        if how == "simple" {
            return line.to_owned();
        }
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        let lead = if line.starts_with([' ', '\t']) && !words.is_empty() { " " } else { "" };
        format!("{lead}{}", words.join(" "))
    });
    let joined = lines.collect::<Vec<_>>().join("\r\n");
    let trimmed = joined.trim_end_matches("\r\n");
    let ended = if trimmed.is_empty() && how == "relaxed" { String::new() } else { format!("{trimmed}\r\n") };
    ended.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect()
}

fn sha256(text: &[u8]) -> aws_lc_rs::digest::Digest {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text)
}

/// What no verifier can do without: the hash of a body of some size, and one RSA check.
pub(crate) struct Floor {
    body: Vec<u8>,
    public: Vec<u8>,
    signature: Vec<u8>,
}

impl Floor {
    const TEXT: [u8; 600] = [b'a'; 600];

    pub(crate) fn new(octets: usize) -> Self {
        let Some(Key::Rsa(pair)) = Key::rsa() else { panic!("openssl makes the key") };
        let public = pair.public_key().as_ref().to_vec();
        Self { body: vec![b'x'; octets], public, signature: Key::Rsa(pair).sign(&Self::TEXT) }
    }

    pub(crate) fn run(&self) -> aws_lc_rs::digest::Digest {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &self.public);
        key.verify(&Self::TEXT, &self.signature).unwrap();
        sha256(std::hint::black_box(&self.body))
    }
}
