//! Authenticated Received Chains.

use deliverability_core::arc::{MAX_SETS, Verification};
use deliverability_core::dkim::Message;
use deliverability_core::dns::{RecordData, Text, Zone};
use deliverability_core::header::AuthenticationResults;
use deliverability_core::{ArcResult, Check};

use crate::messages::is_one_field;

pub(crate) const CHAIN_WORDS: &[&str] = &[
    "ARC-Seal: i=1; a=ed25519-sha256; cv=none; d=example.org; s=s; b=AAAA\r\n",
    "ARC-Seal: i=2; a=rsa-sha256; cv=pass; d=example.org; s=s; t=1; b=AAAA\r\n",
    "ARC-Message-Signature: i=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from::subject;\r\n \
     bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n",
    "ARC-Message-Signature: i=2; a=rsa-sha256; d=example.org; s=s; h=arc-seal;\r\n \
     bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n",
    "ARC-Authentication-Results: i=1; mx.test; spf=pass\r\n",
    "ARC-Authentication-Results: i=2; mx.test; none\r\n",
    "ARC-Seal:",
    "ARC-Message-Signature:",
    "i=3;",
    "i=51;",
    "cv=fail;",
    "h=;",
    "From: amy@example.org\r\n",
    "\r\n",
    "\r\n\r\n",
    "line ",
];

/// Any chain has an outcome within bounds, whose places lie in the header section and whose words show.
/// Nothing passes: nobody sealed for this key.
pub fn arc_chain(data: &[u8]) {
    let mut zone = Zone::new();
    let record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    zone.insert("s._domainkey.example.org".parse().expect("a name"), RecordData::Txt(Text::from(record)));
    let chain = Verification::of(&Message::of(data)).in_zone(&zone);
    assert!(matches!(chain.result(), ArcResult::None | ArcResult::Fail), "{chain}");
    assert_eq!(chain.result() == ArcResult::None, chain.cause().is_none());
    assert!(chain.sets().len() <= usize::from(MAX_SETS) && chain.oldest_pass().is_none());
    assert!(!chain.to_string().chars().any(char::is_control));
    is_one_field(&AuthenticationResults::new("mx.test").with(chain.authentication_result()).to_string());
    let signatures = chain.sets().iter().filter_map(|set| set.message_signature());
    let older = signatures.inspect(|signature| assert_ne!(signature.verifies(), Some(true)));
    for failure in chain.failures().iter().chain(older.flat_map(|signature| signature.failures())) {
        assert!(failure.span.start <= failure.span.end && failure.span.end <= chain.text().len(), "{failure}");
        assert!(!failure.to_string().chars().any(char::is_control), "{failure:?}");
    }
}
