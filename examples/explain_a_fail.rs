//! Explains why SPF gives its result for a client: the way taken, what decided, what would have to
//! change, and the Received-SPF field that a receiver would write.
//!
//! ```text
//! cargo example explain_a_fail                                     a shipped zone, offline
//! cargo example explain_a_fail -- 198.51.100.7 amy@shop.example    another client or sender in it
//! cargo example explain_a_fail -- 192.0.2.1 amy@example.org --helo mx.example.org --nameserver 127.0.0.1:5353
//! ```

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use deliverability_core::Check;
use deliverability_core::dns::{Deadline, Driver, Hickory, Known, Zone};
use deliverability_core::spf::{self, CheckHost, Evaluation};
use lexopt::prelude::*;

const USAGE: &str = "usage: explain_a_fail [ADDRESS SENDER] [--helo NAME] [--nameserver ADDRESS:PORT]";

/// The zone of the shipped case `newsletter`: an application server sends that nobody authorized.
const ZONE: &str = include_str!("cases/newsletter/zone.txt");
