//! Links that scanners rewrote, restored: Microsoft's Safe Links and Proofpoint's URL Defense.

use memchr::memmem;

use super::encoding::hex_pair;

const SAFE_LINKS: &[u8] = b".safelinks.protection.outlook.com/?url=";
const URL_DEFENSE: &[u8] = b"https://urldefense.com/v3/__";

/// The body with its links as they were; `None` if none was rewritten.
pub(super) fn restored(body: &[u8]) -> Option<Vec<u8>> {
    let mut before = Vec::with_capacity(body.len());
    let mut rest = body;
    let mut found = false;
    while let Some(at) = memmem::find(rest, b"https://") {
        let (text, link) = rest.split_at_checked(at)?;
        before.extend_from_slice(text);
        let end =
            link.iter().position(|byte| byte.is_ascii_whitespace() || b"\"'<>".contains(byte)).unwrap_or(link.len());
        let (link, behind) = link.split_at_checked(end)?;
        let original = safe_links(link).or_else(|| url_defense(link));
        found |= original.is_some();
        before.extend_from_slice(original.as_deref().unwrap_or(link));
        rest = behind;
    }
    before.extend_from_slice(rest);
    found.then_some(before)
}

/// The link stands percent-encoded in a parameter.
fn safe_links(link: &[u8]) -> Option<Vec<u8>> {
    let at = memmem::find(link, SAFE_LINKS)?;
    let value = link.get(at.saturating_add(SAFE_LINKS.len())..)?;
    let end = value.iter().position(|byte| *byte == b'&').unwrap_or(value.len());
    let mut rest = value.get(..end)?;
    let mut original = Vec::with_capacity(end);
    while let [byte, tail @ ..] = rest {
        let (octet, behind) = if *byte == b'%' { hex_pair(tail)? } else { (*byte, tail) };
        original.push(octet);
        rest = behind;
    }
    Some(original)
}

/// The link stands between double underscores, if nothing of it had to be replaced.
fn url_defense(link: &[u8]) -> Option<Vec<u8>> {
    let value = link.strip_prefix(URL_DEFENSE)?;
    let end = memmem::find(value, b"__;!!")?;
    value.get(..end).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_restored() {
        let body = b"see https://nam02.safelinks.protection.outlook.com/?url=http%3A%2F%2Fa.example%2F&data=1 and\r\n\
            <https://urldefense.com/v3/__https://b.example/c__;!!xyz$> https://d.example\r\n";
        let before = restored(body).unwrap();
        assert_eq!(before, b"see http://a.example/ and\r\n<https://b.example/c> https://d.example\r\n");
        assert_eq!(restored(b"https://d.example"), None);
    }
}
