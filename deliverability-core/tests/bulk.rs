//! The `Bulk` resolver against name servers on loopback that do what they are told, hostile ones
//! among them (RFC 5452).
#![cfg(feature = "bulk")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use deliverability_core::dns::resolvers::BulkError;
use deliverability_core::dns::{Answer, Bulk, DnsError, Query, RecordType, Resolver, Response};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use hickory_proto::op::{Message, Query as Question, ResponseCode};
use hickory_proto::rr::rdata::{A, CNAME, NS, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType as Type};

/// One question as a server saw it.
#[derive(Clone)]
struct Asked {
    name: String,
    id: u16,
    port: u16,
    over_tcp: bool,
}

/// A name server on loopback; its script says what to send back.
#[derive(Clone)]
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    fn new(script: impl Fn(&Asked, Message, &Back<'_>) + Send + Sync + 'static) -> Self {
        let (udp, tcp) = sockets();
        let server = Self { address: udp.local_addr().unwrap(), asked: Arc::default() };
        let (script, over_tcp) = (Arc::new(script), server.clone());
        let over_udp = server.clone();
        let tcp_script = Arc::clone(&script);
        thread::spawn(move || {
            for stream in tcp.incoming() {
                let (mut stream, mut length) = (stream.unwrap(), [0; 2]);
                if stream.read_exact(&mut length).is_ok() {
                    let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
                    stream.read_exact(&mut question).unwrap();
                    over_tcp.answer(&question, &Back::Tcp(Mutex::new(stream)), &*tcp_script);
                }
            }
        });
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = udp.recv_from(&mut buffer) {
                over_udp.answer(&buffer[..length], &Back::Udp(&udp, from), &*script);
            }
        });
        server
    }

    fn answer(&self, question: &[u8], back: &Back<'_>, script: &dyn Fn(&Asked, Message, &Back<'_>)) {
        let message = Message::from_vec(question).unwrap();
        let mut reply = Message::response(message.metadata.id, message.metadata.op_code);
        reply.add_queries(message.queries.clone());
        let port = if let Back::Udp(_, from) = back { from.port() } else { 0 };
        let over_tcp = matches!(back, Back::Tcp(_));
        let asked = Asked { name: message.queries[0].name().to_ascii(), id: message.metadata.id, port, over_tcp };
        self.asked.lock().unwrap().push(asked.clone());
        script(&asked, reply, back);
    }

    /// Answers every question with these records.
    fn with(answers: Vec<Record>) -> Self {
        Self::new(move |_, mut reply, back| {
            reply.answers.clone_from(&answers);
            back.send(&reply);
        })
    }

    fn failing(code: ResponseCode) -> Self {
        Self::new(move |_, mut reply, back| {
            reply.metadata.response_code = code;
            back.send(&reply);
        })
    }

    fn silent() -> Self {
        Self::new(|_, _, _| ())
    }

    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn ask(&self, name: &str) -> Answer {
        block_on(asking([self]).resolve(&a(name)))
    }
}

/// Where an answer goes.
enum Back<'s> {
    Udp(&'s UdpSocket, SocketAddr),
    Tcp(Mutex<std::net::TcpStream>),
}

impl Back<'_> {
    fn send(&self, reply: &Message) {
        self.octets(&reply.to_vec().unwrap());
    }

    fn octets(&self, octets: &[u8]) {
        match self {
            Self::Udp(udp, to) => drop(udp.send_to(octets, to)),
            Self::Tcp(stream) => {
                let length = u16::try_from(octets.len()).unwrap().to_be_bytes();
                drop(stream.lock().unwrap().write_all(&[&length, octets].concat()));
            }
        }
    }
}

