//! Reads macro strings, one function per production (RFC 7208 §7.1).

use super::lexer::Token;
use super::macro_string::{Delimiters, MacroExpand, MacroLetter, MacroString, Segment};
use super::parse_error::{ErrorKind, ParseError};

/// Where a macro string stands: it decides which letters it may use (§7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Term,
    Explanation,
}

/// `macro-string = *( macro-expand / macro-literal )`
pub(super) fn macro_string(token: Token<'_>, place: Place) -> Result<MacroString, Box<ParseError>> {
    let mut segments = Vec::new();
    let mut rest = token;
    while !rest.is_empty() {
        let (literal, after) = rest.until(b'%');
        if !literal.is_empty() {
            segments.push(Segment::Literal(literal.as_str().into()));
        }
        rest = after;
        if !rest.is_empty() {
            let (segment, after) = macro_expand(rest, place)?;
            segments.push(segment);
            rest = after;
        }
    }
    Ok(MacroString { segments })
}

/// `macro-expand = ( "%{" macro-letter transformers *delimiter "}" ) / "%%" / "%_" / "%-"`
fn macro_expand(token: Token<'_>, place: Place) -> Result<(Segment, Token<'_>), Box<ParseError>> {
    let (sign, rest) = token.split_at(2);
    let segment = match sign.text {
        b"%%" => Segment::Percent,
        b"%_" => Segment::Space,
        b"%-" => Segment::EncodedSpace,
        b"%{" => {
            let (inner, after) = rest.until(b'}');
            let Some(after) = after.after(b'}') else { return token.error(ErrorKind::UnclosedMacro) };
            return Ok((Segment::Macro(braced(inner, place)?), after));
        }
        _ => return sign.error(ErrorKind::LonePercent),
    };
    Ok((segment, rest))
}

/// What stands between the braces.
fn braced(token: Token<'_>, place: Place) -> Result<MacroExpand, Box<ParseError>> {
    let (first, rest) = token.split_at(1);
    let (letter, url_escape) = macro_letter(first, place)?;
    let (parts, rest) = digits(rest)?;
    let (reversal, rest) = rest.run(|b| b.eq_ignore_ascii_case(&b'r'));
    if reversal.text.len() > 1 {
        return reversal.split_at(1).1.error(ErrorKind::BadTransformer { character: 'r' });
    }
    let delimiters = delimiters(rest)?;
    Ok(MacroExpand { letter, url_escape, parts, reverse: !reversal.is_empty(), delimiters })
}

/// `macro-letter = "s" / "l" / "o" / "d" / "i" / "p" / "h" / "c" / "r" / "t" / "v"`
fn macro_letter(token: Token<'_>, place: Place) -> Result<(MacroLetter, bool), Box<ParseError>> {
    let byte = token.first().unwrap_or(b'}');
    let character = char::from(byte);
    match MacroLetter::from_byte(byte) {
        // RFC 7208 §7.2: c, r and t are for explanations only.
        Some(letter) if letter.is_for_explanation() && place == Place::Term => {
            token.error(ErrorKind::ExplanationOnlyLetter { letter: character })
        }
        Some(letter) => Ok((letter, byte.is_ascii_uppercase())),
        None => token.error(ErrorKind::UnknownMacroLetter { letter: character }),
    }
}

/// The `*DIGIT` of `transformers`; a number too large for any value keeps all parts.
fn digits(token: Token<'_>) -> Result<(Option<u32>, Token<'_>), Box<ParseError>> {
    let (digits, rest) = token.run(|b| b.is_ascii_digit());
    if digits.is_empty() {
        return Ok((None, rest));
    }
    let number = digits.text.iter().fold(0u32, |n, digit| n.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
    // RFC 7208 §7.3: "the value MUST be non-zero".
    if number == 0 { digits.error(ErrorKind::ZeroParts) } else { Ok((Some(number), rest)) }
}

/// `*delimiter`, up to the closing brace.
fn delimiters(token: Token<'_>) -> Result<Delimiters, Box<ParseError>> {
    let mut set = Delimiters::default();
    let mut rest = token;
    while let Some(byte) = rest.first() {
        let (one, after) = rest.split_at(1);
        let Some(with) = set.with(byte) else {
            return one.error(ErrorKind::BadTransformer { character: char::from(byte) });
        };
        set = with;
        rest = after;
    }
    Ok(set)
}
