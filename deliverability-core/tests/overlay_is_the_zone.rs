//! An overlay answers what the zone would with the records published (DESIGN §2), on random zones
//! of alias chains and loops.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

#[allow(dead_code, reason = "only the numbers are used here")]
mod drivers;

use deliverability_core::DomainName;
use deliverability_core::dns::{Answer, Known, Overlay, Query, RecordData, RecordType, Resolver, Zone};
use drivers::Random;

const NAMES: &[&str] = &["a.test", "b.test", "c.test", "d.test", "x.a.test", "y.x.a.test", "other"];

fn name(random: &mut Random) -> DomainName {
    NAMES[random.below(NAMES.len())].parse().unwrap()
}

fn record(random: &mut Random) -> RecordData {
    match random.below(3) {
        0 => RecordData::A([192, 0, 2, u8::try_from(random.below(9)).unwrap()].into()),
        1 => RecordData::Txt(["t", "u", "w"][random.below(3)].into()),
        _ => RecordData::Cname(name(random)),
    }
}

/// What matters of an answer: its records, the way to them, and whether the name exists.
fn told(answer: Answer) -> Result<(Vec<RecordData>, Vec<DomainName>, bool), String> {
    let response = answer.map_err(|error| error.to_string())?;
    Ok((response.records().to_vec(), response.aliases().to_vec(), response.is_nxdomain()))
}

#[test]
fn laid_records_answer_as_published_ones() {
    for seed in 0..4000 {
        let mut random = Random(seed);
        let mut records: Vec<(DomainName, RecordData)> = Vec::new();
        for _ in 0..random.below(8) {
            let (owner, data) = (name(&mut random), record(&mut random));
            // RFC 1034 §3.6.2: an alias stands alone.
            let is_alias = |data: &RecordData| data.record_type() == RecordType::Cname;
            let beside = records.iter().any(|(at, there)| *at == owner && (is_alias(&data) || is_alias(there)));
            if !beside {
                records.push((owner, data));
            }
        }
        let world = |records: &[(DomainName, RecordData)]| {
            let mut zone = Zone::new();
            for (at, data) in records {
                zone.insert(at.clone(), data.clone());
            }
            zone
        };
        let base = world(&records);
        // A laid alias takes the place of all that stood there, and other records that of an alias.
        let (owner, data) = (name(&mut random), record(&mut random));
        let laid = Query::new(owner.clone(), data.record_type());
        let stands_alone = data.record_type() == RecordType::Cname;
        if !stands_alone && records.iter().any(|(at, there)| *at == owner && there.record_type() == RecordType::Cname) {
            continue;
        }
        records.retain(|(at, there)| *at != owner || !stands_alone && there.record_type() != data.record_type());
        records.push((owner.clone(), data.clone()));
        let published = world(&records);
        let mut overlay = Overlay::on(&base);
        overlay.lay(laid.clone(), [data.clone()]);
        for at in NAMES {
            for record_type in [RecordType::A, RecordType::Txt, RecordType::Mx, RecordType::Cname] {
                let query = Query::new(at.parse().unwrap(), record_type);
                // A loop of the base is one failure: what it led through is not known.
                if base.answer(&query).is_err() && *at != owner.to_string() {
                    continue;
                }
                let (over, is) = (told(overlay.get(&query).unwrap()), told(published.answer(&query)));
                assert_eq!(
                    over,
                    is,
                    "seed {seed}: {query} with {} {data} over {:?}",
                    laid,
                    base.records().collect::<Vec<_>>()
                );
                let resolved = told(drivers::block_on(overlay.resolve(&query)));
                assert_eq!(resolved, is, "seed {seed}: {query}, as a resolver");
            }
        }
    }
}
