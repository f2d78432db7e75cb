//! The fields that web hosts put into mail of their customers' scripts: PHP's `mail.add_x_header`, and those
//! of cPanel and its Exim.

use core::net::IpAddr;

use crate::header::{Field, unfold};
use crate::span::Span;

/// What a web host's fields say about the script, the account and the visitor that a message came from.
///
/// As true as the server that wrote them: anybody may put them into a message. Texts are cut after
/// 255 characters.
///
/// ```
/// use deliverability_core::header::trace::Trace;
/// let trace = Trace::of(b"X-PHP-Script: www.example.org/contact.php for 192.0.2.9\r\nX-PHP-Originating-Script: 1001:mail.php\r\n");
/// let script = trace.script().unwrap();
/// assert_eq!(script.path(), Some("www.example.org/contact.php"));
/// assert_eq!((script.uid(), script.visitor()), (Some(1001), Some("192.0.2.9".parse()?)));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Script {
    path: Option<String>,
    program: Option<String>,
    directory: Option<String>,
    uid: Option<u32>,
    account: Option<String>,
    server: Option<String>,
    visitor: Option<IpAddr>,
    spans: Vec<Span>,
}

/// Longest text that is kept, in characters.
const MAX_TEXT: usize = 255;
/// How many of the fields are looked at.
const MAX_FIELDS: usize = 40;

impl Script {
    /// The script: its address (`X-PHP-Script`), its path (`X-Source-Args`) or its name
    /// (`X-PHP-Originating-Script`).
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The program that ran it (`X-Source`).
    pub fn program(&self) -> Option<&str> {
        self.program.as_deref()
    }

    /// The directory it ran in, with the site in front (`X-Source-Dir`).
    pub fn directory(&self) -> Option<&str> {
        self.directory.as_deref()
    }

    /// The number of the user it ran as (`X-PHP-Originating-Script`, `X-AntiAbuse`).
    pub const fn uid(&self) -> Option<u32> {
        self.uid
    }

    /// The account that was logged in (`X-Authenticated-Sender`, `X-Get-Message-Sender-Via`).
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The web host's server (`X-AntiAbuse`, `X-Authenticated-Sender`).
    pub fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// Who called the page (`X-PHP-Script`), or sat at the web mail (`X-Originating-IP`).
    pub const fn visitor(&self) -> Option<IpAddr> {
        self.visitor
    }

    /// Where the values of the fields stand.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether a script is named, not an account alone.
    pub const fn is_named(&self) -> bool {
        self.path.is_some() || self.program.is_some()
    }

    /// Takes in one field of the message.
    pub(super) fn take(&mut self, field: &Field<'_>) {
        let is_x = matches!(field.name.as_bytes(), [b'x' | b'X', b'-', ..]);
        if !is_x || self.spans.len() >= MAX_FIELDS || field.is_blank() {
            return;
        }
        let text = || {
            let text = String::from_utf8_lossy(&unfold(field.value)).trim().to_owned();
            text.chars().take(MAX_TEXT).collect::<String>()
        };
        let is_known = match field.name.to_ascii_lowercase().as_str() {
            "x-php-originating-script" => self.php_origin(&text()),
            "x-php-script" => self.php_script(&text()),
            "x-source" => set(&mut self.program, &text()),
            "x-source-args" => self.arguments(&text()),
            "x-source-dir" => set(&mut self.directory, &text()),
            "x-authenticated-sender" => self.sender(&text()),
            "x-get-message-sender-via" => self.sender_via(&text()),
            "x-antiabuse" => self.anti_abuse(&text()),
            "x-originating-ip" => self.originating_ip(&text()),
            _ => false,
        };
        if is_known {
            self.spans.push(field.value_span);
        }
    }

    /// `1001:mail.php`
    fn php_origin(&mut self, text: &str) -> bool {
        let (uid, name) = text.split_once(':').unwrap_or(("", text));
        self.uid = self.uid.or_else(|| uid.trim().parse().ok());
        self.path.get_or_insert_with(|| name.trim().to_owned());
        true
    }

    /// `www.example.org/contact.php for 192.0.2.9, 198.51.100.1`: of several the last came from the server.
    fn php_script(&mut self, text: &str) -> bool {
        let (path, visitors) = text.split_once(" for ").unwrap_or((text, ""));
        self.path = Some(path.trim().to_owned());
        self.visitor = visitors.rsplit(',').find_map(|visitor| visitor.trim().parse().ok()).or(self.visitor);
        true
    }

