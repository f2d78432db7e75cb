//! One question over TCP (RFC 7766), for answers that do not fit into a datagram.

use core::net::SocketAddr;
use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::dns::resolvers::exchange::Request;

/// Sends a request over a connection of its own and reads the reply, at most 65,535 octets.
pub(super) async fn ask(server: SocketAddr, request: &Request) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(request.octets().len()).map_err(io::Error::other)?;
    // RFC 7766 §8: length and message in one write.
    stream.write_all(&[&length.to_be_bytes(), request.octets()].concat()).await?;
    let mut reply = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut reply).await?;
    if request.is_answered_by(&reply) {
        Ok(reply)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "the answer over TCP is not one to the question"))
    }
}
