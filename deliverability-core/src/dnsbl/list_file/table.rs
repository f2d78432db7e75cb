//! Tables of a TOML text whose every key and value knows its place.

use core::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ListFileError, ListFileErrorKind};

/// A parsed text.
pub(super) struct Document<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

/// A table, and what it is for.
pub(super) struct Table<'d> {
    text: &'d str,
    within: &'static str,
    place: Range<usize>,
    entries: &'d DeTable<'d>,
}

/// A text value and its place.
pub(super) struct Text<'d> {
    pub(super) value: &'d str,
    place: Range<usize>,
    file: &'d str,
}

impl<'t> Document<'t> {
    pub(super) fn parse(text: &'t str) -> Result<Self, ListFileError> {
        match DeTable::parse(text) {
            Ok(root) => Ok(Self { text, root }),
            Err(error) => {
                let kind = ListFileErrorKind::Toml(error.message().to_owned());
                Err(ListFileError::new(text, error.span().unwrap_or_default(), kind))
            }
        }
    }

    pub(super) fn root(&self) -> Table<'_> {
        Table { text: self.text, within: "a file", place: self.root.span(), entries: self.root.get_ref() }
    }
}

impl<'d> Table<'d> {
    /// Refuses keys other than these.
    pub(super) fn allows(&self, keys: &'static [&'static str]) -> Result<(), ListFileError> {
        let unknown = self.entries.iter().map(|(key, _)| key).find(|key| !keys.contains(&key.get_ref().as_ref()));
        unknown.map_or(Ok(()), |key| {
            let kind =
                ListFileErrorKind::UnknownKey { within: self.within, key: key.get_ref().to_string(), allowed: keys };
            Err(ListFileError::new(self.text, key.span(), kind))
        })
    }

    pub(super) fn lacks(&self, key: &'static str) -> ListFileError {
        let kind = ListFileErrorKind::MissingKey { within: self.within, key };
        ListFileError::new(self.text, self.place.clone(), kind)
    }

    pub(super) fn text(&self, key: &'static str) -> Result<Option<Text<'d>>, ListFileError> {
        self.get(key).map(|value| self.as_text(key, value, "a text in quotes")).transpose()
    }

    pub(super) fn owned(&self, key: &'static str) -> Result<Option<String>, ListFileError> {
        Ok(self.text(key)?.map(|text| text.value.to_owned()))
    }

    pub(super) fn needed(&self, key: &'static str) -> Result<Text<'d>, ListFileError> {
        self.text(key)?.ok_or_else(|| self.lacks(key))
    }

    /// One of the words of `all`.
    pub(super) fn word<T: Copy>(
        &self,
        key: &'static str,
        all: &[T],
        as_str: fn(T) -> &'static str,
    ) -> Result<Option<T>, ListFileError> {
        let Some(word) = self.text(key)? else { return Ok(None) };
        match all.iter().copied().find(|value| as_str(*value) == word.value) {
            Some(value) => Ok(Some(value)),
            None => Err(word.error(ListFileErrorKind::UnknownWord {
                key,
                word: word.value.to_owned(),
                allowed: all.iter().copied().map(as_str).collect(),
            })),
        }
    }

    /// True or false; false if it is not there.
    pub(super) fn flag(&self, key: &'static str) -> Result<bool, ListFileError> {
        match self.get(key) {
            None => Ok(false),
            Some(value) => match value.get_ref() {
                DeValue::Boolean(flag) => Ok(*flag),
                _ => Err(self.wrong(key, value, "true or false")),
            },
        }
    }

    pub(super) fn texts(&self, key: &'static str) -> Result<Option<Vec<Text<'d>>>, ListFileError> {
        const WANT: &str = "an array of texts: [\"...\"]";
        let Some(value) = self.get(key) else { return Ok(None) };
        let DeValue::Array(array) = value.get_ref() else { return Err(self.wrong(key, value, WANT)) };
        array.iter().map(|value| self.as_text(key, value, WANT)).collect::<Result<_, _>>().map(Some)
    }

    /// The tables of an array of tables, none if it is not there.
    pub(super) fn tables(&self, key: &'static str, within: &'static str) -> Result<Vec<Table<'d>>, ListFileError> {
        let want = match key {
            "list" => "written as tables: [[list]]",
            "code" => "written as tables: [[list.code]]",
            _ => "written as tables: [[list.refusal]]",
        };
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(array) = value.get_ref() else { return Err(self.wrong(key, value, want)) };
        let table = |value: &'d Spanned<DeValue<'d>>| match value.get_ref() {
            DeValue::Table(entries) => Ok(Table { text: self.text, within, place: value.span(), entries }),
            _ => Err(self.wrong(key, value, want)),
        };
        array.iter().map(table).collect()
    }

    fn get(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.entries.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
    }

    fn as_text(
        &self,
        key: &'static str,
        value: &'d Spanned<DeValue<'d>>,
        want: &'static str,
    ) -> Result<Text<'d>, ListFileError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(Text { value: text, place: value.span(), file: self.text }),
            _ => Err(self.wrong(key, value, want)),
        }
    }

    fn wrong(&self, key: &'static str, value: &Spanned<DeValue<'_>>, want: &'static str) -> ListFileError {
        ListFileError::new(self.text, value.span(), ListFileErrorKind::WrongType { key, want })
    }
}

impl Text<'_> {
    pub(super) fn error(&self, kind: ListFileErrorKind) -> ListFileError {
        ListFileError::new(self.file, self.place.clone(), kind)
    }
}
