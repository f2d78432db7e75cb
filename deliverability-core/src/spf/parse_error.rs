//! Why a text is not an SPF record (RFC 7208 §4.6, §12).

use crate::span::Span;

/// Longest piece of foreign text in a message, in octets.
const MAX_SHOWN: usize = 60;

/// What is wrong with a record, and which of its bytes say so.
///
/// ```
/// use deliverability_core::spf::Record;
/// let error = "v=spf1 ipv4:192.0.2.1 -all".parse::<Record>().unwrap_err();
/// assert_eq!(error.span.range(), 7..11);
/// assert!(error.to_string().starts_with("\"ipv4\" is no mechanism"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the record.
    pub span: Span,
}

impl ParseError {
    /// Boxed, since what parses without an error would pay for its size.
    #[cold]
    #[allow(clippy::unnecessary_box_returns, reason = "results hold errors boxed")]
    pub(super) fn boxed(kind: ErrorKind, span: Span) -> Box<Self> {
        Box::new(Self { kind, span })
    }
}

/// What makes a text no SPF record. Foreign text in it is escaped and cut.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text does not start with the version (§4.5).
    #[error("an SPF record starts with \"v=spf1\", followed by a space or the end")]
    NoVersion,
    /// A control character, a tab or an octet outside ASCII (§3.1, §4.6.1).
    #[error(
        "octet {octet:#04x} is not allowed: terms are visible ASCII characters, separated by spaces (0x20) and nothing else"
    )]
    ForbiddenOctet {
        /// The octet.
        octet: u8,
    },
    /// An address stands where a term is expected (§4.6.1).
    #[error("\"{text}\" is an address, not a term; write {mechanism}:{text}")]
    BareAddress {
        /// The term.
        text: Box<str>,
        /// The mechanism that takes it: `ip4` or `ip6`.
        mechanism: &'static str,
    },
    /// What stands there starts like no term at all (§4.6.1).
    #[error(
        "\"{text}\" is no term; a term is a mechanism such as \"mx\" or a modifier such as \"redirect=example.org\""
    )]
    NotATerm {
        /// The term.
        text: Box<str>,
    },
    /// No mechanism has this name (§4.6.2, §5).
    #[error("\"{name}\" is no mechanism; mechanisms are all, include, a, mx, ptr, ip4, ip6 and exists")]
    UnknownMechanism {
        /// The name.
        name: Box<str>,
    },
    /// A modifier written like a mechanism (§6).
    #[error("{name} is a modifier, not a mechanism; write {name}=, without a qualifier")]
    ModifierAsMechanism {
        /// `redirect` or `exp`.
        name: &'static str,
    },
    /// A qualifier stands before a modifier (§4.6.1).
    #[error(
        "\"{name}=\" makes this a modifier, which takes no qualifier; put a space between the terms that were joined, or remove the qualifier"
    )]
    QualifiedModifier {
        /// The modifier's name.
        name: Box<str>,
    },
    /// `redirect` or `exp` stands twice (§6).
    #[error("{name}= stands twice; at most one is allowed")]
    DuplicateModifier {
        /// `redirect` or `exp`.
        name: &'static str,
    },
    /// A mechanism that needs an argument has none (§5).
    #[error("{mechanism} needs an argument; write {mechanism}: and {argument}, without a space")]
    MissingArgument {
        /// The mechanism's name.
        mechanism: &'static str,
        /// What it needs.
        argument: &'static str,
    },
    /// A mechanism is followed by something that it does not take (§5).
    #[error("\"{text}\" cannot follow {mechanism}; expected {expected}")]
    UnexpectedText {
        /// The mechanism's name.
        mechanism: &'static str,
        /// What stands behind the name.
        text: Box<str>,
        /// What may stand there.
        expected: &'static str,
    },
    /// Nothing stands where a domain name is expected (§7.1).
    #[error("a domain name is missing after {after:?}; write it without a space")]
    EmptyDomainSpec {
        /// `:` or `=`.
        after: char,
    },
    /// An address stands where a domain name is expected (§7.1).
    #[error("\"{text}\" is an address where a domain name is expected; write {mechanism}:{text}")]
    AddressAsDomain {
        /// The address.
        text: Box<str>,
        /// The mechanism that takes it: `ip4` or `ip6`.
        mechanism: &'static str,
    },
    /// A domain name of a single label (§7.1).
    #[error("\"{text}\" is no full domain name; it needs at least two labels, such as example.org")]
    SingleLabel {
        /// The domain name.
        text: Box<str>,
    },
    /// A domain name ends in what cannot be a top-level label (§7.1).
    #[error(
        "\"{label}\" cannot end a domain name; the last label has letters, digits and inner hyphens only, and is not all digits"
    )]
    BadTopLabel {
        /// The last label.
        label: Box<str>,
    },
    /// What follows `ip4:` or `ip6:` is no address of that family (§5.6).
    #[error("\"{text}\" is no {family} address; {family} addresses are written like {example}")]
    BadAddress {
        /// What stands there.
        text: Box<str>,
        /// `IPv4` or `IPv6`.
        family: &'static str,
        /// A well-formed one.
        example: &'static str,
    },
    /// A prefix length that is no number up to the family's size (§5.6).
    #[error("\"{text}\" is no prefix length; expected a number from 0 to {max}, without leading zeros")]
    BadPrefixLength {
        /// What stands there.
        text: Box<str>,
        /// 32 or 128.
        max: u8,
    },
    /// Prefix lengths in another order than `/ip4//ip6` (§5.6).
    #[error("\"{text}\" are no prefix lengths; write /24 for IPv4, //64 for IPv6, /24//64 for both")]
    BadDualCidr {
        /// What stands there.
        text: Box<str>,
    },
    /// A percent sign that starts no macro (§7.1).
    #[error("a percent sign must be followed by '{{', '%', '_' or '-'; write %% for the sign itself")]
    LonePercent,
    /// A macro without its closing brace (§7.1).
    #[error("a macro starts with \"%{{\" and is not closed with \"}}\"")]
    UnclosedMacro,
    /// No macro has this letter (§7.2).
    #[error("{letter:?} is no macro letter; expected one of s, l, o, d, i, p, h, v")]
    UnknownMacroLetter {
        /// What stands there.
        letter: char,
    },
    /// A macro letter that only an explanation may use (§7.2).
    #[error("the macro letter {letter:?} is allowed in explanation texts only")]
    ExplanationOnlyLetter {
        /// `c`, `r` or `t`, in either case.
        letter: char,
    },
    /// A macro keeps zero parts (§7.3).
    #[error("a macro cannot keep 0 parts; write a number from 1 up, or none")]
    ZeroParts,
    /// A character that a macro cannot hold at its place (§7.1).
    #[error(
        "{character:?} cannot stand here in a macro; after the letter come a number, then r, then delimiters of .-+,/_="
    )]
    BadTransformer {
        /// The character.
        character: char,
    },
}

