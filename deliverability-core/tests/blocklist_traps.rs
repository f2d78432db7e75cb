//! Every way in which a blocklist is known to mislead whoever asks it, served by a real `rbldnsd`:
//! nobody clean is called listed, and nothing that did not answer is called clean.
#![cfg(all(feature = "hickory", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[allow(unreachable_pub, dead_code, reason = "shared by test files")]
mod support;

use std::io::Write as _;
use std::net::{SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use deliverability_core::Check;
use deliverability_core::dns::{DnsError, Hickory};
use deliverability_core::dnsbl::{Kind, List, Lookup, Pattern, Role, Status, Verdict, catalogue};
use support::{RblList, Servers, serve};

/// In no list but the welcome one.
const CLEAN: &str = "192.0.2.7";
/// In the healthy list.
const LISTED: &str = "192.0.2.66";

/// What is served, in the order of [`asked`].
fn served() -> [RblList; 10] {
    [
        RblList::healthy("healthy.test", &[LISTED]),
        RblList::listing_the_world("world.test"),
        RblList::answering("parked.test", "198.51.100.1"),
        RblList::answering("public.test", "127.255.255.254"),
        RblList::answering("volume.test", "127.255.255.255"),
        RblList::answering("mistyped.test", "127.255.255.252"),
        RblList::answering("bits.test", "127.0.0.1"),
        RblList::answering("list.dnswl.org", "127.0.0.255"),
        RblList::emptied("emptied.test"),
        RblList::healthy("welcome.test", &[CLEAN]),
    ]
}

/// The twelve traps. `refused.test` is not served: the server answers REFUSED; `silent.test` is
/// never answered at all.
fn asked() -> Vec<List> {
    let list = |zone: &str| List::new(zone.parse().unwrap(), Kind::Ip).with_rfc_test_points();
    let dnswl = catalogue().iter().find(|list| list.zone().to_string() == "list.dnswl.org").unwrap();
    vec![
        list("healthy.test"),
        list("world.test"),
        list("parked.test"),
        list("public.test"),
        list("volume.test"),
        list("mistyped.test"),
        // As URIBL does: bit 1 says that the query was refused.
        list("bits.test").with_refusal(Pattern::bit(1), "query refused").without_clean_points(),
        dnswl.clone(),
        list("emptied.test"),
        list("welcome.test").with_role(Role::Welcome),
        list("refused.test"),
        list("silent.test"),
    ]
}

/// The status in a word.
fn word(verdict: &Verdict) -> &'static str {
    match verdict.status() {
        Status::Listed { .. } => "listed",
        Status::NotListed => "not listed",
        Status::Refused { .. } => "refused",
        Status::Unhealthy { .. } => "unhealthy",
        Status::Failed(DnsError::Timeout) => "time-out",
        other => panic!("{verdict}: {other:?}"),
    }
}

/// Asks all twelve about both addresses, and judges.
async fn judge(resolver: &Hickory) {
    let verdicts = Lookup::of(CLEAN.parse().unwrap()).lists(&asked()).run(resolver).await;
    let words: Vec<String> = verdicts.iter().map(|v| format!("{}: {}", v.list().zone(), word(v))).collect();
    assert_eq!(
        words,
        [
            "healthy.test: not listed",
            "world.test: unhealthy",
            "parked.test: unhealthy",
            "public.test: refused",
            "volume.test: refused",
            "mistyped.test: refused",
            "bits.test: refused",
            "list.dnswl.org: refused",
            "emptied.test: unhealthy",
            "welcome.test: listed",
            "refused.test: refused",
            "silent.test: time-out",
        ]
    );
    assert!(verdicts.iter().all(|verdict| !verdict.is_blocked()), "no false alarm, on the welcome list neither");
    let verdicts = Lookup::of(LISTED.parse().unwrap()).lists(&asked()).run(resolver).await;
    let blocked: Vec<_> = verdicts.iter().filter(|v| v.is_blocked()).map(|v| v.list().zone().to_string()).collect();
    assert_eq!(blocked, ["healthy.test"], "what is listed is found all the same");
}

#[tokio::test]
async fn no_trap_of_twelve_misleads() {
    let Some(servers) = serve("ns.invalid A 192.0.2.1", &served()) else { return };
    let front = front(&servers, UdpSocket::bind("127.0.0.1:0").unwrap());
    judge(&Hickory::with_name_servers([front]).unwrap().timeout(Duration::from_millis(500)).attempts(2)).await;
}

