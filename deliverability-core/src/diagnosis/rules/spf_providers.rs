//! The names that large providers' customers include today.

use crate::domain::DomainName;

/// When the records were seen to stand under these names and to be included there.
const SEEN: &str = "summer 2026";

/// A provider, the domains whose names its customers' records hold, and what to include today.
const PROVIDERS: &[(&str, &[&str], &str)] = &[
    (
        "Microsoft 365",
        &["outlook.com", "microsoft.com", "microsoftonline.com", "office365.com", "onmicrosoft.com"],
        "spf.protection.outlook.com",
    ),
    ("Google Workspace", &["google.com", "googlemail.com", "gmail.com"], "_spf.google.com"),
    ("Amazon SES", &["amazonses.com"], "amazonses.com"),
    ("Brevo", &["brevo.com", "sendinblue.com"], "spf.brevo.com"),
    ("Mailchimp", &["mcsv.net", "mailchimp.com"], "servers.mcsv.net"),
    ("Mailchimp Transactional", &["mandrillapp.com"], "spf.mandrillapp.com"),
    ("Mailgun", &["mailgun.org", "mailgun.com", "mailgun.net"], "mailgun.org"),
    ("Postmark", &["mtasv.net", "postmarkapp.com"], "spf.mtasv.net"),
    ("SendGrid", &["sendgrid.net", "sendgrid.com"], "sendgrid.net"),
    ("Zendesk", &["zendesk.com"], "mail.zendesk.com"),
];

/// A provider and the name to include.
pub(super) struct CurrentName {
    provider: &'static str,
    name: &'static str,
}

impl CurrentName {
    /// A sentence, with a space in front.
    pub(super) fn advice(&self) -> String {
        format!(" {} is include:{} (seen in {SEEN}).", self.provider, self.name)
    }
}

/// The name that the provider of a broken target is included by today; `None` if the provider is
/// not known, or it is that very name.
pub(super) fn current_name(target: &DomainName) -> Option<CurrentName> {
    let is_of = |domain: &&str| DomainName::from_ascii(domain.as_bytes()).is_ok_and(|domain| target.is_within(&domain));
    let (provider, _, name) = PROVIDERS.iter().find(|(_, domains, _)| domains.iter().any(&is_of))?;
    let is_current = DomainName::from_ascii(name.as_bytes()).is_ok_and(|name| name == *target);
    (!is_current).then_some(CurrentName { provider, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_known_by_its_domains() {
        let advice = |target: &str| current_name(&target.parse().unwrap()).map(|it| it.advice());
        let microsoft = " Microsoft 365 is include:spf.protection.outlook.com (seen in summer 2026).";
        assert_eq!(advice("spf.microsoftonline.com").as_deref(), Some(microsoft));
        assert_eq!(advice("spf.protection.outlook.com"), None, "what is broken is not proposed again");
        assert_eq!(advice("gone.test"), None);
    }
}
