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
        let domain_spec = self.trace.record_of(self.deciding)?.explanation()?.clone();
        let domain = self.trace.domain_of(self.deciding)?.clone();
        let name = match domain_spec {
            DomainSpec::Name(name) => name,
            DomainSpec::Macro(text) => target_name(&self.expand(&text, &domain, false).ok()?)?,
        };
        let response = self.answer(&Query::txt(name))?.ok()?;
        let mut texts = response.texts();
        let (Some(text), None) = (texts.next(), texts.next()) else { return None };
        let text = MacroString::parse_explanation(text.bytes()).ok()?;
        let text = self.expand(&text, &domain, true).ok()?;
        // It may end up in an SMTP reply: session text must not add lines or octets to it.
        text.bytes().all(|b| (0x20..=0x7e).contains(&b)).then(|| text.into())
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use crate::dns::{Check as _, Zone};
    use crate::spf::CheckHost;

    fn explanation(sender: &str, zone: &str) -> Option<String> {
        let zone: Zone = zone.parse().unwrap();
        let evaluation = CheckHost::new([192, 0, 2, 1].into(), sender).timestamp(60).in_zone(&zone);
        evaluation.explanation().map(str::to_owned)
    }

    #[test]
    fn strings_are_joined_and_macros_expanded() {
        // RFC 7208 §6.2.
        let zone = "a.test TXT \"v=spf1 exp=%{d1}.why.test -all\"\ntest.why.test TXT \"See http://%{d}/?\" \"s=%{S}&i=%{I}&t=%{t}\"";
        assert_eq!(explanation("amy@a.test", zone).unwrap(), "See http://a.test/?s=amy%40a.test&i=192.0.2.1&t=60");
    }

    #[test]
    fn only_a_fail_is_explained_by_the_record_that_decided() {
        let why = "why.test TXT mine\nother.test TXT theirs\n";
        let of = |record: &str, other: &str| {
            explanation("amy@a.test", &format!("{why}a.test TXT \"{record}\"\nb.test TXT \"{other}\""))
        };
        assert_eq!(of("v=spf1 ~all exp=why.test", ""), None);
        assert_eq!(of("v=spf1 include:b.test -all exp=why.test", "v=spf1 -all exp=other.test").unwrap(), "mine");
        assert_eq!(of("v=spf1 redirect=b.test exp=why.test", "v=spf1 -all exp=other.test").unwrap(), "theirs");
        assert_eq!(of("v=spf1 redirect=b.test exp=why.test", "v=spf1 -all"), None);
        assert_eq!(of("v=spf1 -include:b.test exp=why.test", "v=spf1 +all exp=other.test").unwrap(), "mine");
    }

    #[test]
    fn session_text_cannot_break_a_reply() {
        let zone = "a.test TXT \"v=spf1 -all exp=why.test\"\nwhy.test TXT \"no, %{l}\"";
        assert_eq!(explanation("a b@a.test", zone).unwrap(), "no, a b");
        assert_eq!(explanation("x\r\n250 ok@a.test", zone), None);
        assert_eq!(explanation("\u{e9}@a.test", zone), None);
    }

    #[test]
    fn an_unusable_explanation_is_none() {
        for text in ["", "\"%{x}\"", "\"a\"\nwhy.test TXT \"b\"", "\"\\226\""] {
            let txt = if text.is_empty() { String::new() } else { format!("why.test TXT {text}") };
            assert_eq!(
                explanation("amy@a.test", &format!("a.test TXT \"v=spf1 -all exp=why.test\"\n{txt}")),
                None,
                "{text}"
            );
        }
    }
}
