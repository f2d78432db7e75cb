//! Which name a list of domains wants to be asked about: the host, or its registrable domain.

use super::list::List;
use super::words::NameForm;
use crate::domain::DomainName;
#[cfg(feature = "psl")]
use crate::public_suffix::organization;

impl List {
    /// The name to ask this list about `host`; `None` where that cannot be told.
    ///
    /// A list of registrable domains has no entry at `mail.shop.example.co.uk`, but one at
    /// `example.co.uk`: only the public suffix list tells the one from the other. Without the
    /// feature `psl` a name of two labels is taken as registrable, and what is longer cannot be
    /// told. A public suffix is asked about as it is.
    ///
    /// ```
    /// use deliverability_core::dnsbl::{Kind, List, NameForm};
    /// let list = List::new("uri.example".parse()?, Kind::Domain).with_name_form(NameForm::Registrable);
    /// let shop = "shop.example".parse()?;
    /// assert_eq!(list.name_for(&shop), Some(shop));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn name_for(&self, host: &DomainName) -> Option<DomainName> {
        match self.name_form() {
            NameForm::Host => Some(host.clone()),
            #[cfg(feature = "psl")]
            NameForm::Registrable => Some(organization(host)),
            #[cfg(not(feature = "psl"))]
            NameForm::Registrable => (host.label_count() <= 2).then(|| host.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dnsbl::words::Kind;

    fn asked(form: NameForm, host: &str) -> Option<String> {
        let list = List::new("uri.test".parse().unwrap(), Kind::Domain).with_name_form(form);
        list.name_for(&host.parse().unwrap()).map(|name| name.to_string())
    }

    #[test]
    fn a_list_of_hosts_takes_the_name_as_it_is() {
        assert_eq!(asked(NameForm::Host, "a.b.c.example.org").unwrap(), "a.b.c.example.org");
    }

    #[cfg(not(feature = "psl"))]
    #[test]
    fn without_the_public_suffix_list_longer_names_cannot_be_told() {
        assert_eq!(asked(NameForm::Registrable, "example.org").unwrap(), "example.org");
        assert_eq!(asked(NameForm::Registrable, "example.co.uk"), None);
    }

    #[cfg(feature = "psl")]
    #[test]
    fn a_list_of_registrable_domains_is_asked_below_the_public_suffix() {
        for (host, want) in [
            ("example.org", "example.org"),
            ("Mail.Shop.Example.CO.UK", "Example.CO.UK"),
            ("www.bücher.example", "xn--bcher-kva.example"),
            ("a.user.github.io", "user.github.io"),
            ("github.io", "github.io"),
            ("com", "com"),
            (r"a\.b.example.org", "example.org"),
        ] {
            assert_eq!(asked(NameForm::Registrable, host).unwrap(), want, "{host}");
        }
    }
}
