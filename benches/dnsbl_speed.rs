//! What `peers/dnsbl.sh` times of our own side, and the server between that delays.
//!
//! Each mode prints one line of JSON.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use deliverability_core::Check as _;
use deliverability_core::dns::{Bulk, Deadline, Query, Resolver};
use deliverability_core::dnsbl::sweep::Sweep;
use deliverability_core::dnsbl::{HealthMemory, Kind, List, Lookup};
use futures_util::StreamExt as _;
use tokio::net::UdpSocket;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    match given[..] {
        ["sweep", server, in_flight, addresses, lists] => {
            sweep(server.parse().unwrap(), in_flight.parse().unwrap(), addresses, &self::lists(lists)).await;
        }
        ["once", server, address, lists] => {
            once(server.parse().unwrap(), address.parse().unwrap(), &self::lists(lists)).await;
        }
        ["shrinking", server, address, lists] => {
            shrinking(server.parse().unwrap(), address.parse().unwrap(), &self::lists(lists)).await;
        }
        ["delay", listen, to, milliseconds] => {
            let time = Duration::from_millis(milliseconds.parse().unwrap());
            delay(listen.parse().unwrap(), to.parse().unwrap(), time).await;
        }
        _ => panic!("sweep SERVER IN_FLIGHT FILE LISTS | once|shrinking SERVER IP LISTS | delay LISTEN TO MS"),
    }
}

fn lists(zones: &str) -> Vec<List> {
    let list = |zone: &str| List::new(zone.parse().unwrap(), Kind::Ipv4).with_rfc_test_points();
    zones.split(',').map(list).collect()
}

fn bulk(server: SocketAddr) -> Bulk {
    Bulk::with_name_servers([server]).unwrap()
}

/// Every address of a file at every list; prints what is listed.
async fn sweep(server: SocketAddr, in_flight: usize, addresses: &str, lists: &[List]) {
    let addresses = std::fs::read_to_string(addresses).unwrap();
    let addresses: Vec<IpAddr> = addresses.lines().map(|line| line.parse().unwrap()).collect();
    let resolver = bulk(server).in_flight(in_flight);
    let start = Instant::now();
    let mut sweep = Sweep::of(addresses, &resolver).lists(lists.iter().cloned()).in_flight(2 * in_flight);
    let (mut listed, mut clean) = (Vec::new(), 0);
    while let Some(cell) = sweep.next().await {
        if cell.is_listed() {
            listed.push(format!("\"{} {}\"", cell.subject(), cell.list().zone()));
        } else if !cell.is_unknown() {
            clean += 1;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let unknown = sweep.progress().unknown;
    println!(
        "{{\"seconds\": {seconds}, \"sent\": {}, \"clean\": {clean}, \"unknown\": {unknown}, \"listed\": [{}]}}",
        resolver.sent(),
        listed.join(", ")
    );
}

/// One address at every list, whose health is known.
async fn once(server: SocketAddr, address: IpAddr, lists: &[List]) {
    let resolver = HealthMemory::of(bulk(server), lists);
    for point in lists.iter().flat_map(List::points) {
        resolver.resolve(&point.query).await.unwrap();
    }
    let trip = Instant::now();
    let _ = resolver.resolve(&Query::a("9.9.9.9.one.trip".parse().unwrap())).await;
    let trip = trip.elapsed().as_secs_f64();
    let start = Instant::now();
    let verdicts = Lookup::of(address).lists(lists).run(&resolver).await;
    let seconds = start.elapsed().as_secs_f64();
    let unknown = verdicts.iter().filter(|verdict| verdict.is_unknown()).count();
    println!("{{\"seconds\": {seconds}, \"round_trip\": {trip}, \"unknown\": {unknown}}}");
}

/// One address at every list, nothing known, with a deadline that shrinks.
async fn shrinking(server: SocketAddr, address: IpAddr, lists: &[List]) {
    let resolver = Deadline::of(bulk(server), Duration::from_secs(20)).shrinking(4, Duration::from_millis(800));
    let start = Instant::now();
    let verdicts = Lookup::of(address).lists(lists).run(&resolver).await;
    let seconds = start.elapsed().as_secs_f64();
    let silent: Vec<String> = verdicts
        .iter()
        .filter(|verdict| verdict.is_unknown())
        .map(|verdict| format!("\"{}\"", verdict.list().zone()))
        .collect();
    println!("{{\"seconds\": {seconds}, \"silent\": [{}]}}", silent.join(", "));
}

/// Hands datagrams on, and back after a time; never those that ask for a name with "silent" in it.
async fn delay(listen: SocketAddr, to: SocketAddr, time: Duration) {
    let front = Arc::new(UdpSocket::bind(listen).await.unwrap());
    let mut backs: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
    let mut datagram = vec![0; 4096];
    loop {
        let (length, client) = front.recv_from(&mut datagram).await.unwrap();
        let question = datagram[..length].to_vec();
        if question.windows(6).any(|octets| octets == b"silent") {
            continue;
        }
        let back = match backs.get(&client) {
            Some(back) => Arc::clone(back),
            None => {
                let back = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
                back.connect(to).await.unwrap();
                tokio::spawn(hand_back(Arc::clone(&back), Arc::clone(&front), client, time));
                backs.insert(client, Arc::clone(&back));
                back
            }
        };
        let _ = back.send(&question).await;
    }
}

async fn hand_back(back: Arc<UdpSocket>, front: Arc<UdpSocket>, client: SocketAddr, time: Duration) {
    let mut datagram = vec![0; 4096];
    while let Ok(length) = back.recv(&mut datagram).await {
        let (answer, front) = (datagram[..length].to_vec(), Arc::clone(&front));
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            let _ = front.send_to(&answer, client).await;
        });
    }
}
