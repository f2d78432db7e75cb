//! Names of the shapes that providers give and that mail operators choose: which of them are taken
//! for generic. Addresses are those for documentation where the name allows.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use deliverability_core::reverse_dns::GenericName;

/// Names that a machine made.
const GENERIC: &[(&str, &str)] = &[
    // The address in decimal.
    ("203-0-113-77.dsl.isp.example", "203.0.113.77"),
    ("77.113.0.203.isp.example", "203.0.113.77"),
    ("77.113-0-203.adsl.isp.example", "203.0.113.77"),
    ("host-203-0-113-77.isp.example", "203.0.113.77"),
    ("host203-0-113-77.range203-0.isp.example", "203.0.113.77"),
    ("77-113-0-203.static.isp.example", "203.0.113.77"),
    ("static-203-0-113-77.nycmny.fios.isp.example", "203.0.113.77"),
    ("pool-203-0-113-77.bltmmd.east.isp.example", "203.0.113.77"),
    ("c-203-0-113-77.hsd1.ca.isp.example", "203.0.113.77"),
    ("cpe-203-0-113-77.socal.res.isp.example", "203.0.113.77"),
    ("203x0x113x77.dynamic.isp.example", "203.0.113.77"),
    ("77.red-203-0-113.staticip.isp.example", "203.0.113.77"),
    ("ip203.000.113.077.isp.example", "203.0.113.77"),
    ("dyn203000113077.isp.example", "203.0.113.77"),
    ("203.0.113.77.isp.example", "203.0.113.77"),
    ("lfbn-par-1-77-203-0-113.w203-0.abo.isp.example", "203.0.113.77"),
    ("ppp-203-0-113-77.home.isp.example", "203.0.113.77"),
    ("77-203-0-113.ftth.isp.example", "203.0.113.77"),
    ("customer-203-0-113-77.uninet-ide.isp.example", "203.0.113.77"),
    ("dsl-203-0-113-77-dyn.isp.example", "203.0.113.77"),
    ("203-0-113-77.rev.isp.example", "203.0.113.77"),
    ("unknown-203-0-113-77.isp.example", "203.0.113.77"),
    ("mobile-203-0-113-77.mycingular.example", "203.0.113.77"),
    ("3405803853.isp.example", "203.0.113.77"),
    ("mail-203-0-113-77.example.org", "203.0.113.77"),
    // A part of it.
    ("h77-113.pool.isp.example", "203.0.113.77"),
    ("dyn-113-77.isp.example", "203.0.113.77"),
    ("ns3012345.ip-203-0-113.eu", "203.0.113.77"),
    ("host77-113.isp.example", "203.0.113.77"),
    ("ip-113-77.isp.example", "203.0.113.77"),
    ("77.113.isp.example", "203.0.113.77"),
    ("customer-2-1.isp.example", "192.0.2.1"),
    ("203-0-113.static.isp.example", "203.0.113.77"),
    // In hex.
    ("pcb00714d.dip0.t-ipconnect.de", "203.0.113.77"),
    ("cb00714d.dsl.isp.example", "203.0.113.77"),
    ("hcb-00-71-4d.isp.example", "203.0.113.77"),
    ("4d7100cb.cst.isp.example", "203.0.113.77"),
    ("bb-00714d.isp.example", "203.0.113.77"),
    // IPv6.
    ("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.7.6.5.4.3.2.1.8.b.d.0.1.0.0.2.ip6.isp.example", "2001:db8:1234:5678::1"),
    ("2001-db8-1234-5678--1.isp.example", "2001:db8:1234:5678::1"),
    ("node-1w7jr9qsv2.ipv6.2001-db8-1234-5678-1-2-3-4.isp.example", "2001:db8:1234:5678:1:2:3:4"),
    ("p20010db81234567800010002000a000b.dip0.isp.example", "2001:db8:1234:5678:1:2:a:b"),
    ("dyn-9abcdef011223344.isp.example", "2001:db8:1234:5678:9abc:def0:1122:3344"),
    ("9abc-def0-1122-3344.isp.example", "2001:db8:1234:5678:9abc:def0:1122:3344"),
    // Providers' defaults.
    ("ec2-203-0-113-77.compute-1.amazonaws.com", "203.0.113.77"),
    ("ec2-203-0-113-77.eu-west-1.compute.amazonaws.com", "203.0.113.77"),
    ("77.113.0.203.bc.googleusercontent.com", "203.0.113.77"),
    ("static.77.113.0.203.clients.your-server.de", "203.0.113.77"),
    ("vps-0a1b2c3d.vps.ovh.net", "203.0.113.77"),
    ("ip77.ip-203-0-113.eu", "203.0.113.77"),
    ("203-0-113-77.ip.linodeusercontent.com", "203.0.113.77"),
    ("li77-113.members.linode.com", "203.0.113.77"),
    ("203.0.113.77.vultrusercontent.com", "203.0.113.77"),
    ("vmi123456.contaboserver.net", "203.0.113.77"),
    ("77-113-0-203.instances.scw.cloud", "203.0.113.77"),
    ("h1234567.stratoserver.net", "203.0.113.77"),
    ("myoffice.ddns.net", "203.0.113.77"),
    ("77.113.0.203.host.secureserver.net", "203.0.113.77"),
    // Words alone.
    ("x7f3.dynamic.isp.example", "203.0.113.77"),
    ("adsl-pool12.isp.example", "203.0.113.77"),
    ("unknown.isp.example", "203.0.113.77"),
    ("unassigned.isp.example", "203.0.113.77"),
    ("no.rdns.isp.example", "203.0.113.77"),
    ("dhcp-42.campus.example.edu", "203.0.113.77"),
    ("cust-4711.ftth.isp.example", "203.0.113.77"),
    ("cm-4711.cable.isp.example", "203.0.113.77"),
    ("user4711.client.isp.example", "203.0.113.77"),
    ("wimax-4711.isp.example", "203.0.113.77"),
    ("ip4711.vps.hoster.example", "203.0.113.77"),
    ("dialup-99.isp.example", "203.0.113.77"),
    ("4711.residential.isp.example", "203.0.113.77"),
    ("7.0-63.2.0.192.in-addr.arpa", "192.0.2.7"),
    ("h4711.pppoe.isp.co.uk", "203.0.113.77"),
];

