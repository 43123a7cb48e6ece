//! Lists: what of them could be read, whether they are whole, and their further pages.

use std::collections::HashMap;

use reqwest::Url;
use serde_json::value::RawValue;

use super::decode::{self, DecodeError, Items, MAX_ITEMS};
use super::model::Answer;
use super::pages::Pages;
use super::response::Received;

/// More pages are not read: a list that goes on for ever is none.
const MAX_PAGES: usize = 1000;

/// A list as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// Why each item that could not be read was left out, one fragment each, fit for a warning.
    pub left_out: Vec<String>,
    /// Whether an object's absence proves something: a status of 200 (or 204, which says that it is empty), an array,
    /// one page, and nothing left out.
    pub proof: bool,
}

impl<T> Default for Listing<T> {
    /// Nothing is known.
    fn default() -> Self {
        Listing { items: Vec::new(), left_out: Vec::new(), proof: false }
    }
}

/// The reading of a list, page by page.
pub(super) struct PagedReading {
    field: Option<&'static str>,
    seen: Vec<Url>,
    count: usize,
    cost: usize,
}

/// One page of a list.
pub(super) struct Page<T> {
    items: Items<T>,
    proof: bool,
    next: Option<Url>,
}

impl PagedReading {
    /// Begins with a page; `field` names the list in an object that wraps it.
    pub(super) fn new(first: Url, field: Option<&'static str>) -> PagedReading {
        PagedReading { field, seen: vec![first], count: 0, cost: 0 }
    }

    /// Reads one page, and where the next one is.
    pub(super) fn page<T: Answer>(&self, answer: &Received) -> Result<Page<T>, DecodeError> {
        if answer.status == 204 && answer.body.is_empty() {
            return Ok(Page { items: decode::list("[]")?, proof: true, next: None });
        }
        if answer.status == 206 {
            return Err(DecodeError::Partial("the status 206 says so".into()));
        }
        let text = decode::text(&answer.body)?;
        let (items, wrapped) = match self.field {
            Some(field) if text.starts_with('{') => wrapped(text, field)?,
            _ => (decode::list::<T>(text)?, Pages::default()),
        };
        let count = self.count + items.count;
        if count > MAX_ITEMS {
            return Err(DecodeError::TooLarge(decode::too_many::<T>()));
        }
        let next = self.next(answer, &wrapped)?;
        if let Some(total) = answer.pages.total.or(wrapped.total).filter(|_| next.is_none())
            && total > count as u64
        {
            return Err(DecodeError::Partial(format!("it is said to have {total} items, and has {count}")));
        }
        let proof = answer.status == 200 && items.array && items.left_out.is_empty() && self.seen.len() == 1;
        Ok(Page { proof: proof && next.is_none(), items, next })
    }

    fn next(&self, answer: &Received, wrapped: &Pages) -> Result<Option<Url>, DecodeError> {
        let here = self.seen.last().expect("the first page is among them");
        let Some(link) = &answer.pages.next else {
            let sign = answer.pages.more.as_ref().or(wrapped.more.as_ref());
            return sign.map_or(Ok(None), |sign| Err(DecodeError::Partial(format!("{sign} says so"))));
        };
        let next = here.join(link).map_err(|_| DecodeError::Partial(format!("the next is at \"{link}\"")))?;
        if next.origin() != here.origin() || !next.username().is_empty() {
            let host = next.host_str().unwrap_or_default();
            return Err(DecodeError::Partial(format!("the next is on another server, {host}")));
        }
        if self.seen.contains(&next) || self.seen.len() >= MAX_PAGES {
            return Err(DecodeError::Partial(format!("the next is at \"{}\", and it goes on for ever", next.path())));
        }
        Ok(Some(next))
    }

    /// What the list takes so far, in bytes.
    pub(super) fn cost(&self) -> usize {
        self.cost
    }

    /// Takes a page into the list; gives where the next one is.
    pub(super) fn add<T>(&mut self, listing: &mut Listing<T>, page: Page<T>) -> Option<Url> {
        self.count += page.items.count;
        self.cost += page.items.cost;
        listing.items.extend(page.items.items);
        listing.left_out.extend(page.items.left_out);
        listing.proof &= page.proof;
        let next = page.next?;
        self.seen.push(next.clone());
        Some(next)
    }
}

/// A list in a field of an object, and what its other fields say about it.
pub(super) fn wrapped<T: Answer>(text: &str, field: &str) -> Result<(Items<T>, Pages), DecodeError> {
    let fields: HashMap<String, &RawValue> = decode::syntax(text)?;
    let items = decode::list(fields.get(field).map_or("null", |raw| raw.get()))?;
    let get = |name: &&str| fields.get(*name).map(|raw| raw.get().trim_matches('"'));
    let total = ["total", "totalCount", "total_count"].iter().filter_map(get).find_map(|text| text.parse().ok());
    let signs =
        ["next", "nextPage", "next_page", "nextPageToken", "next_page_token", "nextCursor", "hasMore", "has_more"];
    let more = signs.iter().find(|name| get(name).is_some_and(|text| !matches!(text, "" | "null" | "false" | "0")));
    Ok((items, Pages { next: None, total, more: more.map(|name| format!("its field {name}")) }))
}
