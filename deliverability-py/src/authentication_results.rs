//! The Authentication-Results field.

use deliverability_core::header;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::field::variant_words;
use crate::record::bytes_of;
use crate::value::value_class;

value_class! {
    /// What a host says that it found when it checked a message: Authentication-Results (RFC 8601).
    ///
    /// Anybody can write such a field into a message: believe only those that name your own host.
    /// `str(field)` is the whole field, name and all, folded, without a final line end. Whatever the
    /// texts hold, it is one field.
    AuthenticationResults {
        /// The host that speaks; `None` where the field does not say.
        authserv_id: Option<String>,
        /// The version of the field's syntax, where one is stated.
        version: Option<u32>,
        /// One for each check, in order.
        results: Vec<MethodResult>,
        /// What departs from the grammar. Not written.
        departures: Vec<Departure>,
    } with {
        /// Reads a field, with its name or without. Nothing is refused: see `departures`.
        ///
        /// >>> import deliverability as dv
        /// >>> field = dv.AuthenticationResults.parse("mx.example.net; spf=pass smtp.mailfrom=example.org")
        /// >>> field.of("spf")[0].property("smtp", "mailfrom")
        /// 'example.org'
        #[classmethod]
        fn parse(_class: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
            let bytes = bytes_of(text, "an Authentication-Results field")?;
            Ok((&header::AuthenticationResults::parse(&bytes)).into())
        }

        /// Reads an ARC-Authentication-Results field, with its name or without: the instance and the
        /// results. `None` without an instance from 1 to 50 in front (RFC 8617 §4.1.1).
        ///
        /// >>> import deliverability as dv
        /// >>> instance, field = dv.AuthenticationResults.parse_arc("i=2; mx.example.net; arc=pass")
        /// >>> instance, field.of("arc")[0].result
        /// (2, 'pass')
        #[classmethod]
        fn parse_arc(_class: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Option<(u8, Self)>> {
            let bytes = bytes_of(text, "an ARC-Authentication-Results field")?;
            let read = header::AuthenticationResults::parse_arc(&bytes);
            Ok(read.map(|(instance, field)| (instance, (&field).into())))
        }

        /// The results of a method, such as "dkim"; case does not matter.
        fn of(&self, method: &str) -> Vec<MethodResult> {
            self.core().of(method).map(MethodResult::from).collect()
        }

        /// Whether the field names this host; case does not matter.
        fn is_by(&self, authserv_id: &str) -> bool {
            self.core().is_by(authserv_id)
        }

        fn __str__(&self) -> String {
            self.core().to_string()
        }
    }
}

value_class! {
    /// The result of one check in an Authentication-Results field.
    MethodResult {
        /// What was checked, in lower case: "spf", "dkim", "dmarc", ...
        method: String,
        /// The version of the method, where one is stated.
        version: Option<u32>,
        /// The result, in lower case.
        result: String,
        /// Why (`reason=`).
        reason: Option<String>,
        /// What is said to people.
        comments: Vec<String>,
        /// What was checked, in order.
        properties: Vec<ResultProperty>,
    } with {
        /// The value of a property, such as `property("header", "d")`; `None` without it.
        fn property(&self, ptype: &str, name: &str) -> Option<String> {
            header::MethodResult::from(self).property(ptype, name).map(str::to_owned)
        }
    }
}

value_class! {
    /// A piece of the message or session that a result is about, such as `smtp.mailfrom=example.org`.
    ResultProperty {
        /// Where it was taken from: "smtp", "header", "body" or "policy"; empty where that is not said.
        ptype: String,
        /// Its name.
        name: String,
        /// Its value, without quotes.
        value: String,
    }
}

variant_words! {
    /// What departs from the grammar of Authentication-Results.
    Departure from header::DepartureKind {
        NoAuthservId = "no_authserv_id",
        NoResult = "no_result",
        NoPropertyType = "no_property_type",
        StrayWords = "stray_words",
        Nothing = "nothing",
        Version = "version",
        EmptyPart = "empty_part",
        NoneBesideResults = "none_beside_results",
        LateReason = "late_reason",
        Name = "name",
        Value = "value",
        Unclosed = "unclosed",
        TooMany = "too_many",
    } else Other = "other"
}

impl AuthenticationResults {
    /// The core's field, but for the departures, which are not written.
    fn core(&self) -> header::AuthenticationResults {
        header::AuthenticationResults {
            authserv_id: self.authserv_id.clone(),
            version: self.version,
            results: self.results.iter().map(header::MethodResult::from).collect(),
            ..header::AuthenticationResults::default()
        }
    }
}

impl From<&header::AuthenticationResults> for AuthenticationResults {
    fn from(field: &header::AuthenticationResults) -> Self {
        Self {
            authserv_id: field.authserv_id.clone(),
            version: field.version,
            results: field.results.iter().map(MethodResult::from).collect(),
            departures: field.departures.iter().map(|departure| departure.kind.into()).collect(),
        }
    }
}

impl From<&header::MethodResult> for MethodResult {
    fn from(result: &header::MethodResult) -> Self {
        let property = |property: &header::Property| ResultProperty {
            ptype: property.ptype.clone(),
            name: property.name.clone(),
            value: property.value.clone(),
        };
        Self {
            method: result.method.clone(),
            version: result.version,
            result: result.result.clone(),
            reason: result.reason.clone(),
            comments: result.comments.clone(),
            properties: result.properties.iter().map(property).collect(),
        }
    }
}

impl From<&MethodResult> for header::MethodResult {
    fn from(result: &MethodResult) -> Self {
        let property = |property: &ResultProperty| header::Property {
            ptype: property.ptype.clone(),
            name: property.name.clone(),
            value: property.value.clone(),
        };
        Self {
            method: result.method.clone(),
            version: result.version,
            result: result.result.clone(),
            reason: result.reason.clone(),
            comments: result.comments.clone(),
            properties: result.properties.iter().map(property).collect(),
        }
    }
}