/// Names that somebody gave, by hand or by a plan of their own.
const NAMED: &[(&str, &str)] = &[
    ("mx1.example.com", "192.0.2.1"),
    ("mail.example.org", "192.0.2.1"),
    ("mail2.example.org", "192.0.2.2"),
    ("smtp.example.org", "192.0.2.1"),
    ("mta-out-07.example.net", "192.0.2.7"),
    ("relay3.example.ac.uk", "192.0.2.3"),
    ("example.org", "192.0.2.1"),
    ("example.co.uk", "192.0.2.1"),
    ("www.example.org", "192.0.2.1"),
    ("vps.example.org", "192.0.2.1"),
    ("server1.example.org", "192.0.2.1"),
    ("host.example.org", "192.0.2.1"),
    ("host12.example.org", "192.0.2.12"),
    ("ns1.example.org", "192.0.2.1"),
    ("cloud.example.org", "192.0.2.1"),
    ("gw.office.example.org", "192.0.2.1"),
    ("exchange.example.local.example.org", "192.0.2.1"),
    ("mailgw-2-1.example.org", "192.0.2.1"),
    ("smtp-2-1.example.org", "192.0.2.1"),
    ("app-1.web.example.org", "192.0.2.1"),
    ("mx-2001.example.org", "2001:db8::1"),
    ("mail.ip6.example.org", "2001:db8::1"),
    ("static.example.org", "192.0.2.1"),
    ("mail.static.example.org", "192.0.2.1"),
    ("smtp.dsl.isp.example", "192.0.2.1"),
    ("mail.cable.example", "192.0.2.1"),
    ("mailout.pool.example.org", "192.0.2.1"),
    ("mx.poolsupply.example", "192.0.2.1"),
    ("dynamics.example.org", "192.0.2.1"),
    ("mx.clientspace.example", "192.0.2.1"),
    ("hosting.example.org", "192.0.2.1"),
    ("web17.hoster.example", "192.0.2.17"),
    ("s2-1.example.org", "192.0.2.1"),
    ("srv10.dc2.example.org", "192.0.2.10"),
    ("newsletter.example.org", "192.0.2.1"),
    ("lists.example.org", "192.0.2.1"),
    ("bounce.news.example.org", "192.0.2.1"),
    ("post.example.de", "192.0.2.1"),
    ("titan.example.org", "192.0.2.1"),
    ("deadbeef.example.org", "192.0.2.1"),
    ("cafe.example.org", "192.0.2.1"),
    ("b1u3.example.org", "192.0.2.1"),
    ("node7.mail.example.org", "192.0.2.7"),
    ("pmta12.customer.example.org", "192.0.2.12"),
    ("mail.customers.example.org", "192.0.2.1"),
    ("client-mail.example.org", "192.0.2.1"),
    ("out-113.smtp.example.org", "203.0.113.77"),
    ("as64500.example.org", "192.0.2.1"),
    ("2-1.example.org", "198.51.100.7"),
    ("203-0-113-78.example.org", "198.51.100.7"),
    // Large senders and mail services.
    ("mail-oi1-f41.google.com", "209.85.167.41"),
    ("mail-sor-f41.google.com", "209.85.220.41"),
    ("o1.ptr123.sendgrid.net", "192.0.2.1"),
    ("wrqvtzvf.outbound-mail.sendgrid.net", "149.72.123.24"),
    ("a8-33.smtp-out.amazonses.com", "54.240.8.33"),
    ("e234-8.smtp-out.us-west-2.amazonses.com", "23.251.234.8"),
    ("m69-171.mailgun.net", "166.78.69.171"),
    ("mail187-4.suw11.mandrillapp.com", "198.2.187.4"),
    ("mail31.suw17.mcsv.net", "198.2.132.31"),
    ("mta-86-105.sparkpostmail.com", "192.174.86.105"),
    ("mail-eopbgr80042.outbound.protection.outlook.com", "40.107.8.42"),
    ("mail-am6eur05on2083.outbound.protection.outlook.com", "40.107.22.83"),
    ("sonic301-1.consmr.mail.ne1.yahoo.com", "192.0.2.1"),
    ("mx0a-00123456.pphosted.com", "192.0.2.1"),
    ("us-smtp-delivery-1.mimecast.com", "192.0.2.1"),
    ("mout.kundenserver.de", "212.227.126.130"),
    ("mout-xforward.gmx.net", "82.165.159.12"),
    ("mta21a-ord.mtasv.net", "192.0.2.21"),
    ("mail-40131.protonmail.ch", "185.70.40.131"),
    ("sender4-of-o58.zoho.com", "136.143.188.58"),
    ("out-171.mta0.migadu.com", "192.0.2.171"),
    ("fhigh-a1-smtp.messagingengine.com", "103.168.172.152"),
    ("smtp-out1.mail.example.co.jp", "192.0.2.1"),
    ("mta3.e.example.com", "192.0.2.3"),
];

