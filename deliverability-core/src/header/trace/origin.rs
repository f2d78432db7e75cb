//! How a message came into the world, as its lowest Received field tells.

use core::fmt;

use crate::header::received::{Received, Transmission};

/// Who handed the message to the first server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// A user or a program of that server.
    LocalSubmission,
    /// A script of a web site on that server, as header fields of the server say.
    Script,
    /// A web page or web service.
    Webmail,
    /// A client that had authenticated itself: a mail program, a device, or a server with an account.
    AuthenticatedClient,
    /// Another host, without authentication: a mail server, or a program that delivers directly.
    Mta,
    /// The field does not tell.
    Unknown,
}

impl Origin {
    /// How the client of this field handed its message over.
    pub fn of(received: &Received<'_>) -> Self {
        match received.transmission() {
            _ if received.submission.is_some() => Self::LocalSubmission,
            Some(Transmission::Local) => Self::LocalSubmission,
            Some(Transmission::Http) => Self::Webmail,
            Some(Transmission::Mapi) => Self::AuthenticatedClient,
            _ if received.is_authenticated() => Self::AuthenticatedClient,
            _ if received.ip.is_some() => Self::Mta,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LocalSubmission => "a user or program of the server itself",
            Self::Script => "a script of a web site",
            Self::Webmail => "a web page or web service",
            Self::AuthenticatedClient => "a client that had authenticated itself",
            Self::Mta => "another host, without authentication",
            Self::Unknown => "unknown",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_tells_who_began() {
        for (field, origin) in [
            ("by a (Postfix, from userid 33) id x", Origin::LocalSubmission),
            ("from amy by a with local (Exim 4.96)", Origin::LocalSubmission),
            ("(qmail 1 invoked by uid 5)", Origin::LocalSubmission),
            ("from [192.0.2.1] by a with HTTP", Origin::Webmail),
            ("from 1 named unknown by gmailapi.google.com with HTTPREST", Origin::Webmail),
            ("from a (a [192.0.2.1]) by b with ESMTPSA", Origin::AuthenticatedClient),
            ("from a (a [192.0.2.1]) by b with ESMTP", Origin::Mta),
            ("(qmail 1 invoked from network)", Origin::Unknown),
            ("by 2002:a05:: with SMTP id x", Origin::Unknown),
        ] {
            assert_eq!(Origin::of(&Received::parse(field.as_bytes())), origin, "{field}");
        }
    }
}
