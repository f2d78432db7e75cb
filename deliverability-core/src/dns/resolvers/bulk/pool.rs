//! The sockets of one Tokio runtime to one name server.

use core::net::SocketAddr;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::random::Random;
use super::socket::Socket;
use crate::dns::resolvers::exchange::Request;

/// Sockets to each server: whoever guesses answers has to guess among their ports as well.
const SOCKETS: u16 = 8;
/// Requests after which a socket makes room for one at another port.
const REQUESTS: u32 = 4096;

/// A few sockets, opened when they are first needed, each used for a while.
pub(super) struct Pool {
    server: SocketAddr,
    random: Mutex<Random>,
    sockets: Mutex<Vec<Used>>,
}

struct Used {
    socket: Arc<Socket>,
    left: u32,
}

impl Pool {
    pub(super) fn to(server: SocketAddr) -> Self {
        Self { server, random: Mutex::new(Random::new()), sockets: Mutex::default() }
    }

    /// Whether the runtime that it belongs to is gone.
    pub(super) fn is_dead(&self) -> bool {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|used| used.socket.is_dead())
    }

    /// Sends a request over one of the sockets and waits for its reply.
    pub(super) async fn ask(&self, request: &Request) -> io::Result<Vec<u8>> {
        self.socket()?.ask(request, &self.random).await
    }

    fn socket(&self) -> io::Result<Arc<Socket>> {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen = usize::from(random.below(SOCKETS)?);
        if let Some(used) = sockets.get_mut(chosen)
            && used.left > 0
        {
            used.left -= 1;
            return Ok(Arc::clone(&used.socket));
        }
        // Those that still wait at the old one keep it until they are done.
        let socket = Arc::new(Socket::open(self.server, &mut random)?);
        let used = Used { socket: Arc::clone(&socket), left: REQUESTS };
        match sockets.get_mut(chosen) {
            Some(old) => *old = used,
            None => sockets.push(used),
        }
        Ok(socket)
    }
}
