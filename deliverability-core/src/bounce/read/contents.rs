//! The parts of a message, told apart by what they are for.

use std::borrow::Cow;

use super::entity::{Entity, HeaderSection, find, leaves};
use super::limits::Limits;
use super::line_ends::to_crlf;
use super::text::split_original;
use crate::bounce::returned::Original;

/// What a message consists of, as far as a bounce goes.
#[derive(Debug)]
pub(super) struct Contents<'a> {
    pub(super) header: HeaderSection<'a>,
    /// What is said in words, the returned message cut off.
    pub(super) texts: Vec<String>,
    /// Delivery reports (RFC 3464).
    pub(super) reports: Vec<String>,
    /// A feedback report (RFC 5965).
    pub(super) feedback: Option<String>,
    /// The returned message, lines ended by LF.
    pub(super) returned: Option<Returned<'a>>,
    /// Further messages that are attached: a digest has many.
    pub(super) others: Vec<Returned<'a>>,
}

/// The message that came back.
#[derive(Debug)]
pub(super) struct Returned<'a> {
    pub(super) octets: Cow<'a, [u8]>,
    /// Whether it is a message of its own in the bounce, rather than the tail of a text.
    is_attached: bool,
}

impl Returned<'_> {
    /// Its header section.
    pub(super) fn header(&self) -> HeaderSection<'_> {
        Entity::split(&self.octets).header
    }

    /// As it travels.
    pub(super) fn to_original(&self) -> Option<Original> {
        if self.octets.trim_ascii().is_empty() {
            return None;
        }
        let body = Entity::split(&self.octets).body;
        let is_cut = !self.is_attached && find(body, b"truncated").is_some();
        let is_whole = !body.trim_ascii().is_empty() && !is_cut;
        Some(Original { octets: to_crlf(&self.octets).into(), is_whole })
    }
}

impl<'a> Contents<'a> {
    /// Takes a message apart.
    pub(super) fn of(message: Entity<'a>, limits: &Limits) -> Self {
        let mut contents = Self {
            header: message.header,
            texts: Vec::new(),
            reports: Vec::new(),
            feedback: None,
            returned: None,
            others: Vec::new(),
        };
        let mut html: Vec<Entity<'_>> = Vec::new();
        for leaf in leaves(message, limits) {
            contents.take(leaf, &mut html, limits);
        }
        // A report with its replies says more than HTML made into text.
        let has_replies = contents.reports.iter().any(|report| find(report.as_bytes(), b"iagnostic-").is_some());
        if !has_replies && contents.texts.iter().all(|text| text.trim().is_empty()) {
            for leaf in &html {
                contents.take_words(&leaf.html(limits.text));
            }
        }
        contents
    }

    fn take(&mut self, leaf: Entity<'a>, html: &mut Vec<Entity<'a>>, limits: &Limits) {
        match leaf.media_type().as_str() {
            "text/html" => html.push(leaf),
            "message/delivery-status"
            | "message/global-delivery-status"
            | "message/x-delivery-status"
            | "text/x-delivery-status" => self.reports.push(leaf.text(limits.text).into_owned()),
            "message/feedback-report" => self.feedback = Some(leaf.text(limits.text).into_owned()),
            "message/rfc822" | "message/global" | "message/partial" | "text/rfc822" => {
                self.take_returned(&leaf, true, limits);
            }
            "text/rfc822-headers" | "text/rfc822-header" | "message/rfc822-headers" | "message/global-headers" => {
                self.take_returned(&leaf, false, limits);
            }
            kind if kind.is_empty() || kind.starts_with("text/") || !kind.contains('/') => {
                self.take_text(&leaf, limits);
            }
            kind if kind.starts_with("multipart/") => self.take_text(&leaf, limits),
            _ => {}
        }
    }

    fn take_returned(&mut self, leaf: &Entity<'a>, is_attached: bool, limits: &Limits) {
        // A part of its own is surer than the tail of a text: Exchange quotes the header fields there, too.
        let is_better = self.returned.as_ref().is_none_or(|known| is_attached && !known.is_attached);
        let returned = Returned { octets: leaf.decoded(limits.octets), is_attached };
        if is_better {
            self.returned = Some(returned);
        } else if is_attached {
            self.others.push(returned);
        }
    }

    /// A text part; the returned message may follow in it.
    fn take_text(&mut self, leaf: &Entity<'a>, limits: &Limits) {
        // A second text part that begins as a header section is the returned message (RFC 1892 before its time).
        if !self.texts.is_empty() && begins_as_header(leaf.body) {
            return self.take_returned(leaf, false, limits);
        }
        self.take_words(&leaf.text(limits.text));
    }

    fn take_words(&mut self, text: &str) {
        let (said, original) = split_original(text);
        self.texts.push(said.to_owned());
        if let Some(original) = original.filter(|_| self.returned.is_none()) {
            let octets = without_quotes(original.trim_start_matches('\n')).into_bytes();
            self.returned = Some(Returned { octets: Cow::Owned(octets), is_attached: false });
        }
    }
}

/// The returned message of a bounce that somebody quoted: as it was, where every line has the mark.
fn without_quotes(original: &str) -> String {
    if !original.lines().take(100).all(|line| line.starts_with('>')) {
        return original.to_owned();
    }
    let lines = original.lines().map(|line| line.strip_prefix("> ").or_else(|| line.strip_prefix('>')).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn begins_as_header(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    ["Received:", "Return-Path:", "From:", "Date:", "Message-ID:"]
        .iter()
        .any(|name| body.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())))
}
