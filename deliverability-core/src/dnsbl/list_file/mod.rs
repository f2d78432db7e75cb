//! Lists of one's own, read from a TOML file.
//!
//! `examples/lists.toml` shows every key. A file is read whole or refused: with the line and
//! column of the fault, and what is allowed there.

mod error;
mod table;

use std::collections::HashSet;

pub use error::{ListFileError, ListFileErrorKind};

use super::list::{CodeRule, List};
use super::pattern::Pattern;
use super::query_name::Subject;
use super::words::{Cause, Impact, Kind, NameForm, Role, Terms};
use crate::network::canonical;
use table::{Document, Table, Text};

const OF_A_FILE: &[&str] = &["list"];
const OF_A_LIST: &[&str] = &[
    "zone", "kind", "role", "impact", "operator", "cause", "delist", "removal", "note", "terms", "access", "names",
    "listed", "clean", "source", "read", "code", "refusal",
];
const OF_A_CODE: &[&str] = &["values", "meaning", "role", "impact", "cause", "removal", "number"];
const OF_A_REFUSAL: &[&str] = &["values", "why"];

/// The lists of a TOML file, in its order.
///
/// Each `[[list]]` has a `zone` and a `kind`; all else may be left out. A list without `listed`
/// has the must-be-listed test points of RFC 5782 §5; `listed = []` says that it has none, and
/// `clean = []` that it has entries at the must-not-be-listed ones by design.
///
/// ```
/// use deliverability_core::dnsbl::{Kind, lists_from_toml};
///
/// let lists = lists_from_toml(r#"
/// [[list]]
/// zone = "bl.example.net"
/// kind = "ipv4"
///
/// [[list.code]]
/// values = "127.0.0.4-7"
/// meaning = "infected host"
/// cause = "exploit"
/// "#)?;
/// assert_eq!(lists[0].kind(), Kind::Ipv4);
///
/// let error = lists_from_toml("[[list]]\nzone = \"bl.example.net\"\ncolour = \"black\"\n").unwrap_err();
/// assert!(error.to_string().starts_with("line 3, column 1: a list has no key `colour`; it has zone, kind, role"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The text is no TOML, or something in it is not what a list file holds.
pub fn lists_from_toml(text: &str) -> Result<Vec<List>, ListFileError> {
    let document = Document::parse(text)?;
    let file = document.root();
    file.allows(OF_A_FILE)?;
    let mut zones = HashSet::new();
    let mut lists = Vec::new();
    for table in file.tables("list", "a list")? {
        let list = list(&table)?;
        if !zones.insert(list.zone().clone()) {
            let zone = table.needed("zone")?;
            return Err(zone.error(ListFileErrorKind::Twice));
        }
        lists.push(list);
    }
    Ok(lists)
}

fn list(table: &Table<'_>) -> Result<List, ListFileError> {
    table.allows(OF_A_LIST)?;
    let zone = table.needed("zone")?;
    let zone = zone.value.parse().map_err(|error| zone.error(ListFileErrorKind::Zone(error)))?;
    let kind = table.word("kind", Kind::ALL, Kind::as_str)?.ok_or_else(|| table.lacks("kind"))?;
    let list = described(List::new(zone, kind), table)?;
    let list = with_test_points(list, table)?;
    let list =
        table.tables("code", "a code")?.iter().try_fold(list, |list, code| Ok(list.with_code_rule(rule(code)?)))?;
    table.tables("refusal", "a refusal")?.iter().try_fold(list, |list, refusal| {
        refusal.allows(OF_A_REFUSAL)?;
        Ok(list.with_refusal(values(refusal)?, refusal.needed("why")?.value.to_owned()))
    })
}

