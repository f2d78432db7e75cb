//! Content types that mean the same in other words (RFC 2045 §5.1), or say more than they did.

use super::{Variant, change::HeaderChange};

const CHARSETS: [&str; 8] =
    ["utf-8", "UTF-8", "us-ascii", "US-ASCII", "iso-8859-1", "ISO-8859-1", "windows-1252", "Windows-1252"];
const MULTIPARTS: [&str; 4] = ["multipart/mixed", "multipart/alternative", "multipart/related", "multipart/signed"];

/// What bodies that lists made a part were, often.
const PLAIN: [&str; 7] = [
    "text/plain; charset=utf-8",
    "text/plain; charset=UTF-8",
    "text/plain; charset=\"utf-8\"",
    "text/plain; charset=\"UTF-8\"",
    "text/plain; charset=us-ascii",
    "text/plain",
    "text/html; charset=utf-8",
];

/// The field with other quotes, blanks, capitals, order, and without each parameter.
pub(in super::super) fn forms(value: &[u8]) -> Vec<Variant> {
    let text = String::from_utf8_lossy(value).into_owned();
    let mut pieces = split(&text).into_iter();
    let kind = pieces.next().unwrap_or_default().to_owned();
    let parameters: Vec<String> = pieces.map(str::to_owned).collect();
    let mut all: Vec<(String, Vec<String>)> = kinds(&kind).into_iter().map(|kind| (kind, parameters.clone())).collect();
    for n in 0..parameters.len() {
        let with = |instead: Option<String>| {
            let mut parameters = parameters.clone();
            match instead {
                Some(instead) => parameters.splice(n..=n, [instead]).for_each(drop),
                None => drop(parameters.remove(n)),
            }
            (kind.clone(), parameters)
        };
        let parameter = parameters.get(n).map(String::as_str).unwrap_or_default();
        all.push(with(None));
        all.extend(parameter_forms(parameter).into_iter().map(|form| with(Some(form))));
    }
    if parameters.len() > 1 {
        let mut turned = parameters.clone();
        turned.reverse();
        all.push((kind.clone(), turned));
        all.push((kind.clone(), parameters.iter().map(|parameter| parameter.replace('"', "")).collect()));
    }
    if kind.to_ascii_lowercase().starts_with("multipart/") {
        all.extend(PLAIN.map(|text| (text.to_owned(), Vec::new())));
    }
    written(&all, value)
}

fn written(all: &[(String, Vec<String>)], value: &[u8]) -> Vec<Variant> {
    let texts = all.iter().flat_map(|(kind, parameters)| {
        ["; ", ";"].map(|between| {
            core::iter::once(kind.clone()).chain(parameters.iter().cloned()).collect::<Vec<_>>().join(between)
        })
    });
    let change = || HeaderChange::Mime { name: "Content-Type".to_owned() };
    let variants = texts.map(|text| Variant { value: format!(" {text}").into_bytes(), change: change() });
    variants.filter(|variant| variant.value != value).collect()
}

/// At the semicolons outside quotes.
fn split(text: &str) -> Vec<&str> {
    let mut quoted = false;
    let pieces = text.split(|character| {
        quoted ^= character == '"';
        character == ';' && !quoted
    });
    pieces.map(str::trim).filter(|piece| !piece.is_empty()).take(12).collect()
}

fn kinds(kind: &str) -> Vec<String> {
    let mut all = vec![kind.to_owned(), kind.to_ascii_lowercase(), kind.to_ascii_uppercase()];
    if kind.to_ascii_lowercase().starts_with("multipart/") {
        all.extend(MULTIPARTS.map(str::to_owned));
    }
    if kind.eq_ignore_ascii_case("text/plain") || kind.eq_ignore_ascii_case("text/html") {
        all.extend(["text/plain", "text/html", "Text/Plain", "Text/Html"].map(str::to_owned));
    }
    all
}

fn parameter_forms(parameter: &str) -> Vec<String> {
    let Some((name, value)) = parameter.split_once('=') else { return Vec::new() };
    let bare = value.trim_matches('"');
    let mut values = vec![bare.to_owned(), bare.to_ascii_lowercase(), bare.to_ascii_uppercase()];
    if name.trim().eq_ignore_ascii_case("charset") {
        values.extend(CHARSETS.map(str::to_owned));
    }
    let names = [name.to_owned(), name.to_ascii_lowercase(), name.to_ascii_uppercase()];
    let mut all: Vec<String> =
        values.iter().flat_map(|value| [format!("{name}={value}"), format!("{name}=\"{value}\"")]).collect();
    all.extend(names.iter().map(|name| format!("{name}={value}")));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_in_other_words() {
        let all = forms(b" text/plain; charset=\"UTF-8\"; format=flowed");
        for wanted in [
            " text/plain; charset=UTF-8; format=flowed",
            " text/plain; charset=\"UTF-8\"",
            " text/plain;charset=\"UTF-8\";format=flowed",
            " TEXT/PLAIN; charset=\"UTF-8\"; format=flowed",
            " text/plain; format=flowed; charset=\"UTF-8\"",
            " text/plain; charset=iso-8859-1; format=flowed",
        ] {
            assert!(all.iter().any(|variant| variant.value == wanted.as_bytes()), "{wanted}");
        }
        assert!(
            forms(b" multipart/mixed; boundary=b").iter().any(|is| is.value == b" multipart/alternative; boundary=b")
        );
    }
}