    /// `/usr/bin/php /home/amy/public_html/mail.php`
    fn arguments(&mut self, text: &str) -> bool {
        let script = text.split_ascii_whitespace().skip(1).find(|word| !word.starts_with('-'));
        script.is_some_and(|script| set(&mut self.path, script))
    }

    /// `server.example.net: amy@example.org`
    fn sender(&mut self, text: &str) -> bool {
        let (server, account) = text.split_once(':').map_or((None, text), |(server, account)| (Some(server), account));
        if let Some(server) = server {
            set(&mut self.server, server);
        }
        set(&mut self.account, account)
    }

    /// `server.example.net: authenticated_id: amy/only user confirmed/virtual account not confirmed`
    fn sender_via(&mut self, text: &str) -> bool {
        let mut parts = text.split(": ");
        let (server, how, account) = (parts.next(), parts.next(), parts.next());
        let account = account.and_then(|account| account.split('/').next()).filter(|_| how == Some("authenticated_id"));
        if let Some(server) = server {
            set(&mut self.server, server);
        }
        account.is_some_and(|account| set(&mut self.account, account))
    }

    /// `Primary Hostname - server.example.net`, `Originator/Caller UID/GID - [1001 993] / [47 12]`
    fn anti_abuse(&mut self, text: &str) -> bool {
        let Some((key, value)) = text.split_once(" - ") else { return false };
        match key {
            "Primary Hostname" => set(&mut self.server, value),
            "Originator/Caller UID/GID" => {
                let first = value.trim_start_matches('[').split(' ').next().unwrap_or_default();
                self.uid = self.uid.or_else(|| first.parse().ok());
                true
            }
            _ => false,
        }
    }

    /// `[192.0.2.9]`
    fn originating_ip(&mut self, text: &str) -> bool {
        let ip = text.trim_matches(['[', ']']).parse().ok();
        self.visitor = self.visitor.or(ip);
        ip.is_some()
    }
}

/// The first one counts.
fn set(place: &mut Option<String>, text: &str) -> bool {
    place.get_or_insert_with(|| text.trim().to_owned());
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::fields;

    fn read(header: &str) -> Script {
        let mut script = Script::default();
        fields(header.as_bytes()).for_each(|field| script.take(&field));
        script
    }

    #[test]
    fn a_web_hosts_fields_are_read() {
        let script = read(
            "X-AntiAbuse: This header was added to track abuse, please include it with any abuse report\r\n\
             X-AntiAbuse: Primary Hostname - server.example.net\r\n\
             X-AntiAbuse: Originator/Caller UID/GID - [1001 993] / [47 12]\r\n\
             X-Get-Message-Sender-Via: server.example.net: authenticated_id: amy/only user confirmed/virtual account not confirmed\r\n\
             X-Source: /usr/bin/php\r\n\
             X-Source-Args: /usr/bin/php -f /home/amy/public_html/mail.php\r\n\
             X-Source-Dir: example.org:/public_html\r\n",
        );
        assert_eq!(script.path(), Some("/home/amy/public_html/mail.php"));
        assert_eq!((script.program(), script.directory()), (Some("/usr/bin/php"), Some("example.org:/public_html")));
        assert_eq!((script.uid(), script.account()), (Some(1001), Some("amy")));
        assert_eq!((script.server(), script.spans().len()), (Some("server.example.net"), 6));
    }

    #[test]
    fn the_account_that_was_logged_in() {
        let script =
            read("X-Authenticated-Sender: server.example.net: amy@example.org\r\nX-Source: \r\nX-Source-Args:\r\n");
        assert_eq!((script.account(), script.server()), (Some("amy@example.org"), Some("server.example.net")));
        assert!(!script.is_named());
    }

    #[test]
    fn the_visitor_of_the_page() {
        let script = read(
            "X-PHP-Script: a.test/x.php for 10.0.0.1, 192.0.2.9\r\nX-PHP-Originating-Script: 33:x.php(12) : eval()'d code\r\n",
        );
        assert_eq!((script.visitor(), script.uid()), (Some("192.0.2.9".parse().unwrap()), Some(33)));
        assert_eq!(read("X-Originating-IP: [2001:db8::1]\r\n").visitor(), Some("2001:db8::1".parse().unwrap()));
        assert_eq!(read("X-Originating-IP: none\r\nSubject: X-Source\r\n"), Script::default());
    }
}