fn looked_at((name, address): &(&str, &str)) -> GenericName {
    GenericName::of(&name.parse().unwrap(), address.parse().unwrap())
}

fn wrong(names: &[(&str, &str)], generic: bool) -> Vec<String> {
    let found = names.iter().map(looked_at).filter(|found| found.is_generic() != generic);
    found.map(|found| format!("{} scores {}: {found}", found.text(), found.score())).collect()
}

#[test]
fn names_made_by_machines_are_told_from_names_given() {
    assert!(GENERIC.len() >= 60 && NAMED.len() >= 60);
    let (missed, false_alarms) = (wrong(GENERIC, true), wrong(NAMED, false));
    let hit = GENERIC.len() - missed.len();
    let precision = 100 * hit / (hit + false_alarms.len());
    let recall = 100 * hit / GENERIC.len();
    assert_eq!((precision, recall), (100, 100), "percent; missed {missed:#?}\nfalse alarms {false_alarms:#?}");
}

#[test]
fn every_generic_name_shows_the_piece_that_matched() {
    for entry in GENERIC {
        let found = looked_at(entry);
        let piece = found.strongest().unwrap_or_else(|| panic!("{entry:?}"));
        assert!(!piece.span.of_text(found.text()).is_empty(), "{entry:?}");
        assert!(found.pieces().iter().all(|piece| piece.span.end <= found.text().len()), "{entry:?}");
    }
}

#[test]
fn the_longest_names_cost_no_more_than_a_little() {
    // 255 octets at most: hundreds of them are looked at at once.
    for label in ["1-", "a1", "2001-db8-", "0", "dyn-", "-", "f"] {
        let label: String = label.repeat(64).chars().take(63).collect();
        let label = label.trim_matches('-').to_owned() + "x";
        let label: String = label.chars().take(63).collect();
        let name = format!("{label}.{label}.{label}.example.org").parse().unwrap();
        for address in ["1.1.1.1", "2001:db8::1"] {
            for _ in 0..200 {
                let found = GenericName::of(&name, address.parse().unwrap());
                assert!(found.pieces().len() < 200);
            }
        }
    }
}
