//! Names that an address was given by a machine.

use deliverability_core::reverse_dns::{self, PieceKind};
use pyo3::prelude::*;

use crate::field::core_words;
use crate::input::{Address, Domain};
use crate::span::Span;
use crate::value::value_class;

core_words! {
    PieceKind = "PieceKind";
}

value_class! {
    /// What in a host name looks made by a machine from its address, piece by piece.
    GenericName {
        /// The name, which the spans of the pieces index.
        text: String,
        /// What was found, the strongest first; what speaks against it has a weight below zero.
        pieces: Vec<NamePiece>,
        /// The weights added up, those below zero as far as -4.
        score: i32,
        /// Whether the score reaches 4.
        is_generic: bool,
        /// Whether it speaks of mail: somebody may have set it up for a mail server.
        speaks_of_mail: bool,
        /// What speaks for it, in words; `str(name)` too.
        why: String,
    } with {
        fn __str__(&self) -> &str {
            &self.why
        }

        /// The value as JSON text.
        fn to_json(&self) -> PyResult<String> {
            crate::field::Field::tree(self).to_json()
        }
    }
}

value_class! {
    /// One piece of a name, and what it says about it.
    NamePiece {
        /// Where it stands.
        span: Span,
        /// What it is.
        kind: PieceKind,
        /// What it adds to the score; below zero it speaks for a name given by hand.
        weight: i32,
    }
}

/// Whether a host name looks made by a machine from its address.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "read from Python")]
pub(crate) fn generic_name(name: Domain, ip: Address) -> GenericName {
    let found = reverse_dns::GenericName::of(&name.0, ip.0);
    let piece = |piece: &reverse_dns::Piece| NamePiece {
        span: Span::of_bytes(found.text().as_bytes(), piece.span),
        kind: piece.kind,
        weight: piece.weight,
    };
    GenericName {
        text: found.text().to_owned(),
        pieces: found.pieces().iter().map(piece).collect(),
        score: found.score(),
        is_generic: found.is_generic(),
        speaks_of_mail: found.speaks_of_mail(),
        why: found.to_string(),
    }
}
