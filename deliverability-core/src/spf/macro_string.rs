//! Macro strings as their grammar writes them (RFC 7208 §7.1, §7.2).

use core::fmt::{self, Write as _};
use core::str::FromStr;

use super::lexer::Token;
use super::macro_parser::{self, Place};
use super::parse_error::ParseError;

/// A `macro-string`: literal text and macros, in order (§7.1).
///
/// ```
/// use deliverability_core::spf::MacroString;
/// let text: MacroString = "%{ir}.%{v}._spf.%{d2}".parse()?;
/// assert_eq!(text.segments.len(), 5);
/// assert_eq!(text.to_string(), "%{ir}.%{v}._spf.%{d2}");
/// # Ok::<(), deliverability_core::spf::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MacroString {
    /// The pieces, in order; no two literals stand side by side after parsing.
    pub segments: Vec<Segment>,
}

impl MacroString {
    /// Reads an `explain-string`: spaces and the letters `c`, `r` and `t` are allowed (§6.2, §7.2).
    ///
    /// # Errors
    ///
    /// What is wrong and where, in bytes of `text`.
    pub fn parse_explanation(text: &[u8]) -> Result<Self, ParseError> {
        let text = Token::visible(text, Some(b' ')).map_err(|error| *error)?;
        macro_parser::macro_string(text, Place::Explanation).map_err(|error| *error)
    }

    /// The macros among the segments.
    pub fn macros(&self) -> impl Iterator<Item = &MacroExpand> {
        self.segments.iter().filter_map(|s| if let Segment::Macro(expand) = s { Some(expand) } else { None })
    }

    /// Whether the text changes with the sender's local part (`%{s}`, `%{l}`).
    pub fn uses_local_part(&self) -> bool {
        self.macros().any(|m| matches!(m.letter, MacroLetter::Sender | MacroLetter::LocalPart))
    }

    /// Whether the text needs the client's validated name (`%{p}`), which takes DNS queries.
    pub fn uses_validated_name(&self) -> bool {
        self.macros().any(|m| m.letter == MacroLetter::ValidatedName)
    }

    /// Whether every client and sender of the domain gets the same expansion.
    pub(super) fn is_fixed(&self) -> bool {
        self.macros().all(|m| matches!(m.letter, MacroLetter::Domain | MacroLetter::SenderDomain))
    }
}

impl FromStr for MacroString {
    type Err = ParseError;

    /// Reads a `macro-string` as terms hold it: no spaces, none of the letters `c`, `r`, `t`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = Token::visible(text.as_bytes(), None).map_err(|error| *error)?;
        macro_parser::macro_string(text, Place::Term).map_err(|error| *error)
    }
}

impl fmt::Display for MacroString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments.iter().try_for_each(|segment| segment.fmt(f))
    }
}

/// One piece of a [`MacroString`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Text that stands for itself; it holds no percent sign.
    Literal(Box<str>),
    /// `%%`: a percent sign.
    Percent,
    /// `%_`: a space.
    Space,
    /// `%-`: a URL-encoded space, `%20`.
    EncodedSpace,
    /// `%{...}`.
    Macro(MacroExpand),
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Percent => f.write_str("%%"),
            Self::Space => f.write_str("%_"),
            Self::EncodedSpace => f.write_str("%-"),
            Self::Macro(expand) => expand.fmt(f),
        }
    }
}

/// `%{letter transformers delimiters}` (§7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MacroExpand {
    /// What is expanded.
    pub letter: MacroLetter,
    /// The letter is upper case: the value is URL-escaped (§7.3).
    pub url_escape: bool,
    /// How many parts are kept, from the right; all without. Never 0.
    pub parts: Option<u32>,
    /// `r`: the parts are reversed before any is dropped.
    pub reverse: bool,
    /// Where the value is split; at dots when none is given.
    pub delimiters: Delimiters,
}

impl fmt::Display for MacroExpand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = self.letter.as_char();
        write!(f, "%{{{}", if self.url_escape { letter.to_ascii_uppercase() } else { letter })?;
        if let Some(parts) = self.parts {
            parts.fmt(f)?;
        }
        if self.reverse {
            f.write_char('r')?;
        }
        write!(f, "{}}}", self.delimiters)
    }
}

/// Declares the macro letters of §7.2.
macro_rules! macro_letters {
    ($($(#[$doc:meta])* $variant:ident = $letter:literal,)+) => {
        /// What a macro stands for (§7.2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum MacroLetter { $($(#[$doc])* $variant,)+ }

        impl MacroLetter {
            /// Every letter, in the RFC's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The letter, in lower case.
            pub const fn as_char(self) -> char {
                match self { $(Self::$variant => $letter,)+ }
            }
        }
    };
}

macro_letters! {
    /// `s`: the sender.
    Sender = 's',
    /// `l`: the local part of the sender.
    LocalPart = 'l',
    /// `o`: the domain of the sender.
    SenderDomain = 'o',
    /// `d`: the domain whose record is evaluated.
    Domain = 'd',
    /// `i`: the client's address, dotted.
    Ip = 'i',
    /// `p`: the validated name of the client.
    ValidatedName = 'p',
    /// `v`: `in-addr` or `ip6`.
    Version = 'v',
    /// `h`: the HELO or EHLO name.
    Helo = 'h',
    /// `c`: the client's address for people; explanations only.
    ReadableIp = 'c',
    /// `r`: the receiving host; explanations only.
    Receiver = 'r',
    /// `t`: the time in seconds since 1970; explanations only.
    Timestamp = 't',
}

impl MacroLetter {
    /// Whether only an explanation may use it (§7.2).
    pub const fn is_for_explanation(self) -> bool {
        matches!(self, Self::ReadableIp | Self::Receiver | Self::Timestamp)
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        let letter = char::from(byte.to_ascii_lowercase());
        Self::ALL.iter().copied().find(|l| l.as_char() == letter)
    }
}

/// A set of the delimiters `. - + , / _ =` (§7.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Delimiters(u8);

impl Delimiters {
    const ALL: &'static [u8] = b".-+,/_=";

    /// Whether none is given: the dot is the default (§7.3).
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether values are split at `byte`.
    pub fn split_at(self, byte: u8) -> bool {
        if self.is_empty() { byte == b'.' } else { Self::bit(byte).is_some_and(|bit| self.0 & bit != 0) }
    }

    /// The set with `byte`; `None` if that is no delimiter.
    #[must_use]
    pub fn with(self, byte: u8) -> Option<Self> {
        Some(Self(self.0 | Self::bit(byte)?))
    }

    fn bit(byte: u8) -> Option<u8> {
        Self::ALL.iter().position(|b| *b == byte).map(|n| 1 << n)
    }
}

impl fmt::Display for Delimiters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = Self::ALL.iter().filter(|b| !self.is_empty() && self.split_at(**b));
        given.copied().try_for_each(|b| f.write_char(char::from(b)))
    }
}