fn asking<'a>(servers: impl IntoIterator<Item = &'a Server>) -> Bulk {
    let servers = servers.into_iter().map(|server| server.address);
    Bulk::with_name_servers(servers).unwrap().timeout(Duration::from_millis(400)).attempts(2)
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

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn a(name: &str) -> Query {
    Query::a(name.parse().unwrap())
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn address(owner: &str, last: u8) -> Record {
    Record::from_rdata(name(owner), 300, RData::A(A::new(192, 0, 2, last)))
}

fn cname(owner: &str, target: &str) -> Record {
    Record::from_rdata(name(owner), 300, RData::CNAME(CNAME(name(target))))
}

fn shown(answer: &Answer) -> Vec<String> {
    answer.as_ref().unwrap().records().iter().map(ToString::to_string).collect()
}

fn words(answer: Answer) -> String {
    let Err(DnsError::Other(why)) = answer else { panic!("{answer:?}") };
    why.to_string()
}

#[test]
fn it_answers_as_the_other_resolver_does() {
    assert_eq!(shown(&Server::with(vec![address("x.test.", 1), address("y.test.", 2)]).ask("X.test")), ["192.0.2.1"]);
    let chain = Server::with(vec![cname("a.test.", "b.test."), address("b.test.", 1)]).ask("a.test");
    assert_eq!((shown(&chain), chain.unwrap().aliases().len()), (vec!["192.0.2.1".into()], 1));
    let soa = SOA::new(name("ns.test."), name("hostmaster.test."), 1, 2, 3, 4, 60);
    let nxdomain = Server::new(move |_, mut reply, back| {
        reply.metadata.response_code = ResponseCode::NXDomain;
        reply.authorities.push(Record::from_rdata(name("test."), 300, RData::SOA(soa.clone())));
        back.send(&reply);
    });
    assert_eq!(nxdomain.ask("x.test"), Response::nxdomain().with_ttl(60).into_answer());
    let referral = Server::new(|_, mut reply, back| {
        reply.authorities.push(Record::from_rdata(name("test."), 300, RData::NS(NS(name("ns.test.")))));
        back.send(&reply);
    });
    assert!(words(referral.ask("x.test")).contains("ask a recursive one"));
    assert_eq!(referral.count(), 1);
    for (code, error) in [(ResponseCode::ServFail, DnsError::Servfail), (ResponseCode::Refused, DnsError::Refused)] {
        let server = Server::failing(code);
        assert_eq!(server.ask("x.test"), Err(error));
        assert_eq!(server.count(), 1, "a server that {code} keeps doing so");
    }
}

#[test]
fn chains_that_never_end_do() {
    let within = Server::with(vec![cname("a.test.", "b.test."), cname("b.test.", "a.test.")]);
    assert_eq!(within.ask("a.test"), Err(DnsError::Servfail));
    let across = Server::new(|asked, mut reply, back| {
        reply.answers.push(cname(&asked.name, &format!("x.{}", asked.name)));
        back.send(&reply);
    });
    assert_eq!(across.ask("a.test"), Err(DnsError::Servfail));
    assert_eq!(across.count(), 17);
}

#[test]
fn what_was_not_asked_is_passed_over() {
    let server = Server::new(|asked, mut reply, back| {
        reply.answers.push(address(&asked.name, 1));
        let mut wrong = reply.clone();
        wrong.answers = vec![address(&asked.name, 66)];
        let mut wrong_id = wrong.clone();
        wrong_id.metadata.id ^= 1;
        let question = |queries: Vec<Question>| {
            let mut message = wrong.clone();
            message.queries = queries;
            message
        };
        let other_name = question(vec![Question::query(name("y.test."), Type::A)]);
        let other_type = question(vec![Question::query(name("x.test."), Type::AAAA)]);
        let twice = question([&wrong.queries[..], &wrong.queries[..]].concat());
        for message in [&wrong_id, &other_name, &other_type, &twice, &question(Vec::new())] {
            back.send(message);
        }
        let mut echo = wrong.clone();
        echo.metadata.message_type = hickory_proto::op::MessageType::Query;
        back.send(&echo);
        for octets in [&b""[..], b"?", &[0; 11], &asked.id.to_be_bytes()] {
            back.octets(octets);
        }
        // Another socket knows all of it, but is not the server.
        if let Back::Udp(_, to) = back {
            UdpSocket::bind("127.0.0.1:0").unwrap().send_to(&wrong.to_vec().unwrap(), to).unwrap();
            UdpSocket::bind("127.0.0.2:0").unwrap().send_to(&wrong.to_vec().unwrap(), to).unwrap();
        }
        thread::sleep(Duration::from_millis(50));
        back.send(&reply);
    });
    assert_eq!(shown(&server.ask("x.test")), ["192.0.2.1"]);
    assert_eq!(server.count(), 1);
}

#[test]
fn a_flood_of_wrong_answers_changes_nothing() {
    let server = Server::new(|asked, mut reply, back| {
        reply.answers.push(address(&asked.name, 66));
        let right = reply.clone();
        for id in 0..20_000 {
            if id != asked.id {
                reply.metadata.id = id;
                back.send(&reply);
            }
        }
        let mut right = right;
        right.answers = vec![address(&asked.name, 1)];
        thread::sleep(Duration::from_millis(100));
        back.send(&right);
    });
    let resolver = asking([&server]).timeout(Duration::from_secs(20));
    let (flooded, other) = (server, Server::with(vec![address("x.test.", 2)]));
    let beside = asking([&other]).timeout(Duration::from_secs(20));
    let (query, queries) = (a("x.test"), [a("x.test"), a("x.test")]);
    let answers =
        block_on(async { tokio::join!(resolver.resolve(&query), join_all(queries.iter().map(|q| beside.resolve(q)))) });
    assert_eq!(shown(&answers.0), ["192.0.2.1"]);
    assert!(answers.1.iter().all(Result::is_ok), "others on the runtime have their turn");
    assert_eq!(flooded.count(), 1);
}

#[test]
fn garbage_under_the_right_question_is_a_failure_of_the_server() {
    let garbage = Server::new(|_, reply, back| {
        let mut octets = reply.to_vec().unwrap();
        // It announces 65,535 answers, the first with a pointer to itself.
        octets[6..8].copy_from_slice(&[0xff, 0xff]);
        let here = u8::try_from(octets.len()).unwrap();
        octets.extend([0xc0, here, 0, 1, 0, 1, 0, 0, 0, 0, 0xff, 0xff]);
        back.octets(&octets);
    });
    assert!(words(garbage.ask("x.test")).contains("cannot be read"));
    assert_eq!(garbage.count(), 1);
    let sane = Server::with(vec![address("x.test.", 1)]);
    let both = asking([&garbage, &sane]);
    assert_eq!(shown(&block_on(both.resolve(&a("x.test")))), ["192.0.2.1"]);
    // RFC 1035 §4.1.1: a server that could not read the question may leave it out.
    let formerr = Server::new(|_, mut reply, back| {
        reply.metadata.response_code = ResponseCode::FormErr;
        reply.queries.clear();
        back.send(&reply);
    });
    assert!(words(formerr.ask("x.test")).starts_with("the name server answered: "));
}

#[test]
fn truncated_and_oversized_answers() {
    let many = |asked: &Asked| (0..=255).map(|n| address(&asked.name, n)).collect::<Vec<_>>();
    let server = Server::new(move |asked, mut reply, back| {
        reply.metadata.truncation = !asked.over_tcp;
        reply.answers = if asked.over_tcp { many(asked) } else { vec![address(&asked.name, 66)] };
        back.send(&reply);
    });
    assert_eq!(server.ask("x.test").unwrap().addresses().count(), 256);
    assert_eq!(server.asked.lock().unwrap().iter().map(|asked| asked.over_tcp).collect::<Vec<_>>(), [false, true]);
    let endless = Server::new(|_, mut reply, back| {
        reply.metadata.truncation = true;
        back.send(&reply);
    });
    assert!(words(endless.ask("x.test")).contains("truncated even over TCP"));
    // 4,096 octets are read of a datagram; what is longer is cut, and cannot be read.
    let oversized = Server::new(move |asked, mut reply, back| {
        reply.answers = (0..=255).flat_map(|_| many(asked)).take(3000).collect();
        back.send(&reply);
    });
    assert!(words(oversized.ask("x.test")).contains("cannot be read"));
    let liar = Server::new(|asked, mut reply, back| {
        reply.metadata.truncation = !asked.over_tcp;
        reply.metadata.id ^= u16::from(asked.over_tcp);
        back.send(&reply);
    });
    assert!(words(liar.ask("x.test")).contains("is not one to the question"));
    let hangs_up = Server::new(|asked, mut reply, back| {
        reply.metadata.truncation = true;
        if !asked.over_tcp {
            back.send(&reply);
        }
    });
    assert!(words(hangs_up.ask("x.test")).starts_with(&hangs_up.address.to_string()));
}

#[test]
fn silence_is_a_time_out_and_a_late_answer_is_none() {
    let (server, start) = (Server::silent(), Instant::now());
    assert_eq!(server.ask("x.test"), Err(DnsError::Timeout));
    assert!(start.elapsed() >= Duration::from_millis(800));
    assert_eq!(server.count(), 2);
    let late = Server::new(|asked, mut reply, back| {
        let first = asked.name == "first.test.";
        if first {
            thread::sleep(Duration::from_millis(600));
        }
        reply.answers.push(address(&asked.name, if first { 66 } else { 1 }));
        back.send(&reply);
    });
    let resolver = asking([&late]).attempts(1).timeout(Duration::from_millis(300));
    block_on(async {
        assert_eq!(resolver.resolve(&a("first.test")).await, Err(DnsError::Timeout));
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(shown(&resolver.resolve(&a("second.test")).await), ["192.0.2.1"]);
    });
}

#[test]
fn a_lost_question_is_asked_again() {
    let lossy = Server::new(|asked, mut reply, back| {
        // The first of each name is lost.
        static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
        let mut seen = SEEN.lock().unwrap();
        if seen.contains(&asked.name) {
            reply.answers.push(address(&asked.name, 1));
            back.send(&reply);
        }
        seen.push(asked.name.clone());
    });
    let resolver = asking([&lossy]);
    assert!(block_on(resolver.resolve(&a("x.test"))).is_ok());
    assert_eq!(resolver.sent(), 2);
}

#[test]
fn ids_and_ports_vary() {
    let server = Server::with(Vec::new());
    let resolver = asking([&server]);
    let queries: Vec<Query> = (0..400).map(|n| a(&format!("n{n}.test"))).collect();
    block_on(async { assert!(join_all(queries.iter().map(|q| resolver.resolve(q))).await.iter().all(Result::is_ok)) });
    let asked = server.asked.lock().unwrap();
    let mut ids: Vec<u16> = asked.iter().map(|asked| asked.id).collect();
    let mut ports: Vec<u16> = asked.iter().map(|asked| asked.port).collect();
    for numbers in [&mut ids, &mut ports] {
        numbers.sort_unstable();
        numbers.dedup();
    }
    assert!(ids.len() > 380, "{}", ids.len());
    assert_eq!(ports.len(), 8);
    assert!(ports.iter().all(|port| *port > 1024));
}

#[test]
fn at_most_so_many_are_in_flight_at_each_server() {
    let counting = || {
        let (under_way, most) = (Arc::new(Mutex::new(0_usize)), Arc::new(Mutex::new(0_usize)));
        let counted = Arc::clone(&most);
        let server = Server::new(move |_, reply, back| {
            let Back::Udp(udp, to) = back else { return };
            let (udp, to, octets, under_way) =
                (udp.try_clone().unwrap(), *to, reply.to_vec().unwrap(), Arc::clone(&under_way));
            {
                let mut now = under_way.lock().unwrap();
                *now += 1;
                let mut most = most.lock().unwrap();
                *most = now.max(*most);
            }
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(30));
                *under_way.lock().unwrap() -= 1;
                udp.send_to(&octets, to).unwrap();
            });
        });
        (server, counted)
    };
    let ((one, most_one), (two, most_two)) = (counting(), counting());
    let resolver = asking([&one, &two]).in_flight(5).timeout(Duration::from_secs(10));
    let queries: Vec<Query> = (0..60).map(|n| a(&format!("n{n}.test"))).collect();
    block_on(async { assert!(join_all(queries.iter().map(|q| resolver.resolve(q))).await.iter().all(Result::is_ok)) });
    assert_eq!(one.count() + two.count(), 60);
    assert_eq!((*most_one.lock().unwrap(), *most_two.lock().unwrap()), (5, 5));
}

