//! One UDP socket to one name server, with many questions under way on it.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use socket2::{Domain, Protocol, Socket as RawSocket, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::random::Random;
use crate::dns::resolvers::exchange::Request;

/// Room for a datagram. Servers are asked for 1,232 octets; some send more.
const DATAGRAM: usize = 4096;
/// Datagrams read before others have their turn, so that a flood stops nobody else.
const AT_ONCE: usize = 64;
/// Random ports tried before the system chooses one.
const PORTS_TRIED: usize = 8;
/// The receive buffer asked for; the system may give less. What 64 answers take is about 150 KB.
const RECEIVE_BUFFER: usize = 1 << 20;

/// What the reading task waits for. Elsewhere than on Linux, what the network reports is seen when
/// the next datagram is sent.
#[cfg(target_os = "linux")]
const NEWS: Interest = Interest::READABLE.add(Interest::ERROR);
#[cfg(not(target_os = "linux"))]
const NEWS: Interest = Interest::READABLE;

/// A UDP socket that is connected to a name server: the system hands on only what that sent. A
/// task reads from it until the socket is dropped.
pub(super) struct Socket {
    shared: Arc<Shared>,
    reader: JoinHandle<()>,
}

struct Shared {
    udp: UdpSocket,
    waiting: Mutex<HashMap<u16, Waiting>>,
}

/// Who asked under an ID, until it leaves: not before that is the ID free for another.
struct Waiting {
    request: Request,
    /// Taken by the reply.
    reply: Option<oneshot::Sender<io::Result<Vec<u8>>>>,
}

impl Socket {
    /// A socket at a random port. To be called within a Tokio runtime.
    pub(super) fn open(server: SocketAddr, random: &mut Random) -> io::Result<Self> {
        let udp = UdpSocket::from_std(bound(server, random)?.into())?;
        let shared = Arc::new(Shared { udp, waiting: Mutex::default() });
        let reader = tokio::spawn(Arc::clone(&shared).read());
        Ok(Self { shared, reader })
    }

    /// Whether the runtime that reads from it is gone.
    pub(super) fn is_dead(&self) -> bool {
        self.reader.is_finished()
    }

    /// Sends a request under a random ID and waits for its reply, for as long as it takes.
    pub(super) async fn ask(&self, request: &Request, random: &Mutex<Random>) -> io::Result<Vec<u8>> {
        let (sender, reply) = oneshot::channel();
        let (turn, request) = self.shared.enter(request, sender, random)?;
        self.shared.udp.send(request.octets()).await?;
        let reply = reply.await;
        drop(turn);
        reply.unwrap_or_else(|_| Err(io::Error::other("the runtime was shut down")))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Shared {
    fn enter(
        &self,
        request: &Request,
        reply: oneshot::Sender<io::Result<Vec<u8>>>,
        random: &Mutex<Random>,
    ) -> io::Result<(Turn<'_>, Request)> {
        let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
        let mut waiting = self.waiting();
        // Far fewer wait than there are IDs: a free one is soon found.
        let id = loop {
            let id = random.u16()?;
            if !waiting.contains_key(&id) {
                break id;
            }
        };
        let request = request.clone().with_id(id);
        waiting.insert(id, Waiting { request: request.clone(), reply: Some(reply) });
        Ok((Turn { shared: self, id }, request))
    }

    async fn read(self: Arc<Self>) {
        let mut datagram = vec![0; DATAGRAM];
        while self.udp.ready(NEWS).await.is_ok() {
            #[cfg(target_os = "linux")]
            self.take_error();
            for _ in 0..AT_ONCE {
                match self.udp.try_recv(&mut datagram) {
                    Ok(length) => self.deliver(datagram.get(..length).unwrap_or_default()),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    // Nobody listens at the server's port, or no way leads there.
                    Err(error) => self.fail(&error),
                }
            }
            tokio::task::yield_now().await;
        }
    }

    /// What the network reported about a datagram that was sent: who waits here is told.
    #[cfg(target_os = "linux")]
    fn take_error(&self) {
        let none = || io::Error::from(io::ErrorKind::WouldBlock);
        let taken = self.udp.try_io(Interest::ERROR, || self.udp.take_error()?.ok_or_else(none));
        if let Ok(error) = taken {
            self.fail(&error);
        }
    }

    /// Hands a reply to who waits for it. What nobody asked for is dropped, and who waits for
    /// something like it waits on (RFC 5452 §9.1).
    fn deliver(&self, datagram: &[u8]) {
        let Some(id) = datagram.first_chunk().copied().map(u16::from_be_bytes) else { return };
        let mut waiting = self.waiting();
        if let Some(waiting) = waiting.get_mut(&id)
            && waiting.request.is_answered_by(datagram)
            && let Some(reply) = waiting.reply.take()
        {
            // Whoever gave up meanwhile does not mind.
            let _ = reply.send(Ok(datagram.to_vec()));
        }
    }

    fn fail(&self, error: &io::Error) {
        for reply in self.waiting().values_mut().filter_map(|waiting| waiting.reply.take()) {
            let _ = reply.send(Err(error.kind().into()));
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u16, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among those that wait, left when dropped.
struct Turn<'s> {
    shared: &'s Shared,
    id: u16,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.shared.waiting().remove(&self.id);
    }
}

fn bound(server: SocketAddr, random: &mut Random) -> io::Result<RawSocket> {
    let socket = RawSocket::new(Domain::for_address(server), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    // A smaller buffer works too, only with more asked again.
    let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER);
    for _ in 0..PORTS_TRIED {
        // RFC 5452 §9.2: any port but the reserved ones.
        let port = random.below(u16::MAX - 1024)?.saturating_add(1025);
        if socket.bind(&any(server, port).into()).is_ok() {
            socket.connect(&server.into())?;
            return Ok(socket);
        }
    }
    socket.bind(&any(server, 0).into())?;
    socket.connect(&server.into())?;
    Ok(socket)
}

fn any(server: SocketAddr, port: u16) -> SocketAddr {
    match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, port).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, port).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Query;
    use crate::dns::resolvers::exchange::Exchange;

    #[tokio::test]
    async fn an_id_is_free_when_who_asked_has_left() {
        let random = Mutex::new(Random::new());
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let socket = Socket::open(server.local_addr().unwrap(), &mut random.lock().unwrap()).unwrap();
        let shared = &socket.shared;
        let (sender, mut reply) = oneshot::channel();
        let request = Exchange::of(&Query::a("a.test".parse().unwrap())).request(0);
        let (turn, request) = shared.enter(&request, sender, &random).unwrap();
        let mut answer = request.octets().to_vec();
        answer[2] |= 0x80;
        shared.deliver(&answer);
        assert_eq!(reply.try_recv().unwrap().unwrap(), answer);
        // Were it free, who asks under it next would be thrown out with the one that leaves.
        assert!(shared.waiting().contains_key(&turn.id));
        shared.deliver(&answer);
        drop(turn);
        assert!(shared.waiting().is_empty());
    }
}
