//! Which of a domain's records a Sender ID check reads (RFC 4406 §3.4, §4.4).

use super::record::{ParseError, Record, Scope, is_record};
use crate::dns::Text;

/// The record that a check of one identity reads among the texts of a domain.
///
/// A `spf2.0` record about the identity goes before an SPF record; without one, an SPF record is
/// read as if it were about `mfrom` and `pra` (RFC 4406 §3.4).
///
/// ```
/// use deliverability_core::{dns::Text, historic::sender_id::{Scope, Selected, select}};
///
/// let texts = [Text::from("v=spf1 mx -all"), Text::from("spf2.0/pra ?all")];
/// let Selected::SenderId(record) = select(&texts, &Scope::Pra) else { panic!() };
/// assert_eq!(record.to_string(), "spf2.0/pra ?all");
/// assert_eq!(select(&texts, &Scope::Mfrom), Selected::Spf(&texts[0]));
/// ```
pub fn select<'a>(texts: impl IntoIterator<Item = &'a Text>, scope: &Scope) -> Selected<'a> {
    let (mut sender_id, mut spf) = (Vec::new(), Vec::new());
    for text in texts {
        if is_record(text.bytes()) {
            sender_id.extend(about(text, scope));
        } else if is_spf_record(text.bytes()) && matches!(scope, Scope::Mfrom | Scope::Pra) {
            spf.push(text);
        }
    }
    match (sender_id.len(), spf.as_slice()) {
        (0, []) => Selected::None,
        (0, [text]) => Selected::Spf(text),
        (0, several) => Selected::Several { count: several.len() },
        (1, _) => sender_id.pop().unwrap_or(Selected::None),
        (count, _) => Selected::Several { count },
    }
}

/// A record that is about the scope. RFC 4406 §4.4, steps 2 and 3: one whose version or scopes are
/// malformed is passed over; what is wrong behind them is for the check to find.
fn about<'a>(text: &Text, scope: &Scope) -> Option<Selected<'a>> {
    match Record::parse(text.bytes()) {
        Ok(record) => record.covers(scope).then_some(Selected::SenderId(record)),
        Err(error) => {
            let section = text.bytes().split(|octet| *octet == b' ').next()?;
            let covers = Record::parse(section).is_ok_and(|record| record.covers(scope));
            covers.then_some(Selected::Malformed(error))
        }
    }
}

/// `v=spf1`, then a space or the end (RFC 4406 §3.1, RFC 7208 §4.5).
fn is_spf_record(text: &[u8]) -> bool {
    text.split(|octet| *octet == b' ').next().is_some_and(|version| version.eq_ignore_ascii_case(b"v=spf1"))
}

/// The outcome of [`select`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Selected<'a> {
    /// There is no record for this identity: a check gives `none`.
    None,
    /// A Sender ID record about it.
    SenderId(Record),
    /// A Sender ID record about it that no check can read: `permerror`.
    Malformed(ParseError),
    /// An SPF record, which stands in where there is no Sender ID record.
    Spf(&'a Text),
    /// More than one record, of which none goes before the others: `permerror`.
    Several {
        /// How many.
        count: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_selected(texts: &[&str], scope: &Scope, expected: &str) {
        let texts: Vec<Text> = texts.iter().map(|text| Text::from(*text)).collect();
        let told = match select(&texts, scope) {
            Selected::SenderId(record) => record.to_string(),
            Selected::Spf(text) => text.to_text().into_owned(),
            Selected::Malformed(error) => error.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(told, expected, "{texts:?}");
    }

    #[test]
    fn a_record_about_the_identity_goes_before_an_spf_record() {
        // RFC 4406 §4.4.
        let both = ["v=spf1 -all", "SPF2.7/pra ?all", "x"];
        assert_selected(&both, &Scope::Pra, "spf2.7/pra ?all");
        assert_selected(&both, &Scope::Mfrom, "v=spf1 -all");
        assert_selected(&["spf2.0/mfrom a", "spf2.0/pra b"], &Scope::Pra, "spf2.0/pra b");
        // RFC 4406 §3.4: without one, an SPF record is about mfrom and pra, and no other scope.
        assert_selected(&["v=spf1 -all"], &Scope::Pra, "v=spf1 -all");
        assert_selected(&["v=spf1 -all"], &Scope::Other("x".into()), "None");
        assert_selected(&["spf2.0/mfrom -all"], &Scope::Pra, "None");
    }

    #[test]
    fn several_records_are_none_of_them() {
        // RFC 4406 §3.2, §4.4.
        assert_selected(&["spf2.0/pra a", "spf2.1/mfrom,pra b"], &Scope::Pra, "Several { count: 2 }");
        assert_selected(&["v=spf1", "v=spf1 -all"], &Scope::Mfrom, "Several { count: 2 }");
        assert_selected(&["v=spf1", "v=spf1 -all", "spf2.0/pra a"], &Scope::Pra, "spf2.0/pra a");
    }

    #[test]
    fn a_malformed_version_is_passed_over_and_malformed_terms_are_not() {
        // RFC 4406 §4.4, step 2.
        assert_selected(&["spf2.0 -all", "spf2./pra -all", "spf2.0/pra;x a"], &Scope::Pra, "None");
        assert_selected(&["spf2.0/pra", "spf2.0/,pra b"], &Scope::Pra, "spf2.0/pra");
        let octet = "octet 0x09 is not allowed: a record holds visible ASCII characters and spaces (at byte 12)";
        assert_selected(&["spf2.0/pra a\t"], &Scope::Pra, octet);
        assert_selected(&["spf2.0/pra a\t"], &Scope::Mfrom, "None");
    }
}
