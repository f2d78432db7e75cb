//! What proposed records would change, for the senders that matter.

use super::check_host::CheckHost;
use super::evaluation::Evaluation;
use super::rewrite::{RecordChange, Rewrite};
use crate::dns::{Check, Known, Needed, Overlay, Query, RecordData, Step};
use crate::escaped::Escaped;

/// The verdicts of some senders before and after records are published.
///
/// A [`Check`] over live or recorded answers; nothing has to be published for it.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, spf::{CheckHost, RecordChange, WhatIf}};
///
/// let zone: Zone = r#"example.org TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ~all""#.parse()?;
/// let sender = |ip: [u8; 4]| CheckHost::new(ip.into(), "amy@example.org");
/// let what_if = WhatIf::of([sender([192, 0, 2, 1]), sender([192, 0, 2, 2])])
///     .publish(RecordChange::publish("example.org".parse()?, "v=spf1 ip4:192.0.2.1 -all"));
///
/// let outcome = what_if.in_zone(&zone);
/// let changed: Vec<_> = outcome.changed().map(|verdict| verdict.to_string()).collect();
/// assert_eq!(changed, ["192.0.2.2 amy@example.org: pass -> fail"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct WhatIf {
    senders: Vec<CheckHost>,
    changes: Vec<RecordChange>,
    sets: Vec<(Query, Vec<RecordData>)>,
}

impl WhatIf {
    /// Nothing proposed yet; these checks are run before and after.
    pub fn of(senders: impl IntoIterator<Item = CheckHost>) -> Self {
        Self { senders: senders.into_iter().collect(), changes: Vec::new(), sets: Vec::new() }
    }

    /// Proposes an SPF record in place of all SPF records at its name; other texts there stay.
    pub fn publish(mut self, change: RecordChange) -> Self {
        self.changes.push(change);
        self
    }

    /// Proposes all records of a rewrite.
    pub fn publish_all(mut self, rewrite: &Rewrite) -> Self {
        self.changes.extend(rewrite.changes().iter().cloned());
        self
    }

    /// Proposes the records of one type at a name, of any type, in place of all that stand there;
    /// none deletes them.
    pub fn publish_set(mut self, query: Query, records: impl IntoIterator<Item = RecordData>) -> Self {
        self.sets.push((query, records.into_iter().collect()));
        self
    }

    fn proposed<'a>(&self, known: &'a dyn Known) -> Result<Overlay<&'a dyn Known>, Query> {
        let mut overlay = Overlay::on(known);
        for (query, records) in &self.sets {
            overlay.lay(query.clone(), records.iter().cloned());
        }
        self.changes.iter().try_for_each(|change| change.lay(&mut overlay))?;
        Ok(overlay)
    }
}

impl Check for WhatIf {
    type Outcome = Compared;

    fn step(&self, known: &dyn Known) -> Step<Compared> {
        let mut needed = Needed::default();
        let before = self.senders.step(known).or_need(&mut needed);
        let after = match self.proposed(known) {
            Ok(proposed) => self.senders.step(&proposed).or_need(&mut needed),
            Err(missing) => {
                needed.extend(Needed::in_order([missing]).unwrap_or_default());
                None
            }
        };
        let (Some(before), Some(after)) = (before, after) else { return Step::Need(needed) };
        let verdicts = before.into_iter().zip(after).map(|(before, after)| Verdict { before, after });
        Step::Done(Compared { verdicts: verdicts.collect() })
    }
}

/// The outcome of a [`WhatIf`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Compared {
    verdicts: Vec<Verdict>,
}

impl Compared {
    /// Every sender's verdicts, in the order given.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Those whose result changes.
    pub fn changed(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().filter(|verdict| verdict.is_changed())
    }
}

/// One sender's verdict before and after. `Display` is a line: address, sender, both results.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verdict {
    before: Evaluation,
    after: Evaluation,
}

impl Verdict {
    /// As things stand.
    pub fn before(&self) -> &Evaluation {
        &self.before
    }

    /// With the proposed records.
    pub fn after(&self) -> &Evaluation {
        &self.after
    }

    /// Whether the result is another one.
    pub fn is_changed(&self) -> bool {
        self.before.result() != self.after.result()
    }
}

impl core::fmt::Display for Verdict {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let who = match self.before.sender() {
            "" => self.before.helo(),
            sender => sender,
        };
        let (before, after) = (self.before.result(), self.after.result());
        write!(f, "{} {}: {before} -> {after}", self.before.ip(), Escaped(who.as_bytes()))
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;
    use crate::dns::{Answers, Zone};

    fn sender(ip: [u8; 4]) -> CheckHost {
        CheckHost::new(ip.into(), "amy@a.test")
    }

    #[test]
    fn other_texts_stay_and_sets_go_as_a_whole() {
        let zone: Zone =
            "a.test TXT \"v=spf1 mx -all\"\na.test TXT other\na.test MX 1 m.test\nm.test A 192.0.2.1".parse().unwrap();
        let record = RecordChange::publish("a.test".parse().unwrap(), "v=spf1 exists:a.test mx -all");
        let what_if = WhatIf::of([sender([192, 0, 2, 1]), sender([192, 0, 2, 2])])
            .publish(record)
            .publish_set(Query::a("m.test".parse().unwrap()), [RecordData::A([192, 0, 2, 2].into())]);
        let compared = what_if.in_zone(&zone);
        let lines: Vec<_> = compared.changed().map(ToString::to_string).collect();
        assert_eq!(lines, ["192.0.2.1 amy@a.test: pass -> fail", "192.0.2.2 amy@a.test: fail -> pass"]);
        let overlay = what_if.proposed(&zone).unwrap();
        let texts = overlay.get(&Query::txt("a.test".parse().unwrap())).unwrap().unwrap();
        assert_eq!(texts.texts().count(), 2);
    }

    #[test]
    fn what_is_missing_is_asked_for() {
        let change = RecordChange::publish("a.test".parse().unwrap(), "v=spf1 -all");
        let step = WhatIf::of([sender([192, 0, 2, 1])]).publish(change).step(&Answers::new());
        let Step::Need(needed) = step else { panic!("{step:?}") };
        assert_eq!(needed.blocking[0].to_string(), "a.test TXT");
    }

    #[test]
    fn session_text_is_escaped() {
        let check = CheckHost::new([192, 0, 2, 1].into(), "\u{1b}[31m@a.test");
        let compared = WhatIf::of([check]).in_zone(&Zone::new());
        assert!(!compared.verdicts()[0].to_string().chars().any(char::is_control));
    }
}