/// The list with the keys that only describe it.
fn described(mut list: List, table: &Table<'_>) -> Result<List, ListFileError> {
    list = table.word("role", Role::ALL, Role::as_str)?.into_iter().fold(list, List::with_role);
    list = table.word("impact", Impact::ALL, Impact::as_str)?.into_iter().fold(list, List::with_impact);
    list = table.word("cause", Cause::ALL, Cause::as_str)?.into_iter().fold(list, List::with_cause);
    list = table.word("terms", Terms::ALL, Terms::as_str)?.into_iter().fold(list, List::with_terms);
    list = table.word("names", NameForm::ALL, NameForm::as_str)?.into_iter().fold(list, List::with_name_form);
    list = table.owned("operator")?.into_iter().fold(list, List::with_operator);
    list = table.owned("delist")?.into_iter().fold(list, List::with_delist);
    list = table.owned("removal")?.into_iter().fold(list, List::with_removal);
    list = table.owned("note")?.into_iter().fold(list, List::with_note);
    list = table.owned("access")?.into_iter().fold(list, List::with_access);
    match (table.text("source")?, table.text("read")?) {
        (Some(source), Some(read)) => Ok(list.with_source(source.value.to_owned(), read.value.to_owned())),
        (None, None) => Ok(list),
        (Some(_), None) => Err(table.lacks("read")),
        (None, Some(_)) => Err(table.lacks("source")),
    }
}

fn with_test_points(list: List, table: &Table<'_>) -> Result<List, ListFileError> {
    let points = |texts: &[Text<'_>]| -> Result<Vec<Subject>, ListFileError> {
        texts.iter().map(|text| point(text, list.kind())).collect()
    };
    let listed = table.texts("listed")?.map(|texts| points(&texts)).transpose()?;
    let clean = table.texts("clean")?.map(|texts| points(&texts)).transpose()?;
    let list = match listed {
        None => list.with_rfc_test_points(),
        Some(points) => points.into_iter().fold(list, List::with_listed_point),
    };
    Ok(match clean {
        None => list,
        Some(points) => points.into_iter().fold(list.without_clean_points(), List::with_clean_point),
    })
}

/// A test point, of what the list holds. An address is taken as it is written: RFC 5782 §5 has
/// IPv4-mapped ones.
fn point(text: &Text<'_>, kind: Kind) -> Result<Subject, ListFileError> {
    let subject = match text.value.parse() {
        Ok(ip) if kind == Kind::Ipv4 => Subject::Ip(canonical(ip)),
        Ok(ip) => Subject::Ip(ip),
        Err(_) => {
            text.value.parse().map(Subject::Domain).map_err(|error| text.error(ListFileErrorKind::Zone(error)))?
        }
    };
    if kind.holds(&subject) { Ok(subject) } else { Err(text.error(ListFileErrorKind::NotHeld(kind))) }
}

fn rule(table: &Table<'_>) -> Result<CodeRule, ListFileError> {
    table.allows(OF_A_CODE)?;
    Ok(CodeRule {
        role: table.word("role", Role::ALL, Role::as_str)?,
        impact: table.word("impact", Impact::ALL, Impact::as_str)?,
        cause: table.word("cause", Cause::ALL, Cause::as_str)?,
        removal: table.owned("removal")?.map(Into::into),
        is_number: table.flag("number")?,
        ..CodeRule::new(values(table)?, table.needed("meaning")?.value.to_owned())
    })
}

