//! Judgement: from outcomes to findings, remedies and a report.
