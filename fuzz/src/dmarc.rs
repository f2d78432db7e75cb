//! Bodies for DMARC and the records around the mailbox.

use std::io::Write as _;

use deliverability_core::dmarc::aggregate_report::{AggregateReport, Limits};
use deliverability_core::dmarc::{Reading, Record, lint};
use deliverability_core::problem::apply_edits;
use deliverability_core::transport::{self, RecordKind};

use crate::check_edits;

/// What counts prints and reads back; whatever is ignored has a problem with a place; mending keeps what
/// has no fault.
pub fn dmarc_record(data: &[u8]) {
    let mut record = data.to_vec();
    for _ in 0..8 {
        let problems = lint(&record);
        check_places(&record, &problems);
        match Reading::of(&record) {
            Ok(reading) => {
                for fault in reading.faults() {
                    assert!(fault.span.start <= fault.span.end && fault.span.end <= record.len(), "{fault}");
                    assert!(!problems.is_empty(), "{fault}");
                }
                let counts = reading.into_record();
                assert_eq!(counts.to_string().parse().as_ref(), Ok(&counts), "{counts}");
            }
            Err(error) => assert!(error.span.end <= record.len() && !problems.is_empty(), "{error}"),
        }
        let mended = apply_edits(&record, &problems);
        assert!(Record::parse(&record).is_err() || Record::parse(&mended).is_ok(), "{problems:?}");
        if mended == record {
            break;
        }
        record = mended;
    }
}

/// Reading ends within its limits, packed or not, and counts add up.
pub fn aggregate_report(data: &[u8]) {
    let mut limits = Limits::default();
    limits.unpacked = 1 << 16;
    limits.records = 50;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(data).expect("memory takes all");
    let packed = packed.finish().expect("memory takes all");
    for bytes in [data, &packed] {
        match AggregateReport::read_within(bytes, &limits) {
            Ok(report) => {
                assert!(report.records.len() <= limits.records);
                for source in report.failing_sources() {
                    assert!(source.failing() <= source.messages() && source.messages() <= report.messages());
                    assert!(source.causes().all(|(cause, _)| !cause.to_string().chars().any(char::is_control)));
                }
            }
            Err(error) => assert!(!error.to_string().chars().any(char::is_control), "{error}"),
        }
    }
}

/// What parses prints and parses to the same record, and has no error against it.
pub fn transport_records(data: &[u8]) {
    for kind in RecordKind::ALL {
        let problems = transport::lint(*kind, data);
        check_places(data, &problems);
        match kind.parse(data) {
            Ok(record) => {
                assert_eq!(kind.parse(record.to_string().as_bytes()).as_ref(), Ok(&record), "{record}");
                assert!(kind.parse(&apply_edits(data, &problems)).is_ok(), "{problems:?}");
            }
            Err(error) => assert!(error.span.end <= data.len() && !problems.is_empty(), "{error}"),
        }
    }
}

/// Problems and their edits lie in the text, and nothing in their words moves a cursor.
fn check_places(text: &[u8], problems: &[deliverability_core::Problem]) {
    for problem in problems {
        check_edits(text, std::slice::from_ref(problem));
    }
}

pub(crate) const RECORD_WORDS: &[&str] = &[
    "v=DMARC1",
    "v = DMARC1",
    "v=dmarc1",
    "; ",
    ";",
    " ",
    ",",
    "=",
    ":",
    "p=none",
    "p=reject",
    "sp=quarantine",
    "np=",
    "psd=y",
    "t=y",
    "adkim=s",
    "aspf=r",
    "fo=1:d",
    "rua=",
    "ruf=",
    "mailto:",
    "mailto:a@b.test",
    "a@b.test",
    "!10m",
    "https://b.test/",
    "pct=20",
    "rf=afrf",
    "ri=1",
    "x=y",
    "\\",
    "\"",
    "&quot;",
    "\n",
    "\t",
    "v=spf1 -all",
    "s._domainkey",
    "p",
    "rejct",
    "ü",
];
pub(crate) const REPORT_WORDS: &[&str] = &[
    "<feedback>",
    "</feedback>",
    "<record>",
    "</record>",
    "<row>",
    "</row>",
    "<source_ip>192.0.2.1</source_ip>",
    "<count>7</count>",
    "<policy_evaluated>",
    "</policy_evaluated>",
    "<dkim>fail</dkim>",
    "<spf>fail</spf>",
    "<auth_results>",
    "</auth_results>",
    "<spf>",
    "</spf>",
    "<dkim>",
    "</dkim>",
    "<domain>a.test</domain>",
    "<result>pass</result>",
    "<policy_published>",
    "</policy_published>",
    "<p>none</p>",
    "&amp;",
    "&#27;",
    "&x;",
    "<a/>",
    "<![CDATA[x]]>",
    "<!-- -->",
    "<?xml version=\"1.0\"?>",
    "PK\u{3}\u{4}",
    "PK\u{5}\u{6}",
    "PK\u{1}\u{2}",
    "\0\0\0\0",
];
pub(crate) const TRANSPORT_WORDS: &[&str] = &[
    "v=STSv1",
    "v=TLSRPTv1",
    "v=BIMI1",
    "v=stsv1",
    "; ",
    ";",
    " ",
    "id=",
    "20260101",
    "-",
    "rua=",
    "mailto:a@b.test",
    "https://b.test/x",
    ",",
    "l=",
    "a=",
    "avp=personal",
    "lps=x",
    "http://",
    ".svg",
    "x=y",
    "ID=1",
    "!",
    "\t",
];
