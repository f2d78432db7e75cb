//! Lists: what any answer means to any list of the catalogue, and any list file.

use core::net::Ipv4Addr;

use deliverability_core::dns::{Answer, DnsError, RecordData, Response, Text};
use deliverability_core::dnsbl::{List, ListAnswer, Role, catalogue, lists_from_toml};

/// A decoded answer holds what was answered and nothing else; a refusal, a foreign value and a
/// failure are never an entry.
pub fn dnsbl_decode(data: &[u8]) {
    let Some((&[which, kind], values)) = data.split_first_chunk::<2>() else { return };
    let list = &catalogue()[usize::from(which) % catalogue().len()];
    let addresses: Vec<Ipv4Addr> = values.as_chunks::<4>().0.iter().map(|octets| (*octets).into()).collect();
    let answer = answer(kind, &addresses, values);
    let said = list.decode(&answer);
    let has_foreign = addresses.iter().any(|value| !value.is_loopback());
    match &said {
        ListAnswer::Entry(codes) => {
            assert!(kind % 4 == 0 && !has_foreign && !codes.is_empty());
            for code in codes {
                assert!(addresses.contains(&code.address));
                let [a, b, c, d] = code.address.octets();
                assert!([a, b, c] != [127, 255, 255], "{code}: {}", list.zone());
                assert!(code.number.is_none_or(|number| number == d));
                assert!(code.meaning.is_some() || code.role == list.role());
            }
            let welcome = codes.iter().all(|code| code.role == Role::Welcome);
            assert!(!welcome || list.can_mean(Role::Welcome));
        }
        ListAnswer::NoEntry => assert!(kind % 4 == 0 && addresses.is_empty() || kind % 4 == 3),
        ListAnswer::Refused { .. } | ListAnswer::Foreign { .. } | ListAnswer::Failed(_) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(said, list.decode(&answer), "pure");
}

fn answer(kind: u8, addresses: &[Ipv4Addr], text: &[u8]) -> Answer {
    match kind % 4 {
        0 => Response::new(addresses.iter().copied().map(RecordData::A)).into_answer(),
        1 => Response::new([RecordData::Txt(Text::new(text))]).into_answer(),
        2 => Err(if kind > 127 { DnsError::Refused } else { DnsError::other(String::from_utf8_lossy(text)) }),
        _ => Response::nxdomain().into_answer(),
    }
}

/// Any list file: read, or refused at a place of the text, in words that can be shown.
pub fn list_file(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match lists_from_toml(text) {
        Ok(lists) => {
            assert!(lists.len() <= text.matches("zone").count());
            assert!(
                lists.iter().flat_map(List::codes).all(|rule| { rule.pattern.to_string().parse() == Ok(rule.pattern) })
            );
        }
        Err(error) => {
            assert!(error.line <= text.matches('\n').count() + 1, "{error}");
            assert!(error.span.start <= error.span.end && error.span.start <= text.len(), "{error}");
            assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
        }
    }
}
