//! What a loader brings to the protocol.

use domain::page::Page;
use domain::{Doc, Sourced};
use serde::{Deserialize, de::IgnoredAny};

/// What the database answered, and whether it is worth a cell.
#[derive(Clone, Debug)]
pub enum Loaded<T> {
    /// It is kept.
    Lasting(Sourced<Doc<T>>),
    /// It is answered and forgotten.
    Passing(Sourced<Doc<T>>),
}

impl<T> Loaded<Page<T>> {
    /// Keeps a page, unless it has no items: anybody can ask for any number of empty ones.
    pub fn page(answer: Sourced<Doc<Page<T>>>) -> Self {
        #[derive(Deserialize)]
        struct Items {
            items: Vec<IgnoredAny>,
        }
        let page = serde_json::from_slice(answer.value.json());
        if page.is_ok_and(|Items { items }| !items.is_empty()) {
            Self::Lasting(answer)
        } else {
            Self::Passing(answer)
        }
    }
}

impl<T> Loaded<T> {
    /// Leaves the type to the key, so that loads of every kind can be shared alike.
    pub(crate) fn untyped(self) -> Sourced<Doc<()>> {
        match self {
            Self::Lasting(answer) | Self::Passing(answer) => answer.map(|doc| retyped(&doc)),
        }
    }
}

/// Gives a document the type that its key stands for.
pub(crate) fn retyped<T, U>(doc: &Doc<T>) -> Doc<U> {
    Doc::from_parts(doc.json().clone(), doc.etag().to_owned())
}
