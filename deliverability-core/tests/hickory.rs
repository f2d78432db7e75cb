//! The `Hickory` resolver against a name server on loopback that does what it is told.
#![cfg(all(feature = "hickory", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use deliverability_core::DomainName;
use deliverability_core::dns::resolvers::HickoryError;
use deliverability_core::dns::{Answer, DnsError, Hickory, Query, RecordType, Resolver, Response};
use futures_util::FutureExt as _;
use hickory_proto::op::{Message, Query as Question, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME, MX, NS, PTR, SOA, TXT};
use hickory_proto::rr::{Name, RData, Record};

/// One question as a server saw it.
#[derive(Clone, Debug)]
struct Asked {
    /// As written in the question, with its final dot.
    name: String,
    over_tcp: bool,
    message: Message,
}

/// A name server on loopback; its script gives the datagrams to send back.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    fn new(script: impl Fn(&Asked, Message) -> Vec<Vec<u8>> + Send + Sync + 'static) -> Self {
        let (udp, tcp) = sockets();
        let server = Self { address: udp.local_addr().unwrap(), asked: Arc::default() };
        let asked = Arc::clone(&server.asked);
        let answer = Arc::new(move |bytes: &[u8], over_tcp| {
            let message = Message::from_vec(bytes).unwrap();
            let mut reply = Message::response(message.metadata.id, message.metadata.op_code);
            reply.add_queries(message.queries.clone());
            let this = Asked { name: message.queries[0].name().to_ascii(), over_tcp, message };
            asked.lock().unwrap().push(this.clone());
            script(&this, reply)
        });
        let over_tcp = Arc::clone(&answer);
        thread::spawn(move || {
            for stream in tcp.incoming() {
                let (mut stream, mut length) = (stream.unwrap(), [0; 2]);
                if stream.read_exact(&mut length).is_ok() {
                    let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
                    stream.read_exact(&mut question).unwrap();
                    for reply in over_tcp(&question, true) {
                        stream.write_all(&u16::try_from(reply.len()).unwrap().to_be_bytes()).unwrap();
                        stream.write_all(&reply).unwrap();
                    }
                }
            }
        });
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = udp.recv_from(&mut buffer) {
                let (udp, answer, question) =
                    (udp.try_clone().unwrap(), Arc::clone(&answer), buffer[..length].to_vec());
                thread::spawn(move || {
                    for reply in answer(&question, false) {
                        udp.send_to(&reply, from).unwrap();
                    }
                });
            }
        });
        server
    }

    /// Answers every question with these records.
    fn with(answers: Vec<Record>) -> Self {
        Self::new(move |_, mut reply| {
            reply.answers.clone_from(&answers);
            send(&reply)
        })
    }

    /// Answers every question with this code.
    fn failing(code: ResponseCode) -> Self {
        Self::new(move |_, mut reply| {
            reply.metadata.response_code = code;
            send(&reply)
        })
    }

    fn silent() -> Self {
        Self::new(|_, _| Vec::new())
    }

    fn names(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|asked| asked.name.clone()).collect()
    }

    fn resolver(&self) -> Hickory {
        asking([self])
    }

    fn ask(&self, name: &str, record_type: RecordType) -> Answer {
        block_on(self.resolver().resolve(&query(name, record_type)))
    }
}

fn asking<'a>(servers: impl IntoIterator<Item = &'a Server>) -> Hickory {
    let servers = servers.into_iter().map(|server| server.address);
    Hickory::with_name_servers(servers).unwrap().timeout(Duration::from_millis(300)).attempts(2)
}

/// UDP and TCP on one free port.
fn sockets() -> (UdpSocket, TcpListener) {
    loop {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()) {
            return (udp, tcp);
        }
    }
}

