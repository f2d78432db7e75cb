//! The receivers, and the filters that others put in front of their servers, that are known by name.

/// Declares the receivers with the word that stands for each.
macro_rules! receivers {
    ($($(#[$doc:meta])* $variant:ident = $token:literal, $title:literal;)+) => {
        /// A receiver, or a filter that receivers put in front of their servers, that speaks its own dialect.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Receiver { $($(#[$doc])* $variant,)+ }

        impl Receiver {
            /// Every receiver that is known.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word for it, in JSON and Python.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $token,)+ }
            }

            /// Its name for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

receivers! {
    /// Gmail and Google Workspace.
    Gmail = "gmail", "Gmail";
    /// Yahoo and AOL.
    Yahoo = "yahoo", "Yahoo";
    /// Outlook.com, Hotmail, Live: the consumer service.
    Outlook = "outlook", "Outlook.com";
    /// Exchange Online, the service for organizations.
    Microsoft365 = "microsoft365", "Microsoft 365";
    /// iCloud Mail.
    ICloud = "icloud", "iCloud";
    /// GMX, WEB.DE, mail.com.
    Gmx = "gmx", "GMX and WEB.DE";
    /// La Poste.
    LaPoste = "laposte", "laposte.net";
    /// Orange.
    Orange = "orange", "Orange";
    /// T-Online.
    TOnline = "t-online", "T-Online";
    /// Comcast.
    Comcast = "comcast", "Comcast";
    /// Cox.
    Cox = "cox", "Cox";
    /// Spectrum, Charter.
    Spectrum = "spectrum", "Spectrum";
    /// AT&T.
    Att = "att", "AT&T";
    /// Proofpoint.
    Proofpoint = "proofpoint", "Proofpoint";
    /// Mimecast.
    Mimecast = "mimecast", "Mimecast";
    /// Barracuda.
    Barracuda = "barracuda", "Barracuda";
    /// Cisco Secure Email, IronPort.
    Cisco = "cisco", "Cisco";
    /// mail.ru.
    MailRu = "mail.ru", "mail.ru";
    /// Tencent QQ.
    Qq = "qq", "QQ";
    /// GoDaddy, secureserver.net.
    GoDaddy = "godaddy", "GoDaddy";
    /// Yandex.
    Yandex = "yandex", "Yandex";
}

impl core::fmt::Display for Receiver {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.title())
    }
}
