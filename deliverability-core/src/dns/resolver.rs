//! The pluggable seam to the world.

use async_trait::async_trait;

use super::{Answer, Query};

/// Anything that can answer queries: the one trait to implement to plug in another resolver.
///
/// A failure is an [`Answer`] too. A resolver follows CNAME chains and keeps NXDOMAIN and no-data
/// apart. How long to wait is its own business; the core has no clock.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// Answers one query.
    async fn resolve(&self, query: &Query) -> Answer;
}

#[async_trait]
impl<R: Resolver + ?Sized> Resolver for &R {
    async fn resolve(&self, query: &Query) -> Answer {
        (**self).resolve(query).await
    }
}

#[async_trait]
impl<R: Resolver + ?Sized> Resolver for Box<R> {
    async fn resolve(&self, query: &Query) -> Answer {
        (**self).resolve(query).await
    }
}

#[async_trait]
impl<R: Resolver + ?Sized> Resolver for std::sync::Arc<R> {
    async fn resolve(&self, query: &Query) -> Answer {
        (**self).resolve(query).await
    }
}