fn values(table: &Table<'_>) -> Result<Pattern, ListFileError> {
    let values = table.needed("values")?;
    values.value.parse().map_err(|error| values.error(ListFileErrorKind::Values(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        lists_from_toml(text).unwrap_err().to_string()
    }

    /// The error of a list with one more line, which is line 4.
    fn with(line: &str) -> String {
        error(&format!("[[list]]\nzone = \"bl.test\"\nkind = \"ipv4\"\n{line}\n"))
    }

    #[test]
    fn an_empty_file_has_no_lists() {
        assert_eq!(lists_from_toml("# nothing yet\n"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_toml_is_refused_with_its_line() {
        assert!(
            error("[[list]]\nzone = bl.test\n").starts_with("line 2, column 8: "),
            "{}",
            error("[[list]]\nzone = bl.test\n")
        );
        assert!(error("zone = \"a\u{1b}[2J\"").starts_with("line 1, column "));
        assert!(!error("zone = \"a\u{1b}[2J\"").contains('\u{1b}'));
    }

    #[test]
    fn unknown_keys_are_refused_and_the_known_ones_named() {
        assert_eq!(error("lists = []\n"), "line 1, column 1: a file has no key `lists`; it has list");
        assert!(with("colour = 1").starts_with("line 4, column 1: a list has no key `colour`; it has zone, kind"));
        assert_eq!(
            with("[[list.refusal]]\nvalue = \"bit 1\""),
            "line 5, column 1: a refusal has no key `value`; it has values, why"
        );
        assert!(
            with("[[list.code]]\nvalues = \"bit 1\"\nmeaning = \"x\"\nweight = 1")
                .starts_with("line 7, column 1: a code")
        );
    }

    #[test]
    fn words_that_are_not_known_are_refused_and_the_known_ones_named() {
        assert_eq!(with("role = \"grey\""), "line 4, column 8: `grey` is no role; it is block, welcome, information");
        assert_eq!(
            error("[[list]]\nzone = \"bl.test\"\nkind = \"IPv4\""),
            "line 3, column 8: `IPv4` is no kind; it is ipv4, ipv6, ip, domain, ip_and_domain, ipv4_and_domain"
        );
    }

    #[test]
    fn what_is_missing_or_of_another_type_is_named() {
        assert_eq!(error("[[list]]\nkind = \"ipv4\""), "line 1, column 1: a list needs the key `zone`");
        assert_eq!(error("[[list]]\nzone = \"bl.test\""), "line 1, column 1: a list needs the key `kind`");
        assert_eq!(with("note = 7"), "line 4, column 8: `note` is a text in quotes");
        assert_eq!(with("listed = \"127.0.0.2\""), "line 4, column 10: `listed` is an array of texts: [\"...\"]");
        assert_eq!(with("listed = [2]"), "line 4, column 11: `listed` is an array of texts: [\"...\"]");
        assert_eq!(with("code = 1"), "line 4, column 8: `code` is written as tables: [[list.code]]");
        assert_eq!(
            with("[[list.code]]\nvalues = \"bit 2\"\nmeaning = \"x\"\nnumber = \"yes\""),
            "line 7, column 10: `number` is true or false"
        );
        assert_eq!(with("source = \"me\""), "line 1, column 1: a list needs the key `read`");
    }

    #[test]
    fn zones_values_and_test_points_are_checked() {
        assert!(error("[[list]]\nzone = \"bl..test\"\nkind = \"ipv4\"").starts_with("line 2, column 8: "));
        assert_eq!(
            with("[[list.code]]\nvalues = \"10.0.0.1\"\nmeaning = \"x\""),
            "line 5, column 10: values are written 127.0.0.2, 127.0.0.4-7, 127.0.10.* or, where they are sums, as `bit 4`"
        );
        assert_eq!(
            with("listed = [\"127.0.0.2\", \"example.com\"]"),
            "line 4, column 24: a list of kind ipv4 does not hold this"
        );
        assert_eq!(
            with("[[list]]\nzone = \"BL.Test\"\nkind = \"ipv4\""),
            "line 5, column 8: a list with this zone stands above"
        );
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(
            error("[[list]]\nzone = \"b.test\"\nkind = \"domain\"\nclean = [\"bücher\", 1]"),
            "line 4, column 20: `clean` is an array of texts: [\"...\"]"
        );
    }

    #[test]
    fn test_points_are_those_of_the_rfc_unless_said_otherwise() {
        let points = |line: &str| {
            let text = format!("[[list]]\nzone = \"bl.test\"\nkind = \"ipv4\"\n{line}\n");
            let lists = lists_from_toml(&text).unwrap();
            lists[0].points().map(|point| point.subject.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(points(""), ["127.0.0.2", "127.0.0.1"]);
        assert_eq!(points("listed = []"), ["127.0.0.1"]);
        assert_eq!(points("listed = [\"127.0.0.9\"]\nclean = []"), ["127.0.0.9"]);
    }
}
