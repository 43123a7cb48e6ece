//! Lists, read on where they come in pages.

use serde_json::Value;

use super::client::Client;
use super::exchange::{Answer, Exchange};

/// No list is read further than that; one whose next page is its first would have no end.
const MOST_PAGES: usize = 200;

/// A list, and how it came.
pub struct List {
    /// Its items.
    pub items: Vec<Value>,
    /// The request for its first page.
    pub first: Exchange,
    /// How it came in pages, if it did.
    pub pages: Option<Pages>,
}

/// The ways of a list that comes in pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// How many items the first page has.
    pub size: usize,
    /// How it says that there is more: `link`, `total` or `wrapped`.
    pub form: &'static str,
    /// Where the next page is: `absolute`, `relative`, `first_again`, `error` or `elsewhere`; nothing when that was not
    /// said.
    pub next: Option<&'static str>,
    /// The request for the second page, in words.
    pub evidence: String,
}

/// One answer to the request for a list.
struct Page {
    items: Vec<Value>,
    form: Option<&'static str>,
    next: Option<String>,
}

impl Client {
    /// Reads a list to its end; a sentence when it cannot be read.
    pub fn list(&self, path: &str) -> Result<List, String> {
        self.read_list(path, false)
    }

    /// Reads a list whose owner is known to exist, so that a 404 is an empty one.
    pub fn list_of_visible(&self, path: &str) -> Result<List, String> {
        self.read_list(path, true)
    }

    fn read_list(&self, path: &str, visible: bool) -> Result<List, String> {
        let first = self.get(path);
        if visible && first.judged().is_ok_and(|answer| answer.status == 404 && !answer.is_page()) {
            return Ok(List { items: Vec::new(), first, pages: None });
        }
        let answer = first.good()?;
        let Page { mut items, form, next } = read(answer).ok_or(format!("{} is not a list", first.request()))?;
        let Some(form) = form else { return Ok(List { items, first, pages: None }) };
        let mut pages = Pages { size: items.len(), form, next: None, evidence: first.line() };
        let mut next = next.or_else(|| (form == "total").then(|| format!("{path}?page=2")));
        let mut count = 1;
        while let Some(address) = next.take() {
            count += 1;
            let is_absolute = address.contains("://");
            let local = if form == "total" { Some(address.clone()) } else { self.endpoint.within(&address) };
            let Some(local) = local else {
                pages.next = Some("elsewhere");
                return Ok(List { items, first, pages: Some(pages) });
            };
            let exchange = self.get(&local);
            pages.evidence = exchange.line();
            let Some(page) = exchange.good().ok().and_then(read) else {
                pages.next = Some("error");
                return Ok(List { items, first, pages: Some(pages) });
            };
            if page.items.is_empty() {
                break;
            }
            if page.items.iter().all(|item| items.contains(item)) || count > MOST_PAGES {
                pages.next = Some("first_again");
                return Ok(List { items, first, pages: Some(pages) });
            }
            items.extend(page.items);
            pages.next = (form != "total").then_some(if is_absolute { "absolute" } else { "relative" });
            next = match form {
                "total" => page.form.is_some().then(|| format!("{path}?page={}", count + 1)),
                _ => page.next,
            };
        }
        Ok(List { items, first, pages: Some(pages) })
    }
}

/// The items of an answer, and what it says of more; `None` when it is no list.
fn read(answer: &Answer) -> Option<Page> {
    let plain = |items| Some(Page { items, form: None, next: None });
    if answer.status == 204 || answer.body.trim_ascii().is_empty() {
        return plain(Vec::new());
    }
    match answer.json()? {
        Value::Null => plain(Vec::new()),
        Value::Array(items) => {
            let link = answer.header("link").and_then(next_of_link);
            let total = answer.header("x-total-count").and_then(|text| text.parse::<usize>().ok());
            let more = total.is_some_and(|total| total > items.len());
            let form = if link.is_some() { Some("link") } else { more.then_some("total") };
            Some(Page { items, form, next: link })
        }
        Value::Object(fields) => {
            let next = fields.get("next").and_then(Value::as_str).map(str::to_string);
            let form = (fields.contains_key("next") || fields.contains_key("total")).then_some("wrapped");
            let mut lists = fields.into_iter().filter(|(_, value)| value.is_array() || value.is_null());
            let items = lists.next().map(|(_, value)| value.as_array().cloned().unwrap_or_default());
            items.map(|items| Page { items, form, next })
        }
        _ => None,
    }
}

/// The address of `rel="next"` in a `Link` header.
fn next_of_link(header: &str) -> Option<String> {
    header.split(',').find_map(|link| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        rest.replace([' ', '"'], "").contains("rel=next").then(|| address.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_understood() {
        let header = r#"</v1/partner?page=1>; rel="prev", </v1/partner?page=3>; rel="next""#;
        assert_eq!(next_of_link(header), Some("/v1/partner?page=3".to_string()));
        assert_eq!(next_of_link(r#"</v1/partner?page=1>; rel="prev""#), None);
    }
}
