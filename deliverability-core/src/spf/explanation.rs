//! The explanation of a fail (RFC 7208 §6.2).

use super::expansion::target_name;
use super::macro_string::MacroString;
use super::record::DomainSpec;
use super::walk::{Ending, Walk};
use crate::dns::Query;
use crate::result::SpfResult;

impl Walk<'_> {
    /// The domain's explanation, if the result is fail and it has a usable one: any problem with
    /// it is as if there were no `exp=` (§6.2). Never asked for while anything else is missing,
    /// and never counted (§4.6.4).
    pub(super) fn explanation(&mut self, ending: &Ending) -> Option<Box<str>> {
        if ending.result != SpfResult::Fail || !self.missing.is_empty() {
            return None;
        }
        let visit = self.trace.visits().get(ending.visit)?;
        let domain = visit.domain().clone();
        let record = visit.record()?.clone();
        let name = match record.explanation()? {
            DomainSpec::Name(name) => name.clone(),
            DomainSpec::Macro(text) => target_name(&self.expand(text, &domain, false)??)?,
        };
        let response = self.answer(&Query::txt(name))?.ok()?;
        let mut texts = response.texts();
        let (Some(text), None) = (texts.next(), texts.next()) else { return None };
        let text = MacroString::parse_explanation(text.bytes()).ok()?;
        let text = self.expand(&text, &domain, true)??;
        // It may end up in an SMTP reply: session text must not add lines or octets to it.
        text.bytes().all(|b| (0x20..=0x7e).contains(&b)).then(|| text.into())
    }
}
