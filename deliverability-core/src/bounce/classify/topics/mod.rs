//! Phrases that anybody may use, one file a topic. The order of the topics is the order of belief: what is about the
//! sender is asked before what is about the recipient, as "user unknown" stands in both.

mod authentication;
mod content;
mod delivery;
mod listing;
mod naming;
mod providers;
mod rate;
mod recipient;
mod relay;
mod returned;
mod sender;
mod server;
mod tls;

use super::rule::Phrases;

/// Every topic.
pub(super) const TOPICS: &[&[Phrases]] = &[
    delivery::EXPIRED,
    providers::PHRASES,
    sender::PHRASES,
    authentication::PHRASES,
    sender::REFUSED,
    naming::PHRASES,
    tls::PHRASES,
    relay::PHRASES,
    content::PHRASES,
    rate::GREYLISTING,
    listing::PHRASES,
    rate::PHRASES,
    recipient::PHRASES,
    delivery::PHRASES,
    server::PHRASES,
    returned::PHRASES,
];

/// That a policy without a name refuses it: believed where no reason is given.
pub(super) const POLICY: &[&[Phrases]] = &[content::POLICY];

/// Words of refusal alone: believed where nothing else is said.
pub(super) const WEAK: &[&[Phrases]] = &[server::BARE];
