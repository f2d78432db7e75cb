//! mailrs-spf over answers in memory.

use std::net::IpAddr;

use async_trait::async_trait;
use deliverability_core::dns::Zone;
use futures_util::FutureExt as _;
use mailrs_spf::{SpfError, SpfResolver, SpfResult, VerifyInput, verify};

use crate::world::World;
use crate::{CLIENT, Subject, sender, subject};

#[async_trait]
impl SpfResolver for World {
    async fn lookup_txt(&self, domain: &str) -> Result<Vec<String>, SpfError> {
        Ok(self.txt.get(domain).cloned().unwrap_or_default())
    }

    async fn lookup_a(&self, domain: &str) -> Result<Vec<IpAddr>, SpfError> {
        Ok(self.a.get(domain).map(|ips| ips.iter().copied().map(IpAddr::V4).collect()).unwrap_or_default())
    }

    async fn lookup_aaaa(&self, _: &str) -> Result<Vec<IpAddr>, SpfError> {
        Ok(Vec::new())
    }

    async fn lookup_mx(&self, domain: &str) -> Result<Vec<(u16, String)>, SpfError> {
        Ok(self.mx.get(domain).cloned().unwrap_or_default())
    }
}

fn check(world: &World, sender: &str) -> SpfResult {
    let input = VerifyInput { ip: CLIENT.into(), helo: "mx.example.net".into(), mail_from: sender.into() };
    verify(world, &input).now_or_never().expect("always ready")
}

pub fn checks(task: &'static str, domain: &'static str, zone: &Zone) -> Vec<Subject> {
    let (world, sender) = (World::of(zone, false), sender(domain));
    assert_eq!(check(&world, &sender), SpfResult::Pass, "{domain}");
    vec![subject(task, "mailrs-spf", move || check(&world, &sender))]
}
