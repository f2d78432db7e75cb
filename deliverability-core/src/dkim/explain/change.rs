//! What happened to a message after it was signed.

use core::fmt;

use crate::escaped::Escaped;

/// What happened to a body. All but the last three were proven: undone, the body has the hash that
/// was signed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyChange {
    /// Text was appended, as mailing lists do.
    Footer {
        /// Its octets, in the canonicalized body.
        octets: usize,
        /// Its first line.
        first_line: Vec<u8>,
    },
    /// Text was inserted in front of the end of the last MIME part.
    FooterInPart {
        /// Its octets.
        octets: usize,
        /// Its first line.
        first_line: Vec<u8>,
    },
    /// Text was inserted at the start of a MIME part, or of a page of HTML.
    BannerInPart {
        /// Its octets.
        octets: usize,
        /// Its first line.
        first_line: Vec<u8>,
    },
    /// Lines were put in front, such as a warning about outside mail.
    Banner {
        /// How many lines.
        lines: usize,
    },
    /// A line was added.
    LineAdded {
        /// Its number, from 1.
        line: usize,
    },
    /// An empty line was removed.
    LineRemoved {
        /// The line before which it stood, from 1.
        line: usize,
    },
    /// The body was made the first part of a new multipart body, as mailing lists do to put a footer beside it.
    MadeAPart,
    /// The text in front of the first MIME part was removed (RFC 2046 §5.1.1).
    Preamble,
    /// Long lines were broken.
    Wrapped,
    /// Tabs were changed to blanks.
    Tabs,
    /// A byte order mark at the start was added or removed.
    ByteOrderMark,
    /// Empty lines at the start were added or removed.
    LeadingLines,
    /// White space at the end of lines was added or removed.
    TrailingSpace {
        /// The only line that was changed, from 1; `None` if several were.
        line: Option<usize>,
    },
    /// Line ends were changed.
    LineEnds,
    /// The content transfer encoding was changed.
    TransferEncoding {
        /// What was signed, such as `8bit`, `quoted-printable` or `base64`.
        signed: &'static str,
    },
    /// The character set was changed.
    Charset {
        /// What was signed: `utf-8`, `iso-8859-1` or `windows-1252`.
        signed: &'static str,
    },
    /// `From ` at the start of a line became `>From `, as in mailbox files.
    FromQuoted,
    /// A dot at the start of lines was doubled or lost, as between broken SMTP implementations.
    Dots,
    /// Links were rewritten to lead through a scanner.
    Links,
    /// The body was signed under the other canonicalization than `c=` says.
    OtherCanonicalization,
    /// An empty body was signed.
    Emptied,
    /// The body is shorter than `l=` says.
    Shorter {
        /// What `l=` says.
        signed: u64,
        /// The octets of the canonicalized body.
        octets: u64,
    },
    /// Something else.
    Unknown,
    /// Something else, or one of the changes that [`Limits::explained_passes`] left no room to look for
    /// in so large a body.
    ///
    /// [`Limits::explained_passes`]: super::super::Limits::explained_passes
    PartlySearched,
    /// The body is too large to be searched, or too many different ones were signed.
    NotSearched,
}

