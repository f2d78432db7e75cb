//! viadkim, its key always at hand.

use std::future::{Ready, ready};
use std::io;
use std::sync::Arc;

use deliverability_core::dns::Zone;
use tokio::runtime::Builder;
use viadkim::header::HeaderFields;
use viadkim::verifier::{Config, LookupTxt, VerificationStatus, Verifier};

use crate::world::World;
use crate::{Subject, subject};

#[derive(Clone)]
struct Keys(Arc<World>);

impl LookupTxt for Keys {
    type Answer = Vec<io::Result<Vec<u8>>>;
    type Query<'a> = Ready<io::Result<Self::Answer>>;

    fn lookup_txt(&self, _: &str) -> Self::Query<'_> {
        let texts = self.0.txt.values().flatten();
        ready(Ok(texts.map(|text| Ok(text.clone().into_bytes())).collect()))
    }
}

pub fn dkim(task: &'static str, message: &[u8], zone: &Zone) -> Subject {
    let (keys, message) = (Keys(Arc::new(World::of(zone, true))), message.to_vec());
    // It spawns its look-ups, so it needs a runtime.
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let run = move || {
        let start = message.windows(4).position(|window| window == b"\r\n\r\n").expect("a body") + 4;
        let (head, body) = message.split_at(start);
        let head = std::str::from_utf8(&head[..start - 2]).expect("text");
        let headers: HeaderFields = head.parse().expect("a header");
        let config = Config::default();
        let verifier = runtime.block_on(Verifier::verify_header(&keys, &headers, &config));
        let mut verifier = verifier.expect("a signature");
        let _ = verifier.process_body_chunk(body);
        let results = verifier.finish();
        assert!(results.iter().all(|result| matches!(result.status, VerificationStatus::Success)), "{task}");
        results.len()
    };
    run();
    subject(task, "viadkim", run)
}
