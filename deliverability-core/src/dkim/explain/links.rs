//! Links that scanners rewrote, restored. Nearly all of them carry the link that they stand for: percent-encoded
//! (Microsoft's Safe Links, Barracuda, Cisco, Trend Micro, Trellix, Proofpoint's first form), in base64 (Sophos), or in one
//! of Proofpoint's own forms. Where they keep a number instead (Mimecast), nothing can be restored.

use memchr::memmem;

use super::encoding::hex_pair;

/// `https://` behind a percent-encoding, whose letters may be small.
const COLON: [&[u8]; 2] = [b"%3A%2F%2F", b"%3a%2f%2f"];
const URL_DEFENSE: &[u8] = b"https://urldefense.com/v3/__";
const URL_DEFENSE_2: &[u8] = b"https://urldefense.proofpoint.com/v2/url?u=";
/// `http` in base64.
const HTTP: &[u8] = b"aHR0c";
/// Letters that say how many characters were replaced (URL Defense).
const RUNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Whether there may be such a link.
pub(super) fn has_scanned(body: &[u8]) -> bool {
    let signs = [COLON[0], COLON[1], b"//urldefense.", HTTP];
    signs.iter().any(|sign| memmem::find(body, sign).is_some())
}

/// The body with its links as they were; `None` if none was rewritten.
pub(super) fn restored(body: &[u8]) -> Option<Vec<u8>> {
    with_links(body, original)
}

/// The same where the links stand in HTML, with `&` as an entity.
pub(super) fn restored_as_html(body: &[u8]) -> Option<Vec<u8>> {
    with_links(body, |link| original(link).map(|link| with_entities(&link)))
}

/// The same where the link stood in HTML or not, by what is around it.
pub(super) fn restored_in_both(body: &[u8]) -> Option<Vec<u8>> {
    let page = memmem::find(body, b"<html").or_else(|| memmem::find(body, b"<HTML"))?;
    let (text, page) = body.split_at_checked(page)?;
    let text = restored(text)?;
    Some([text, restored_as_html(page)?].concat())
}

fn original(link: &[u8]) -> Option<Vec<u8>> {
    url_defense(link).or_else(|| url_defense_2(link)).or_else(|| embedded(link)).or_else(|| in_base64(link))
}

fn with_entities(link: &[u8]) -> Vec<u8> {
    let escaped = link.iter().flat_map(|byte| if *byte == b'&' { &b"&amp;"[..] } else { core::slice::from_ref(byte) });
    escaped.copied().collect()
}

fn with_links(body: &[u8], original: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut before = Vec::with_capacity(body.len());
    let mut rest = body;
    let mut found = false;
    while let Some(at) = memmem::find(rest, b"https://") {
        let (text, link) = rest.split_at_checked(at)?;
        before.extend_from_slice(text);
        let end =
            link.iter().position(|byte| byte.is_ascii_whitespace() || b"\"'<>".contains(byte)).unwrap_or(link.len());
        let (link, behind) = link.split_at_checked(end)?;
        let original = original(link);
        found |= original.is_some();
        before.extend_from_slice(original.as_deref().unwrap_or(link));
        rest = behind;
    }
    before.extend_from_slice(rest);
    found.then_some(before)
}

/// The link stands percent-encoded within this one, up to the next parameter.
fn embedded(link: &[u8]) -> Option<Vec<u8>> {
    let colon = COLON.iter().filter_map(|colon| memmem::find(link, colon)).min()?;
    let before = link.get(..colon)?;
    let scheme = [&b"https"[..], b"http"].into_iter().find(|scheme| before.ends_with(scheme))?;
    let value = link.get(before.len().saturating_sub(scheme.len())..)?;
    let end = value.iter().position(|byte| *byte == b'&').unwrap_or(value.len());
    percent_decoded(value.get(..end)?)
}

fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut rest = text;
    let mut decoded = Vec::with_capacity(text.len());
    while let [byte, tail @ ..] = rest {
        let (octet, behind) = if *byte == b'%' { hex_pair(tail)? } else { (*byte, tail) };
        decoded.push(octet);
        rest = behind;
    }
    Some(decoded)
}

fn in_base64(link: &[u8]) -> Option<Vec<u8>> {
    let value = link.get(memmem::find(link, HTTP)?..)?;
    let end = value.iter().position(|byte| b"&=%/".contains(byte)).unwrap_or(value.len());
    data_encoding::BASE64_NOPAD.decode(value.get(..end)?).ok()
}

/// URL Defense 2: a hyphen for the percent sign, an underscore for the slash.
fn url_defense_2(link: &[u8]) -> Option<Vec<u8>> {
    let value = link.strip_prefix(URL_DEFENSE_2)?;
    let end = value.iter().position(|byte| *byte == b'&').unwrap_or(value.len());
    let other = |byte: &u8| match byte {
        b'-' => b'%',
        b'_' => b'/',
        byte => *byte,
    };
    percent_decoded(&value.get(..end)?.iter().map(other).collect::<Vec<u8>>())
}

/// URL Defense 3: the link stands between double underscores; an asterisk stands for a character that follows in base64,
/// two and a letter for several.
fn url_defense(link: &[u8]) -> Option<Vec<u8>> {
    let value = link.strip_prefix(URL_DEFENSE)?;
    let end = memmem::find(value, b"__;")?;
    let behind = value.get(end.saturating_add(3)..)?;
    let replaced = behind.get(..memmem::find(behind, b"!!")?)?;
    let replaced: Vec<u8> = replaced.iter().copied().filter(|byte| *byte != b'=').collect();
    let replaced = data_encoding::BASE64URL_NOPAD.decode(&replaced).ok()?;
    let (mut original, mut left, mut rest) = (Vec::new(), &replaced[..], value.get(..end)?);
    while let [byte, tail @ ..] = rest {
        let (count, tail) = match (byte, tail) {
            (b'*', [b'*', run, tail @ ..]) => (RUNS.iter().position(|letter| letter == run)?.saturating_add(2), tail),
            (b'*', _) => (1, tail),
            _ => (0, tail),
        };
        let (now, later) = left.split_at_checked(count)?;
        original.extend_from_slice(if count == 0 { core::slice::from_ref(byte) } else { now });
        (left, rest) = (later, tail);
    }
    Some(original)
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

    #[test]
    fn each_scanner_keeps_the_link_in_its_way() {
        let links = [
            "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fa.example%2fb%3fc%3dd&c=E,1,x",
            "https://secure-web.cisco.com/1xyz/https%3A%2F%2Fa.example%2Fb%3Fc%3Dd",
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example_b-3Fc-3Dd&d=DwMFaQ",
            "https://urldefense.com/v3/__https://a.example/b*c=d__;Pw!!abc$",
            "https://eu.protection.sophos.com?d=a.example&u=aHR0cHM6Ly9hLmV4YW1wbGUvYj9jPWQ=&i=1",
        ];
        for link in links {
            let before = restored(link.as_bytes()).map(|before| String::from_utf8(before).unwrap());
            assert_eq!(before.as_deref(), Some("https://a.example/b?c=d"), "{link}");
        }
    }
}
