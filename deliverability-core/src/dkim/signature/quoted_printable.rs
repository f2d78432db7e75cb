//! DKIM-Quoted-Printable (RFC 6376 §2.11).

use crate::tag_list::is_white;

/// The octets: `=XX` is decoded, white space between is dropped. What is no escape stays.
pub(super) fn decode(text: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, escape(tail)) {
            (b'=', Some((octet, behind))) => {
                octets.push(octet);
                rest = behind;
            }
            (byte, _) if is_white(*byte) => {}
            (byte, _) => octets.push(*byte),
        }
    }
    octets
}

fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let [high, low, rest @ ..] = text else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let octet = digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?;
    Some((u8::try_from(octet).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_white_space_is_dropped() {
        assert_eq!(decode(b"=20a\r\n b=3Dc="), b" ab=c=");
        assert_eq!(decode(b"=zz=4"), b"=zz=4");
    }
}