#[test]
fn another_server_answers_for_a_silent_one() {
    let (silent, good) = (Server::silent(), Server::with(Vec::new()));
    let resolver = asking([&silent, &good]);
    block_on(async {
        for n in 0..20 {
            assert!(resolver.resolve(&a(&format!("n{n}.test"))).await.is_ok());
        }
    });
    assert!(silent.count() <= 1, "it is asked last once it was silent: {}", silent.count());
    let closed = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = Bulk::with_name_servers([closed]).unwrap();
    let why = words(block_on(refused.resolve(&a("x.test"))));
    assert!(why.starts_with(&closed.to_string()), "{why}");
    assert_eq!(Bulk::with_name_servers([]).unwrap_err(), BulkError::NoNameServer);
}

#[test]
fn it_works_in_one_runtime_after_the_other_and_says_so_outside() {
    let server = Server::with(vec![address("x.test.", 1)]);
    let resolver = Arc::new(asking([&server]));
    for _ in 0..3 {
        assert!(block_on(resolver.resolve(&a("x.test"))).is_ok());
    }
    let idle = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    idle.block_on(async { assert!(resolver.resolve(&a("x.test")).await.is_ok()) });
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let resolver = Arc::clone(&resolver);
            thread::spawn(move || block_on(resolver.resolve(&a("x.test"))))
        })
        .collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap().is_ok()));
    let outside = resolver.resolve(&a("x.test")).now_or_never().unwrap();
    assert!(words(outside).contains("Tokio runtime"));
}

#[test]
fn a_dropped_look_up_leaves_nothing_behind() {
    let server = Server::silent();
    let resolver = asking([&server]).in_flight(1).timeout(Duration::from_secs(30));
    block_on(async {
        let query = Query::new("x.test".parse().unwrap(), RecordType::A);
        for _ in 0..3 {
            let given_up = tokio::time::timeout(Duration::from_millis(50), resolver.resolve(&query)).await;
            assert!(given_up.is_err());
        }
    });
    thread::sleep(Duration::from_millis(50));
    assert_eq!(server.count(), 3, "its turn was free again");
}
