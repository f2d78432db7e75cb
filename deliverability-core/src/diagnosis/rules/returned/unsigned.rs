//! A header section that came back without its body, and without a signature: `dkim.none`.

use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn judge(case: &Case, found: &mut Examined) {
    if !case.came_back_unsigned() {
        return;
    }
    let from = case.bounce.as_ref().and_then(|bounce| bounce.original().from.as_ref());
    let author = from.unwrap_or_else(|| case.author_domain());
    let message = "The header of the message came back, and it carries no DKIM signature. SPF alone does not survive forwarding, and \
                   large receivers refuse mail to many without one.";
    let text = format!(
        "Turn DKIM signing on at the server or provider that sends, with d={author}, and publish the key record that it gives. \
         Verify: give this diagnosis the next message."
    );
    found.find(
        Finding::new(RuleId::DkimNone, Severity::Error, author, message)
            .by(Acts::SenderServer)
            .with_remedy(text, Vec::new()),
    );
}