impl BodyChange {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Footer { .. } => "dkim.body-changed.footer",
            Self::FooterInPart { .. } => "dkim.body-changed.footer-in-part",
            Self::Banner { .. } => "dkim.body-changed.banner",
            Self::BannerInPart { .. } => "dkim.body-changed.banner-in-part",
            Self::LineAdded { .. } => "dkim.body-changed.line-added",
            Self::LineRemoved { .. } => "dkim.body-changed.line-removed",
            Self::MadeAPart => "dkim.body-changed.made-a-part",
            Self::Preamble => "dkim.body-changed.preamble",
            Self::Wrapped => "dkim.body-changed.wrapped",
            Self::Tabs => "dkim.body-changed.tabs",
            Self::ByteOrderMark => "dkim.body-changed.byte-order-mark",
            Self::LeadingLines => "dkim.body-changed.leading-lines",
            Self::TrailingSpace { .. } => "dkim.body-changed.trailing-space",
            Self::LineEnds => "dkim.body-changed.line-ends",
            Self::TransferEncoding { .. } => "dkim.body-changed.transfer-encoding",
            Self::Charset { .. } => "dkim.body-changed.charset",
            Self::FromQuoted => "dkim.body-changed.from-quoted",
            Self::Dots => "dkim.body-changed.dots",
            Self::Links => "dkim.body-changed.links",
            Self::OtherCanonicalization => "dkim.body-changed.other-canonicalization",
            Self::Emptied => "dkim.body-changed.signed-empty",
            Self::Shorter { .. } => "dkim.body-changed.shorter",
            Self::Unknown => "dkim.body-changed",
            Self::PartlySearched => "dkim.body-changed.partly-searched",
            Self::NotSearched => "dkim.body-changed.not-searched",
        }
    }

    /// What to do, as one sentence.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Footer { .. }
            | Self::FooterInPart { .. }
            | Self::Banner { .. }
            | Self::BannerInPart { .. }
            | Self::LineAdded { .. }
            | Self::MadeAPart
            | Self::Links => {
                "Add such text before the message is signed, or sign again behind what adds it; a mailing list \
                 rewrites From and signs with its own domain."
            }
            Self::LeadingLines
            | Self::TrailingSpace { .. }
            | Self::Tabs
            | Self::LineRemoved { .. }
            | Self::Preamble => "Sign with c=relaxed/relaxed, and behind whatever reformats the message.",
            Self::TransferEncoding { .. } | Self::Charset { .. } => {
                "Encode the body as quoted-printable or base64 before it is signed: then no server on the way has \
                 to (RFC 6376 §5.3)."
            }
            Self::Wrapped => {
                "Keep lines within 78 characters, or encode the body as quoted-printable, before it is signed (RFC 5322 \
                 §2.1.1)."
            }
            Self::LineEnds | Self::FromQuoted | Self::Dots | Self::ByteOrderMark => {
                "Sign the message as it goes over the wire, with CR LF line ends, and mend the program that changes \
                 it (RFC 6376 §5.3)."
            }
            Self::OtherCanonicalization | Self::Emptied => {
                "Mend the signing software: it hashed another body than the one it sent."
            }
            Self::Shorter { .. } => "Do not use l=, and find out where the message is cut.",
            Self::Unknown | Self::PartlySearched | Self::NotSearched => {
                "Compare the message as it was sent with the one that arrived, and sign behind the last program \
                 that changes it."
            }
        }
    }
}

impl fmt::Display for BodyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Footer { octets, first_line } => {
                write!(f, "{octets} octets were appended to the body, from \"{}\" on", Escaped(first_line))
            }
            Self::FooterInPart { octets, first_line } => {
                write!(f, "{octets} octets were put in at the end of a MIME part, from \"{}\" on", Escaped(first_line))
            }
            Self::Banner { lines } => write!(f, "{lines} lines were put in front of the body"),
            Self::BannerInPart { octets, first_line } => {
                write!(
                    f,
                    "{octets} octets were put in at the start of a MIME part, from \"{}\" on",
                    Escaped(first_line)
                )
            }
            Self::LineRemoved { line } => write!(f, "an empty line before line {line} of the body was removed"),
            Self::MadeAPart => f.write_str("the body was made a part of a new multipart body"),
            Self::Preamble => f.write_str("the text in front of the first MIME part was removed"),
            Self::Wrapped => f.write_str("long lines of the body were broken"),
            Self::Tabs => f.write_str("tabs in the body were changed to blanks"),
            Self::ByteOrderMark => f.write_str("a byte order mark at the start of the body was added or removed"),
            Self::LineAdded { line } => write!(f, "line {line} of the body was added"),
            Self::LeadingLines => f.write_str("empty lines at the start of the body were added or removed"),
            Self::TrailingSpace { line: Some(line) } => {
                write!(f, "white space at the end of line {line} of the body was added or removed")
            }
            Self::TrailingSpace { line: None } => {
                f.write_str("white space at the end of lines of the body was changed")
            }
            Self::LineEnds => f.write_str("line ends of the body were changed"),
            Self::TransferEncoding { signed } => {
                write!(f, "the content transfer encoding was changed; {signed} was signed")
            }
            Self::Charset { signed } => write!(f, "the character set was changed; {signed} was signed"),
            Self::FromQuoted => {
                f.write_str("\"From \" at the start of a line of the body was changed to or from \">From \"")
            }
            Self::Dots => f.write_str("dots at the start of lines of the body were doubled or lost"),
            Self::Links => f.write_str("links in the body were rewritten to lead through a scanner"),
            Self::OtherCanonicalization => {
                f.write_str("the body was signed under another canonicalization than c= says")
            }
            Self::Emptied => f.write_str("an empty body was signed, and this one is not empty"),
            Self::Shorter { signed, octets } => {
                write!(f, "l= says that {signed} octets of the body are signed, and it has {octets} only")
            }
            Self::Unknown => f.write_str("the body was changed in a way that is not known"),
            Self::PartlySearched => {
                f.write_str("the body was changed; the most likely changes were searched for, and it was none of them")
            }
            Self::NotSearched => f.write_str("the body was changed; how was not searched for"),
        }
    }
}

