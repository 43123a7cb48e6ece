//! What an answer says of further pages.

use reqwest::header::{CONTENT_RANGE, HeaderMap, LINK};

/// What an answer's headers say about the list in its body.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// Where the next page is.
    pub(super) next: Option<String>,
    /// How many items there are in all.
    pub(super) total: Option<u64>,
    /// A sign of more pages that does not say where.
    pub(super) more: Option<String>,
}

impl Pages {
    pub(super) fn of(headers: &HeaderMap) -> Pages {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let links = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
        let total = ["x-total-count", "x-total", "total-count"].iter().find_map(|name| text(name)?.parse().ok());
        // "items 0-99/250"
        let range = || text(CONTENT_RANGE.as_str())?.rsplit_once('/')?.1.parse().ok();
        let more = ["x-next-page", "x-has-more"].iter().find_map(|name| {
            let value = text(name).filter(|value| !matches!(*value, "" | "0" | "false"))?;
            Some(format!("{name}: {value}"))
        });
        Pages {
            next: {
                let mut links = links;
                links.find_map(|header| next_links(header).next())
            },
            total: total.or_else(range),
            more,
        }
    }
}

/// The links of a `Link` header that lead to a next page.
fn next_links(header: &str) -> impl Iterator<Item = String> {
    let is_next = |parameters: &str| {
        parameters.split([';', ',']).filter_map(|parameter| parameter.split_once('=')).any(|(name, value)| {
            let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
            name.trim().eq_ignore_ascii_case("rel") && relations.any(|rel| rel.eq_ignore_ascii_case("next"))
        })
    };
    let links = header.split('<').skip(1).filter_map(|link| link.split_once('>'));
    links.filter(move |(_, parameters)| is_next(parameters)).map(|(target, _)| target.to_owned())
}
