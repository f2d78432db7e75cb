//! Dates that mean the same (RFC 5322 §3.3).

use super::{Variant, change::HeaderChange};

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Zones that are written as words.
const WORDS: [&str; 5] = ["GMT", "UT", "UTC", "Z", "-0000"];
/// Comments behind the zone.
const COMMENTS: [&str; 15] =
    ["UTC", "GMT", "CET", "CEST", "BST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "IST", "JST"];

/// The same instant, as others write it.
pub(in super::super) fn same(value: &[u8]) -> Vec<Variant> {
    let text = String::from_utf8_lossy(value);
    let Some(date) = Date::of(&text) else { return Vec::new() };
    let mut all = date.written(date.zone, &date.zone_word());
    all.extend(
        COMMENTS.iter().flat_map(|comment| date.written(date.zone, &format!("{} ({comment})", date.zone_word()))),
    );
    all.extend(WORDS.iter().flat_map(|word| date.written(0, word)));
    for quarter in (-48..=56).filter(|quarter| quarter % 2 == 0) {
        let minutes = quarter * 15;
        all.extend(date.written(minutes, &offset(minutes)));
    }
    let variants =
        all.into_iter().map(|value| Variant { value: format!(" {value}").into_bytes(), change: HeaderChange::Date });
    variants.filter(|variant| variant.value != value).collect()
}

struct Date {
    /// Seconds since 1970.
    seconds: i64,
    /// Minutes east of Greenwich.
    zone: i64,
    has_seconds: bool,
}

impl Date {
    fn of(text: &str) -> Option<Self> {
        let text = text.split('(').next()?;
        let text = text.split_once(',').map_or(text, |(_, rest)| rest);
        let mut words = text.split_ascii_whitespace();
        let day: i64 = words.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
        let month = words.next()?;
        let month = MONTHS.iter().position(|name| month.eq_ignore_ascii_case(name))?;
        let year: i64 = words.next()?.parse().ok().filter(|year| (1970..=9999).contains(year))?;
        let mut time = words.next()?.split(':').map(|part| part.parse::<i64>().ok().filter(|n| (0..=60).contains(n)));
        let (hour, minute) = (time.next()??, time.next()??);
        let second = time.next();
        let zone = zone(words.next()?)?;
        let days = days(year, i64::try_from(month).ok()?, day);
        let minutes = days * 1440 + hour * 60 + minute - zone;
        Some(Self { seconds: minutes * 60 + second.flatten().unwrap_or(0), zone, has_seconds: second.is_some() })
    }

    fn zone_word(&self) -> String {
        offset(self.zone)
    }

    /// With and without the day of the week, with one or two digits of the day.
    fn written(&self, zone: i64, word: &str) -> Vec<String> {
        let local = self.seconds + zone * 60;
        let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let name = |names: &[&'static str], n: i64| names.get(usize::try_from(n).unwrap_or(0)).copied().unwrap_or("");
        let (week, month) = (name(&DAYS, days.rem_euclid(7)), name(&MONTHS, month));
        let mut time = format!("{:02}:{:02}", second / 3600, second / 60 % 60);
        if self.has_seconds {
            time = format!("{time}:{:02}", second % 60);
        }
        let rest = format!("{month} {year} {time} {word}");
        let mut all = vec![format!("{week}, {day} {rest}"), format!("{day} {rest}")];
        if day < 10 {
            all.extend([format!("{week}, 0{day} {rest}"), format!("0{day} {rest}"), format!("{week},  {day} {rest}")]);
        }
        all
    }
}

fn zone(word: &str) -> Option<i64> {
    let digits = word.strip_prefix(['+', '-']);
    let Some(digits) = digits.filter(|digits| digits.len() == 4) else {
        return WORDS.contains(&word.to_ascii_uppercase().as_str()).then_some(0);
    };
    let n: i64 = digits.parse().ok()?;
    let minutes = n / 100 * 60 + n % 100;
    Some(if word.starts_with('-') { -minutes } else { minutes })
}

fn offset(minutes: i64) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// Days since 1970; months from 0.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years that start in March have their leap day at the end.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469
}

/// Year, month from 0, day.
fn civil(days: i64) -> (i64, i64, i64) {
    let mut year = 1970 + days.div_euclid(366);
    while self::days(year + 1, 0, 1) <= days {
        year += 1;
    }
    let month = (0..12).rev().find(|month| self::days(year, *month, 1) <= days).unwrap_or(0);
    (year, month, days - self::days(year, month, 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_many_names() {
        let all = same(b" Tue, 1 Mar 2028 00:30:00 +0100");
        let has = |value: &str| all.iter().any(|variant| variant.value == value.as_bytes());
        for wanted in [
            " Tue, 29 Feb 2028 23:30:00 +0000",
            " Tue, 29 Feb 2028 23:30:00 GMT",
            " 1 Mar 2028 00:30:00 +0100",
            " Wed, 01 Mar 2028 00:30:00 +0100",
            " Wed, 1 Mar 2028 00:30:00 +0100 (CET)",
            " Tue, 29 Feb 2028 15:30:00 -0800",
        ] {
            assert!(has(wanted), "{wanted}");
        }
        assert!(same(b" yesterday").is_empty());
    }

    #[test]
    fn days_and_dates() {
        assert_eq!((days(1970, 0, 1), days(2000, 1, 29), days(2026, 10, 20)), (0, 11_016, 20_777));
        assert!((0..40_000).step_by(13).all(|n| {
            let (year, month, day) = civil(n);
            days(year, month, day) == n
        }));
    }
}