/// What happened to the signed header fields. [`HeaderChange::Copied`], [`HeaderChange::Removed`],
/// [`HeaderChange::FromRewritten`] and [`HeaderChange::Unknown`] may be what the message says; the
/// others were proven: undone, the fields have the hash that was signed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderChange {
    /// Text was put into the subject, as mailing lists and spam filters do.
    SubjectPrefix {
        /// The text.
        prefix: Vec<u8>,
    },
    /// A field was added whose name is signed.
    Added {
        /// Its name.
        name: String,
    },
    /// A signed field was removed. Proven if its value could be guessed.
    Removed {
        /// Its name.
        name: String,
        /// Whether the hash confirms it.
        proven: bool,
    },
    /// A field was folded anew, which `simple` does not tolerate.
    Refolded {
        /// Its name.
        name: String,
    },
    /// `From` was rewritten, as mailing lists do for DMARC. Proven if the one that was signed could be found.
    FromRewritten {
        /// Whether the hash confirms it.
        proven: bool,
    },
    /// The date was written in another way: the same instant.
    Date,
    /// Text was put into encoded words, or into others (RFC 2047).
    EncodedWords {
        /// The field's name.
        name: String,
    },
    /// An address was added to a field.
    AddressAdded {
        /// The field's name.
        name: String,
    },
    /// The name of a field has other capitals, which `simple` does not tolerate.
    NameCase {
        /// The name as it is now.
        name: String,
    },
    /// A field was given another value, and the one that was signed stands in another field.
    Replaced {
        /// The field's name.
        name: String,
        /// Where the signed value stands.
        kept_in: String,
    },
    /// The signature's own field was changed.
    Signature {
        /// The tag that was changed or added; empty for blanks.
        tag: String,
    },
    /// Addresses were written in another way, such as with quotes around a display name.
    Quotes {
        /// The field's name.
        name: String,
    },
    /// Fields of one name were put into another order.
    Reordered {
        /// Their name.
        name: String,
    },
    /// The content transfer encoding or type was changed.
    Mime {
        /// The field's name.
        name: String,
    },
    /// `h=` names DKIM-Signature, and the signature itself was hashed as a field (RFC 6376 §3.5).
    SignsItself,
    /// Fields differ from the copies in `z=`. Proven if the copies have the hash that was signed.
    Copied {
        /// Their names.
        names: Vec<String>,
        /// Whether the hash confirms it.
        proven: bool,
    },
    /// Something else, in one of the signed fields.
    Unknown,
}

