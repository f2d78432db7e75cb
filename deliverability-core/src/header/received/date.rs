//! Dates as trace fields have them (RFC 5322 §3.3, obsolete forms §4.3), and as asctime writes them.

use super::lexer::find;
use crate::span::Span;

/// When a field was written, by the clock of the server that wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Seconds since 1970-01-01 00:00:00 UTC; negative before that. A leap second counts as the one
    /// before it.
    pub seconds: i64,
    /// Minutes east of UTC; `None` where the zone is missing, unknown or `-0000`, which all say that
    /// `seconds` was taken as UTC and the zone of the server is not known.
    pub offset: Option<i32>,
    /// Where it stands, without comments behind it.
    pub span: Span,
}

const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

/// The date that stands at or behind `at`, white space in front of it passed over.
pub(super) fn read(text: &[u8], at: usize) -> Option<DateTime> {
    let mut cursor = Cursor { text, at };
    cursor.skip_space();
    let start = cursor.at;
    cursor.day_name();
    let date = match cursor.text.get(cursor.at)? {
        byte if byte.is_ascii_digit() => cursor.iso8601().or_else(|| cursor.rfc5322()),
        _ => cursor.asctime(),
    }?;
    Some(DateTime { seconds: date.0, offset: date.1, span: Span::new(start, cursor.at) })
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    /// `day month year hour ":" minute [ ":" second ] zone`
    fn rfc5322(&mut self) -> Option<(i64, Option<i32>)> {
        let (day, _) = self.number(2)?;
        self.skip_hyphen();
        let month = self.month()?;
        self.skip_hyphen();
        let year = self.year()?;
        let time = self.time()?;
        let offset = self.zone();
        Some((seconds(year, month, day, time, offset.unwrap_or(0))?, offset))
    }

    /// `year "-" month "-" day hour ":" minute ":" second [ "." fraction ] zone`, as programs in Go write it.
    fn iso8601(&mut self) -> Option<(i64, Option<i32>)> {
        let is_iso = self.text.get(self.at.checked_add(4)?) == Some(&b'-');
        if !is_iso {
            return None;
        }
        let (year, _) = self.number(4)?;
        self.skip_hyphen();
        let (month, _) = self.number(2)?;
        self.skip_hyphen();
        let (day, _) = self.number(2)?;
        self.take(b'T');
        let time = self.time()?;
        let offset = self.zone();
        Some((seconds(year, month, day, time, offset.unwrap_or(0))?, offset))
    }

    /// `month day hour ":" minute ":" second [ zone ] year`
    fn asctime(&mut self) -> Option<(i64, Option<i32>)> {
        let month = self.month()?;
        let (day, _) = self.number(2)?;
        let time = self.time()?;
        let offset = self.zone();
        let year = self.year()?;
        let offset = offset.or_else(|| self.zone());
        Some((seconds(year, month, day, time, offset.unwrap_or(0))?, offset))
    }

    fn skip_space(&mut self) {
        self.at = find(self.text, self.at, |byte| !byte.is_ascii_whitespace());
    }

    fn skip_hyphen(&mut self) {
        self.take(b'-');
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.text.get(self.at) == Some(&byte);
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    fn letters(&mut self) -> &[u8] {
        let start = self.at;
        self.at = find(self.text, start, |byte| !byte.is_ascii_alphabetic());
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Passes over the name of the day, which says nothing that the date does not.
    fn day_name(&mut self) {
        let start = self.at;
        let is_day = [&b"mon"[..], b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
        let letters = self.letters();
        if !letters.get(..3).is_some_and(|head| is_day.iter().any(|day| day.eq_ignore_ascii_case(head))) {
            self.at = start;
        }
        self.take(b'.');
        self.take(b',');
        self.skip_space();
    }

    fn month(&mut self) -> Option<i64> {
        self.skip_space();
        let letters = self.letters();
        let head = letters.get(..3)?;
        let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(head))?;
        i64::try_from(month).ok()?.checked_add(1)
    }

    /// At most `most` digits, and how many there were.
    fn number(&mut self, most: usize) -> Option<(i64, usize)> {
        self.skip_space();
        let start = self.at;
        let end = find(self.text, start, |byte| !byte.is_ascii_digit()).min(start.saturating_add(most));
        let digits = self.text.get(start..end).filter(|digits| !digits.is_empty())?;
        self.at = end;
        let value = digits.iter().fold(0, |value: i64, digit| value * 10 + i64::from(digit - b'0'));
        Some((value, digits.len()))
    }

    fn year(&mut self) -> Option<i64> {
        let (year, digits) = self.number(4)?;
        // RFC 5322 §4.3: two digits are 2000 to 2049 and 1950 to 1999, three are counted from 1900.
        match digits {
            2 if year < 50 => Some(year + 2000),
            2 | 3 => Some(year + 1900),
            4 => Some(year),
            _ => None,
        }
    }

    /// The seconds of the day.
    fn time(&mut self) -> Option<i64> {
        let (hour, _) = self.number(2)?;
        self.take(b':').then_some(())?;
        let (minute, _) = self.number(2)?;
        let second = if self.take(b':') { self.number(2)?.0 } else { 0 };
        if self.take(b'.') {
            self.at = find(self.text, self.at, |byte| !byte.is_ascii_digit());
        }
        (hour < 24 && minute < 60 && second <= 60).then(|| hour * 3600 + minute * 60 + second.min(59))
    }

    /// The zone in minutes. What is no zone is left where it is.
    fn zone(&mut self) -> Option<i32> {
        let behind = self.at;
        self.skip_space();
        let start = self.at;
        let sign = match self.text.get(start) {
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(byte) if byte.is_ascii_alphabetic() => {
                let offset = named(self.letters());
                // A word that is no zone is no part of the date.
                if offset.is_none() && !is_zone_name(self.text.get(start..self.at).unwrap_or_default()) {
                    self.at = behind;
                }
                return offset;
            }
            _ => {
                self.at = behind;
                return None;
            }
        };
        self.at = start.saturating_add(1);
        let digits = self.number(4).filter(|(_, digits)| *digits == 4);
        let (hours, minutes) = digits.map(|(value, _)| (value / 100, value % 100))?;
        let minutes = i32::try_from(hours * 60 + minutes).ok().filter(|_| hours < 24 && minutes < 60)?;
        // RFC 5322 §3.3: -0000 says that the time is UTC and nothing about the server's zone.
        (sign > 0 || minutes != 0).then_some(sign * minutes)
    }
}

/// RFC 5322 §4.3, and JST, which large providers write. Other words may mean several zones, so they count
/// as unknown.
fn named(letters: &[u8]) -> Option<i32> {
    let hours = match letters.to_ascii_uppercase().as_slice() {
        b"UT" | b"UTC" | b"GMT" => 0,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"CST" | b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        b"JST" => 9,
        _ => return None,
    };
    Some(hours * 60)
}

/// The shape of a zone's abbreviation.
fn is_zone_name(letters: &[u8]) -> bool {
    letters.len() <= 5 && letters.iter().all(u8::is_ascii_uppercase)
}

/// Seconds since 1970 of a date in the Gregorian calendar; `None` if there is no such day.
fn seconds(year: i64, month: i64, day: i64, time: i64, offset: i32) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 31,
    };
    // Years are counted from March, so that the leap day is the last of its year.
    let (shifted, from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = shifted * 365 + shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400)
        + (153 * from_march + 2) / 5
        + day
        // The days from 1 March of the year 0 to 1 January 1970, and one as days count from one.
        - 719_469;
    ((1..=length).contains(&day) && (1..=12).contains(&month)).then(|| days * 86_400 + time - i64::from(offset) * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(i64, Option<i32>, &str)> {
        let date = read(text.as_bytes(), 0)?;
        Some((date.seconds, date.offset, core::str::from_utf8(date.span.of(text.as_bytes())).unwrap()))
    }

    #[test]
    fn dates_of_the_standard() {
        // RFC 5322 §3.3 and appendix A.
        assert_eq!(parsed("Thu, 01 Jan 1970 00:00:00 +0000").map(|date| date.0), Some(0));
        let date = "Fri, 21 Nov 1997 09:55:06 -0600";
        assert_eq!(parsed(date), Some((880_127_706, Some(-360), date)));
        assert_eq!(parsed(" 29 Feb 2004 23:59:60 +0530 (x)").unwrap().0, 1_078_079_399);
        assert_eq!(parsed("1 Nov 2003 07:05 -0000").unwrap().1, None);
    }

    #[test]
    fn obsolete_dates() {
        // RFC 5322 §4.3: names of zones, short years.
        assert_eq!(parsed("21 Nov 97 09:55:06 GMT").unwrap().0, 880_106_106);
        assert_eq!(parsed("21 Nov 97 09:55:06 CST"), Some((880_127_706, Some(-360), "21 Nov 97 09:55:06 CST")));
        assert_eq!(parsed("21 Nov 97 09:55:06 WST"), Some((880_106_106, None, "21 Nov 97 09:55:06 WST")));
        assert_eq!(parsed("1 Jan 00 0:0:0 Z").unwrap().0, 946_684_800);
        assert_eq!(parsed("1 Jan 105 0:0:0").unwrap().0, 1_104_537_600);
    }

    #[test]
    fn dates_as_servers_write_them() {
        assert_eq!(parsed("Thu, 6 May 2004 17:40:44-0500").unwrap().1, Some(-300));
        assert_eq!(parsed("Thu,29 Apr 2010 23:34:45 +0900").unwrap().0, 1_272_551_685);
        assert_eq!(parsed("Sun Nov 13 14:50:12 2005").unwrap().0, 1_131_893_412);
        assert_eq!(parsed("Sun Nov 13 14:50:12 PST 2005").unwrap().0, 1_131_893_412 + 8 * 3600);
        assert_eq!(parsed("13-Nov-2005 14:50:12 +0000").unwrap().0, 1_131_893_412);
        assert_eq!(parsed("2005-11-13 14:50:12.123 +0000 UTC m=+1").unwrap().0, 1_131_893_412);
        assert_eq!(parsed("Sun, 13 Nov 2005 14:50:12.5 +0000").unwrap().0, 1_131_893_412);
        assert_eq!(parsed("11 Dec 2010 02:07:06 +0900 id 0F1B").unwrap().2, "11 Dec 2010 02:07:06 +0900");
        assert_eq!(parsed("11 Dec 2010 02:07:06 id 0F1B").unwrap().2, "11 Dec 2010 02:07:06");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "Mon",
            "Mon, ",
            "31 Apr 2010 0:0",
            "29 Feb 1900 0:0",
            "0 Jan 2010 0:0",
            "1 Jan 2010 24:00",
            "1 Foo 2010",
            "1 Jan 2010",
            "1 Jan 5 0:0",
            "T=",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
