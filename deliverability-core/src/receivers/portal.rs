//! Where a receiver is asked to lift its own block.

use super::receiver::Receiver;

impl Receiver {
    /// Where its own block is asked to be lifted: a page or an address, with what it is for. `None` where no place is
    /// known. As generally known in 2026: pages move, and not each was looked at; what a reply points to goes before it.
    pub const fn portal(self) -> Option<&'static str> {
        Some(match self {
            Self::Gmail => {
                "https://support.google.com/mail/contact/gmail_bulk_sender_escalation, and Postmaster Tools at https://postmaster.google.com"
            }
            Self::Yahoo => "https://senders.yahooinc.com/contact/",
            Self::Outlook => {
                "https://olcsupport.office.com (Outlook.com), and SNDS at https://sendersupport.olc.protection.outlook.com"
            }
            Self::Microsoft365 => {
                "https://sender.office.com for an address; delist@messaging.microsoft.com for a banned sender"
            }
            Self::ICloud => "icloudadmin@apple.com, as https://support.apple.com/en-us/102322 says",
            Self::Gmx => "https://postmaster.gmx.net/en/contact",
            Self::LaPoste => "https://postmaster.laposte.net",
            Self::TOnline => "tobr@rx.t-online.de for a reset (NOWL), tosa@rx.t-online.de for a block (BL)",
            Self::Comcast => "https://postmaster.comcast.net",
            Self::Spectrum => "https://www.spectrum.net/support/internet/understanding-email-error-codes",
            Self::Att => "https://rbl.att.net/block_enduser.html",
            Self::Proofpoint => "https://ipcheck.proofpoint.com",
            Self::Barracuda => "https://www.barracudacentral.org/rbl/removal-request",
            Self::Cisco => "https://www.talosintelligence.com/reputation_center",
            _ => return None,
        })
    }
}