/// Foreign text as a message may show it: escaped, and cut when long.
pub(super) fn shown(text: &[u8]) -> Box<str> {
    let cut = text.get(..MAX_SHOWN).unwrap_or(text);
    let mut shown = cut.escape_ascii().to_string();
    if cut.len() < text.len() {
        shown.push_str("...");
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::super::record::Record;

    /// The message for a record and the bytes it points at.
    fn error(record: &[u8]) -> (String, String) {
        let error = Record::parse(record).unwrap_err();
        (error.kind.to_string(), error.span.of(record).escape_ascii().to_string())
    }

    #[track_caller]
    fn assert_error(record: &str, at: &str, message: &str) {
        assert_eq!(error(record.as_bytes()), (message.to_owned(), at.to_owned()), "{record}");
    }

    #[test]
    fn the_place_is_part_of_the_message() {
        let error = "v=spf1 mx ipv4:192.0.2.1".parse::<Record>().unwrap_err();
        let message = "\"ipv4\" is no mechanism; mechanisms are all, include, a, mx, ptr, ip4, ip6 and exists";
        assert_eq!(error.to_string(), format!("{message} (at byte 10)"));
    }

    #[test]
    fn version_and_characters() {
        assert_error("spf1 -all", "spf1 -", "an SPF record starts with \"v=spf1\", followed by a space or the end");
        let forbidden = "octet 0x09 is not allowed: terms are visible ASCII characters, separated by spaces (0x20) and nothing else";
        assert_error("v=spf1 mx\t-all", "\\t", forbidden);
        let (message, at) = error("v=spf1 \u{2013}all".as_bytes());
        assert_eq!((message.replace("0xe2", "0x09"), at.as_str()), (forbidden.to_owned(), "\\xe2"));
    }

    #[test]
    fn terms_that_are_none() {
        assert_error(
            "v=spf1 192.0.2.0/24 -all",
            "192.0.2.0/24",
            "\"192.0.2.0/24\" is an address, not a term; write ip4:192.0.2.0/24",
        );
        assert_error(
            "v=spf1 2001:db8::1",
            "2001:db8::1",
            "\"2001:db8::1\" is an address, not a term; write ip6:2001:db8::1",
        );
        let no_term = "is no term; a term is a mechanism such as \"mx\" or a modifier such as \"redirect=example.org\"";
        assert_error("v=spf1 >>> -all", ">>>", &format!("\">>>\" {no_term}"));
        assert_error("v=spf1 =x", "=x", &format!("\"=x\" {no_term}"));
        assert_error("v=spf1 - all", "-", &format!("\"-\" {no_term}"));
        assert_error(
            "v=spf1 redirect:a.test",
            "redirect",
            "redirect is a modifier, not a mechanism; write redirect=, without a qualifier",
        );
        assert_error(
            "v=spf1 ~allx=y",
            "~allx=y",
            "\"allx=\" makes this a modifier, which takes no qualifier; put a space between the terms that were joined, or remove the qualifier",
        );
        assert_error("v=spf1 exp=a.test exp=b.test", "exp=b.test", "exp= stands twice; at most one is allowed");
    }

    #[test]
    fn arguments() {
        assert_error(
            "v=spf1 include: a.test",
            "include:",
            "include needs an argument; write include: and a domain name, without a space",
        );
        assert_error("v=spf1 ip4", "ip4", "ip4 needs an argument; write ip4: and an IPv4 address, without a space");
        assert_error(
            "v=spf1 -all.",
            "all.",
            "\"all.\" is no mechanism; mechanisms are all, include, a, mx, ptr, ip4, ip6 and exists",
        );
        assert_error("v=spf1 -all;", ";", "\";\" cannot follow all; expected nothing but a space");
        assert_error("v=spf1 ptr/24", "/24", "\"/24\" cannot follow ptr; expected a colon or nothing");
        assert_error("v=spf1 a;b", ";b", "\";b\" cannot follow a; expected a colon, a slash or nothing");
        assert_error("v=spf1 exists/24", "/24", "\"/24\" cannot follow exists; expected a colon");
        assert_error("v=spf1 a:/24", ":", "a domain name is missing after ':'; write it without a space");
        assert_error("v=spf1 exp= -all", "exp=", "a domain name is missing after '='; write it without a space");
    }

    #[test]
    fn domain_names() {
        assert_error(
            "v=spf1 include:192.0.2.1 -all",
            "192.0.2.1",
            "\"192.0.2.1\" is an address where a domain name is expected; write ip4:192.0.2.1",
        );
        assert_error(
            "v=spf1 a:museum.",
            "museum.",
            "\"museum.\" is no full domain name; it needs at least two labels, such as example.org",
        );
        let cannot = "cannot end a domain name; the last label has letters, digits and inner hyphens only, and is not all digits";
        assert_error("v=spf1 a:abc.123 -all", "123", &format!("\"123\" {cannot}"));
        assert_error("v=spf1 a:%{d}.-com", "-com", &format!("\"-com\" {cannot}"));
        assert_error("v=spf1 include:a.test?all", "test?all", &format!("\"test?all\" {cannot}"));
    }

    #[test]
    fn addresses_and_prefix_lengths() {
        assert_error(
            "v=spf1 ip4:192.0.2 -all",
            "192.0.2",
            "\"192.0.2\" is no IPv4 address; IPv4 addresses are written like 192.0.2.1",
        );
        assert_error(
            "v=spf1 ip6:1::2::3",
            "1::2::3",
            "\"1::2::3\" is no IPv6 address; IPv6 addresses are written like 2001:db8::1",
        );
        let number = |max: u8| format!("is no prefix length; expected a number from 0 to {max}, without leading zeros");
        assert_error("v=spf1 ip4:192.0.2.1/33", "33", &format!("\"33\" {}", number(32)));
        assert_error("v=spf1 ip4:192.0.2.1/024", "024", &format!("\"024\" {}", number(32)));
        assert_error("v=spf1 ip6:::/+1", "+1", &format!("\"+1\" {}", number(128)));
        assert_error("v=spf1 a//129", "129", &format!("\"129\" {}", number(128)));
        assert_error("v=spf1 mx/", "", &format!("\"\" {}", number(32)));
        assert_error(
            "v=spf1 a/24/64",
            "/24/64",
            "\"/24/64\" are no prefix lengths; write /24 for IPv4, //64 for IPv6, /24//64 for both",
        );
    }

    #[test]
    fn macros() {
        let lone = "a percent sign must be followed by '{', '%', '_' or '-'; write %% for the sign itself";
        assert_error("v=spf1 a:%(d).test", "%(", lone);
        assert_error("v=spf1 x=5%", "%", lone);
        assert_error("v=spf1 a:a.%{d", "%{d", "a macro starts with \"%{\" and is not closed with \"}\"");
        assert_error("v=spf1 a:%{x}.test", "x", "'x' is no macro letter; expected one of s, l, o, d, i, p, h, v");
        assert_error("v=spf1 a:%{R}.test", "R", "the macro letter 'R' is allowed in explanation texts only");
        assert_error("v=spf1 a:%{d0}.test", "0", "a macro cannot keep 0 parts; write a number from 1 up, or none");
        let order = "cannot stand here in a macro; after the letter come a number, then r, then delimiters of .-+,/_=";
        assert_error("v=spf1 a:%{dr2}.test", "2", &format!("'2' {order}"));
        assert_error("v=spf1 a:%{drr}.test", "r", &format!("'r' {order}"));
    }

    #[test]
    fn foreign_text_is_escaped_and_cut() {
        let (message, _) = error(format!("v=spf1 _\"{}", "x".repeat(100)).as_bytes());
        assert!(message.starts_with(r#""_\"xxxx"#) && message.contains("x...\" is no term"), "{message}");
    }
}