impl HeaderChange {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SubjectPrefix { .. } => "dkim.header-changed.subject-prefix",
            Self::Added { .. } => "dkim.header-changed.field-added",
            Self::Removed { .. } => "dkim.header-changed.field-removed",
            Self::Refolded { .. } => "dkim.header-changed.refolded",
            Self::FromRewritten { .. } => "dkim.header-changed.from-rewritten",
            Self::Date => "dkim.header-changed.date",
            Self::EncodedWords { .. } => "dkim.header-changed.encoded-words",
            Self::AddressAdded { .. } => "dkim.header-changed.address-added",
            Self::NameCase { .. } => "dkim.header-changed.name-case",
            Self::Signature { .. } => "dkim.header-changed.signature",
            Self::Quotes { .. } => "dkim.header-changed.quotes",
            Self::Reordered { .. } => "dkim.header-changed.reordered",
            Self::Mime { .. } => "dkim.header-changed.mime",
            Self::SignsItself => "dkim.header-changed.signs-itself",
            Self::Copied { .. } | Self::Replaced { .. } => "dkim.header-changed.field-altered",
            Self::Unknown => "dkim.header-changed",
        }
    }

    /// What to do, as one sentence.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::SubjectPrefix { .. } | Self::FromRewritten { .. } | Self::AddressAdded { .. } => {
                "What changes the header signs the message anew with its own domain; a mailing list that rewrites \
                 From does."
            }
            Self::Refolded { .. }
            | Self::Quotes { .. }
            | Self::Reordered { .. }
            | Self::Date
            | Self::EncodedWords { .. }
            | Self::NameCase { .. }
            | Self::Signature { .. } => "Sign with c=relaxed/relaxed, and behind whatever reformats the header.",
            Self::Added { .. } | Self::Removed { .. } => {
                "Sign behind the last program that adds or removes fields, and leave fields out of h= that others \
                 may change (RFC 6376 §5.4.1)."
            }
            Self::Mime { .. } => {
                "Encode the body before it is signed: then no server on the way has to (RFC 6376 §5.3)."
            }
            Self::SignsItself => "Take DKIM-Signature out of h=, or mend the signing software.",
            Self::Copied { .. } | Self::Replaced { .. } | Self::Unknown => {
                "Compare the signed fields as they were sent with those that arrived, and sign behind the last \
                 program that changes them."
            }
        }
    }
}

impl fmt::Display for HeaderChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: &'_ str| Escaped(name.as_bytes()).to_string();
        match self {
            Self::SubjectPrefix { prefix } => write!(f, "\"{}\" was put into the subject", Escaped(prefix)),
            Self::Added { name: of } => write!(f, "a {} field was added", name(of)),
            Self::Removed { name: of, proven: true } => write!(f, "the {} field was removed", name(of)),
            Self::Removed { name: of, proven: false } => {
                write!(f, "a signed field was changed; {} is signed and is not there: maybe it was removed", name(of))
            }
            Self::Refolded { name: of } => write!(f, "the {} field was folded anew", name(of)),
            Self::FromRewritten { proven: true } => f.write_str("the From field was rewritten"),
            Self::FromRewritten { proven: false } => {
                f.write_str("a signed field was changed; From is of a domain that did not sign: maybe it was rewritten")
            }
            Self::Quotes { name: of } => {
                write!(f, "the addresses of the {} field were written in another way", name(of))
            }
            Self::Date => f.write_str("the Date field was written in another way"),
            Self::EncodedWords { name: of } => {
                write!(f, "the text of the {} field was encoded in another way", name(of))
            }
            Self::AddressAdded { name: of } => write!(f, "an address was added to the {} field", name(of)),
            Self::NameCase { name: of } => write!(f, "the name of the {} field had other capitals", name(of)),
            Self::Replaced { name: of, kept_in } => {
                write!(f, "the {} field was replaced; what was signed stands in {}", name(of), name(kept_in))
            }
            Self::Signature { tag } if tag.is_empty() => {
                f.write_str("blanks in the signature's own field were changed")
            }
            Self::Signature { tag } => write!(f, "{}= of the signature itself was changed or added", name(tag)),
            Self::Reordered { name: of } => write!(f, "the {} fields were put into another order", name(of)),
            Self::Mime { name: of } => write!(f, "the {} field was changed", name(of)),
            Self::SignsItself => {
                f.write_str("h= names DKIM-Signature, and the signature was hashed as a field of its own")
            }
            Self::Copied { names, proven } => {
                let names = names.iter().map(|of| name(of)).collect::<Vec<_>>().join(", ");
                write!(f, "not as it was signed (z= has a copy): {names}")?;
                f.write_str(if *proven { "" } else { "; something else was changed too" })
            }
            Self::Unknown => f.write_str("a signed header field was changed, and it is not known which"),
        }
    }
}