fn send(reply: &Message) -> Vec<Vec<u8>> {
    vec![reply.to_vec().unwrap()]
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn query(name: &str, record_type: RecordType) -> Query {
    Query::new(name.parse().unwrap(), record_type)
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn record(owner: &str, data: RData) -> Record {
    Record::from_rdata(name(owner), 300, data)
}

fn a(owner: &str) -> Record {
    record(owner, RData::A(A::new(192, 0, 2, 1)))
}

fn cname(owner: &str, target: &str) -> Record {
    record(owner, RData::CNAME(CNAME(name(target))))
}

fn soa() -> Record {
    let soa = SOA::new(name("ns.test."), name("hostmaster.test."), 1, 2, 3, 4, 60);
    record("test.", RData::SOA(soa))
}

fn shown(answer: &Answer) -> Vec<String> {
    answer.as_ref().unwrap().records().iter().map(ToString::to_string).collect()
}

fn aliases(answer: &Answer) -> Vec<String> {
    answer.as_ref().unwrap().aliases().iter().map(ToString::to_string).collect()
}

#[test]
fn every_type_comes_through_with_its_ttl() {
    let texts = TXT::from_bytes(vec![b"v=spf1 ", b"-all", b"", b"\xff\x00"]);
    let server = Server::with(vec![
        a("x.test."),
        record("x.test.", RData::AAAA(AAAA::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
        record("x.test.", RData::MX(MX::new(10, name("mx.x.test.")))),
        record("x.test.", RData::MX(MX::new(0, Name::root()))),
        record("x.test.", RData::PTR(PTR(name("host.x.test.")))),
        record("x.test.", RData::TXT(texts)),
        a("other.test."),
    ]);
    assert_eq!(shown(&server.ask("x.test", RecordType::A)), ["192.0.2.1"]);
    assert_eq!(shown(&server.ask("X.Test", RecordType::Aaaa)), ["2001:db8::1"]);
    assert_eq!(shown(&server.ask("x.test", RecordType::Mx)), ["10 mx.x.test", "0 ."]);
    assert_eq!(shown(&server.ask("x.test", RecordType::Ptr)), ["host.x.test"]);
    assert_eq!(shown(&server.ask("x.test", RecordType::Txt)), [r#""v=spf1 " "-all" "" "\255\000""#]);
    assert_eq!(server.ask("x.test", RecordType::A).unwrap().ttl(), Some(300));
}

#[test]
fn no_such_name_and_no_data_are_answers() {
    // RFC 2308 §5: kept for the lower of the SOA's TTL and its MINIMUM field.
    let nxdomain = Server::new(|_, mut reply| {
        reply.metadata.response_code = ResponseCode::NXDomain;
        reply.authorities.push(soa());
        send(&reply)
    });
    assert_eq!(nxdomain.ask("x.test", RecordType::A), Response::nxdomain().with_ttl(60).into_answer());
    let no_data = Server::new(|_, mut reply| {
        reply.authorities.push(soa());
        send(&reply)
    });
    assert_eq!(no_data.ask("x.test", RecordType::A), Response::no_data().with_ttl(60).into_answer());
    // RFC 2308 §2.2, type 3: neither SOA nor NS.
    assert_eq!(Server::with(vec![]).ask("x.test", RecordType::A), Response::no_data().into_answer());
}

#[test]
fn a_referral_is_not_no_data() {
    // RFC 2308 §2.2: a server that does not recurse knows nothing of what it refers to.
    let server = Server::new(|_, mut reply| {
        reply.authorities.push(record("test.", RData::NS(NS(name("ns.test.")))));
        send(&reply)
    });
    let Err(DnsError::Other(why)) = server.ask("x.test", RecordType::A) else { panic!() };
    assert!(why.contains("ask a recursive one"), "{why}");
}

#[test]
fn cname_chains_are_followed_and_kept() {
    let mut slow = cname("a.test.", "b.test.");
    slow.ttl = 7;
    let server = Server::with(vec![cname("b.test.", "C.test."), slow, a("c.test.")]);
    let answer = server.ask("a.test", RecordType::A);
    assert_eq!((shown(&answer), aliases(&answer)), (vec!["192.0.2.1".into()], vec!["b.test".into(), "C.test".into()]));
    assert_eq!(answer.unwrap().ttl(), Some(7));
    assert_eq!(server.names().len(), 1);
    let itself = server.ask("a.test", RecordType::Cname);
    assert_eq!((shown(&itself), aliases(&itself)), (vec!["b.test".into()], vec![]));
}

#[test]
fn the_end_of_a_chain_can_be_missing() {
    let dangling = |code| {
        Server::new(move |_, mut reply| {
            reply.metadata.response_code = code;
            reply.answers.push(cname("a.test.", "b.test."));
            reply.authorities.push(soa());
            send(&reply)
        })
        .ask("a.test", RecordType::A)
    };
    // RFC 6604 §3: the code is that of the chain's end.
    let none = dangling(ResponseCode::NXDomain);
    assert!(none.as_ref().unwrap().is_nxdomain());
    assert_eq!(aliases(&none), ["b.test"]);
    let empty = dangling(ResponseCode::NoError);
    assert!(empty.as_ref().unwrap().is_void() && !empty.as_ref().unwrap().is_nxdomain());
    assert_eq!(aliases(&empty), ["b.test"]);
}

#[test]
fn a_chain_that_leads_out_is_asked_on() {
    let server = Server::new(|asked, mut reply| {
        reply.answers.push(if asked.name == "a.test." { cname("a.test.", "b.other.") } else { a("b.other.") });
        send(&reply)
    });
    let answer = server.ask("a.test", RecordType::A);
    assert_eq!((shown(&answer), aliases(&answer)), (vec!["192.0.2.1".into()], vec!["b.other".into()]));
    assert_eq!(server.names(), ["a.test.", "b.other."]);
}

#[test]
fn a_cname_loop_ends() {
    let within = Server::with(vec![cname("a.test.", "b.test."), cname("b.test.", "a.test.")]);
    assert_eq!(within.ask("a.test", RecordType::A), Err(DnsError::Servfail));
    let across = Server::new(|asked, mut reply| {
        reply.answers.push(cname(&asked.name, &format!("x.{}", asked.name)));
        send(&reply)
    });
    assert_eq!(across.ask("a.test", RecordType::A), Err(DnsError::Servfail));
    assert_eq!(across.names().len(), 17);
}

#[test]
fn failures_are_told_apart_and_not_asked_again() {
    for (code, error) in [(ResponseCode::ServFail, DnsError::Servfail), (ResponseCode::Refused, DnsError::Refused)] {
        let server = Server::failing(code);
        assert_eq!(server.ask("x.test", RecordType::A), Err(error));
        assert_eq!(server.names().len(), 1, "a server that {code} keeps doing so");
    }
    let server = Server::failing(ResponseCode::NotImp);
    let Err(DnsError::Other(why)) = server.ask("x.test", RecordType::A) else { panic!() };
    assert!(why.starts_with("the name server answered: "), "{why}");
}

#[test]
fn silence_is_a_time_out_after_the_attempts() {
    let (server, start) = (Server::silent(), Instant::now());
    assert_eq!(server.ask("x.test", RecordType::A), Err(DnsError::Timeout));
    assert!(start.elapsed() >= Duration::from_millis(600));
    assert_eq!(server.names().len(), 2);
}

#[test]
fn what_was_not_asked_is_no_answer() {
    let server = Server::new(|_, reply| {
        let mut right = reply.clone();
        right.answers.push(a("x.test."));
        let mut wrong_id = right.clone();
        wrong_id.metadata.id ^= 1;
        wrong_id.answers = vec![record("x.test.", RData::A(A::new(203, 0, 113, 66)))];
        let mut wrong_question = wrong_id.clone();
        wrong_question.metadata.id ^= 1;
        wrong_question.queries = vec![Question::query(name("y.test."), hickory_proto::rr::RecordType::A)];
        [wrong_id, wrong_question, right].iter().flat_map(send).chain([b"?".to_vec()]).collect()
    });
    assert_eq!(shown(&server.ask("x.test", RecordType::A)), ["192.0.2.1"]);
    let echo = Server::new(|asked, _| send(&asked.message));
    let Err(DnsError::Other(why)) = echo.ask("x.test", RecordType::A) else { panic!() };
    assert!(why.contains("incorrect QR flag"), "{why}");
    let garbage = Server::new(|asked, _| vec![[&asked.message.metadata.id.to_be_bytes()[..], &[0xff; 30]].concat()]);
    let Err(DnsError::Other(why)) = garbage.ask("x.test", RecordType::A) else { panic!() };
    assert!(why.starts_with(&garbage.address.to_string()), "{why}");
}

#[test]
fn answers_elsewhere_than_in_the_answer_section_are_not_taken() {
    let server = Server::new(|_, mut reply| {
        reply.additionals.push(a("x.test."));
        reply.authorities.push(soa());
        send(&reply)
    });
    assert!(server.ask("x.test", RecordType::A).unwrap().is_void());
}

#[test]
fn truncated_answers_are_asked_over_tcp() {
    let server = Server::new(|asked, mut reply| {
        let many = (0..=255).map(|n| record("x.test.", RData::A(A::new(192, 0, 2, n))));
        reply.metadata.truncation = !asked.over_tcp;
        // RFC 2181 §9: what a truncated answer holds is not used.
        reply.answers = if asked.over_tcp { many.collect() } else { vec![a("x.test.")] };
        send(&reply)
    });
    assert_eq!(server.ask("x.test", RecordType::A).unwrap().addresses().count(), 256);
    let asked = server.asked.lock().unwrap();
    assert_eq!(asked.iter().map(|asked| asked.over_tcp).collect::<Vec<_>>(), [false, true]);
    let edns = asked[0].message.edns.as_ref().unwrap();
    assert_eq!((edns.max_payload(), edns.flags().dnssec_ok), (1232, false));
    assert!(asked[0].message.metadata.recursion_desired);
    drop(asked);
    let endless = Server::new(|_, mut reply| {
        reply.metadata.truncation = true;
        send(&reply)
    });
    let Err(DnsError::Other(why)) = endless.ask("x.test", RecordType::A) else { panic!() };
    assert!(why.contains("truncated even over TCP"), "{why}");
}

#[test]
fn special_names_are_asked_like_any_other() {
    // RFC 6761's names, those of the hosts file, and names that a search list would change.
    let names = ["localhost", "x.invalid", "x.onion", "x.local", "host", "1.0.0.127.in-addr.arpa", "4.3.2.1"];
    let server = Server::new(|asked, mut reply| {
        reply.answers.push(a(&asked.name));
        reply.answers.push(record(&asked.name, RData::PTR(PTR(name("from.server.")))));
        send(&reply)
    });
    for name in names {
        assert_eq!(shown(&server.ask(name, RecordType::A)), ["192.0.2.1"], "{name}");
        assert_eq!(shown(&server.ask(name, RecordType::Ptr)), ["from.server"], "{name}");
    }
    let twice: Vec<String> = names.iter().flat_map(|name| [format!("{name}."), format!("{name}.")]).collect();
    assert_eq!(server.names(), twice);
}

#[test]
fn any_octets_make_a_name() {
    let server = Server::new(|asked, mut reply| {
        reply.answers.push(Record::from_rdata(
            asked.message.queries[0].name().clone(),
            1,
            RData::A(A::new(192, 0, 2, 1)),
        ));
        send(&reply)
    });
    let odd = DomainName::from_labels([b"\x00.\\ \xff".as_slice(), b"*", b"T\xc3\xa9st"]).unwrap();
    let answer = block_on(server.resolver().resolve(&Query::a(odd.clone())));
    assert_eq!(shown(&answer), ["192.0.2.1"]);
    let asked = server.asked.lock().unwrap()[0].message.queries[0].name().clone();
    assert!(DomainName::from_labels(asked.iter()).unwrap().same_case(&odd));
    assert!(block_on(server.resolver().resolve(&Query::a(DomainName::root()))).is_ok());
}

#[test]
fn the_next_server_is_asked_and_remembered() {
    let (silent, refusing, good) =
        (Server::silent(), Server::failing(ResponseCode::Refused), Server::with(vec![a("x.test.")]));
    let resolver = asking([&silent, &refusing, &good]);
    block_on(async {
        for _ in 0..3 {
            assert_eq!(shown(&resolver.resolve(&query("x.test", RecordType::A)).await), ["192.0.2.1"]);
        }
    });
    assert_eq!([silent.names().len(), refusing.names().len(), good.names().len()], [1, 1, 3]);
    // What a server said tells more than another's silence.
    assert_eq!(block_on(asking([&refusing, &silent]).resolve(&query("x.test", RecordType::A))), Err(DnsError::Refused));
}

#[test]
fn queries_in_flight_are_capped() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (server_now, server_most) = (Arc::clone(&now), Arc::clone(&most));
    let server = Server::new(move |_, mut reply| {
        server_most.fetch_max(server_now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(20));
        server_now.fetch_sub(1, Ordering::SeqCst);
        reply.answers.push(a("x.test."));
        send(&reply)
    });
    let resolver = server.resolver().in_flight(3);
    block_on(async {
        let asked = query("x.test", RecordType::A);
        let answers = futures_util::future::join_all((0..12).map(|_| resolver.resolve(&asked))).await;
        assert!(answers.iter().all(Result::is_ok));
    });
    assert!((2..=3).contains(&most.load(Ordering::SeqCst)), "{most:?}");
}

#[test]
fn any_runtime_will_do_one_after_the_other() {
    let server = Server::new(|asked, mut reply| {
        reply.metadata.truncation = !asked.over_tcp;
        reply.answers.push(a("x.test."));
        send(&reply)
    });
    let (resolver, asked) = (server.resolver(), query("x.test", RecordType::A));
    for _ in 0..3 {
        assert!(block_on(resolver.resolve(&asked)).is_ok());
    }
    let many = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    assert!(many.block_on(resolver.resolve(&asked)).is_ok());
    let Some(Err(DnsError::Other(why))) = resolver.resolve(&asked).now_or_never() else { panic!() };
    assert!(why.contains("within a Tokio runtime"), "{why}");
}

#[test]
fn no_name_server_is_a_clear_error() {
    let none = Hickory::with_name_servers([]).unwrap_err();
    assert_eq!(none, HickoryError::NoNameServer);
    assert_eq!(none.to_string(), "no name server to ask; pass one explicitly, such as 192.0.2.53:53");
    if let Err(error) = Hickory::system() {
        assert!(error.to_string().contains("pass one explicitly"), "{error}");
    }
}