/// Where the system's name server is found inside the namespace of the next test.
const SYSTEM: &str = "127.0.53.1:53";
/// A search list whose domain has a wildcard: a relative name would find every address listed. No
/// dot in `ndots` names: even `a.b.c.d.zone.test` would be searched for first.
const RESOLV_CONF: &str = "nameserver 127.0.53.1\nsearch wildcard.test\noptions ndots:15 timeout:1 attempts:1\n";
/// A hosts file that lists the address as well.
const HOSTS: &str =
    "127.0.0.1 localhost\n127.0.0.2 7.2.0.192.healthy.test 7.2.0.192.emptied.test 2.0.0.127.emptied.test\n";

/// The same through the system's configuration, in a mount namespace of its own.
#[tokio::test]
async fn no_trap_misleads_whatever_the_system_is_set_to() {
    const INSIDE: &str = "DELIVERABILITY_TRAPS_INSIDE";
    if std::env::var_os(INSIDE).is_none() {
        return run_inside(INSIDE);
    }
    let Some(servers) = serve("ns.invalid A 192.0.2.1", &served()) else { return };
    front(&servers, UdpSocket::bind(SYSTEM).unwrap());
    // The system itself is misled, by its hosts file and by its search list.
    for name in ["7.2.0.192.emptied.test", "7.2.0.192.refused"] {
        let found: Vec<SocketAddr> = (name, 0).to_socket_addrs().unwrap().collect();
        assert_eq!(found[0].ip().to_string(), "127.0.0.2", "{name}");
    }
    judge(&Hickory::system().unwrap()).await;
}

/// Runs the test again with these files in place of the system's; skips loudly where that takes
/// rights that are not there.
fn run_inside(marker: &str) {
    let dir = std::env::temp_dir().join(format!("deliverability-traps-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("resolv.conf"), RESOLV_CONF).unwrap();
    std::fs::write(dir.join("hosts"), HOSTS).unwrap();
    let script = r#"mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/hosts" /etc/hosts || exit 77
exec "$1" --exact no_trap_misleads_whatever_the_system_is_set_to --nocapture"#;
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", script])
        .args([Path::new(&dir), &std::env::current_exe().unwrap()])
        .env(marker, "1")
        .output()
        .unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if said.contains("unshare failed") || output.status.code() == Some(77) {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "no mount namespace: {said}");
        let _ = writeln!(std::io::stderr(), "SKIPPED, no mount namespace: {said}");
        return;
    }
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// A name server in front of the lists that keeps silent about `silent.test`, and has a wildcard
/// at `wildcard.test`. Gives its address.
fn front(servers: &Servers, socket: UdpSocket) -> SocketAddr {
    let (address, lists) = (socket.local_addr().unwrap(), servers.list_server().unwrap());
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, client)) = socket.recv_from(&mut buffer) {
            let question = &buffer[..length];
            let name = name_of(question);
            if name.ends_with("wildcard.test") {
                socket.send_to(&listed(question), client).unwrap();
            } else if !name.ends_with("silent.test") {
                socket.send_to(&forwarded(question, lists), client).unwrap();
            }
        }
    });
    address
}

/// The name of the only question (RFC 1035 §4.1.2).
fn name_of(message: &[u8]) -> String {
    let mut labels: Vec<String> = Vec::new();
    let mut at = 12;
    while message[at] != 0 {
        let end = at + 1 + usize::from(message[at]);
        labels.push(String::from_utf8_lossy(&message[at + 1..end]).to_lowercase());
        at = end;
    }
    labels.join(".")
}

/// The question with the answer `127.0.0.2`, without the additional section.
fn listed(question: &[u8]) -> Vec<u8> {
    let end = 12 + name_of(question).len() + 2 + 4;
    let mut message = question[..end].to_vec();
    message[2..12].copy_from_slice(&[0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    message.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 2]);
    message
}

fn forwarded(question: &[u8], to: SocketAddr) -> Vec<u8> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    socket.send_to(question, to).unwrap();
    let mut answer = [0; 4096];
    let length = socket.recv(&mut answer).unwrap();
    answer[..length].to_vec()
}
