//! The growth of the empty plan as a picture for README. It is drawn from the table of the page, so that the two agree,
//! and can be drawn again without a measurement.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use xtask::project;

/// Where the picture is, from the root of the repository.
const PATH: &str = "pictures/growth.svg";

/// The plot's sides, in the picture's units.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 715.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 290.0;

const HEAD: &str = concat!(
    r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 340" role="img" "#,
    r#"aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12">"#,
    "\n  <title id=\"title\">What an empty plan takes, by the number of objects</title>\n"
);

const STYLE: &str = r##"  <style>
    .sheet { fill: #f7f9fb; stroke: #d5dde5; stroke-width: 1.5; }
    .grid { stroke: #d5dde5; stroke-width: 1; }
    .own { fill: none; stroke: #1f6fb2; stroke-width: 2.5; }
    .data { fill: none; stroke: #8a6d1d; stroke-width: 2.5; stroke-dasharray: 6 4; }
    text { fill: #445566; }
    .of-own { fill: #1a5c94; font-weight: 600; }
    .of-data { fill: #6f5614; }
  </style>
  <rect x="0.75" y="0.75" width="758.5" height="338.5" rx="6" class="sheet"/>
"##;

/// A row of the table: how many objects, and the seconds of an empty plan of partners and of `terraform_data`.
type Row = (u32, f64, f64);

/// Draws the picture of a page's table into the work tree.
pub fn write(page: &str) -> Result<()> {
    let rows = rows(page);
    ensure!(rows.len() > 1, "the page's table has fewer than two sizes, so there is no growth to draw");
    std::fs::write(project::root().join(PATH), svg(&rows)).with_context(|| format!("cannot write {PATH}"))
}

fn rows(page: &str) -> Vec<Row> {
    let seconds = |cell: &str| cell.split(" s").next()?.parse().ok();
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, size, _, own, _, _, data, ..] = cells[..] else { return None };
        Some((size.parse().ok()?, seconds(own)?, seconds(data)?))
    };
    page.lines().filter_map(row).collect()
}

/// Where a value is between two others, when each decade is as long as the other.
fn place(value: f64, (least, most): (f64, f64), (from, to): (f64, f64)) -> f64 {
    from + (to - from) * (value / least).log10() / (most / least).log10()
}

fn svg(rows: &[Row]) -> String {
    let times = || rows.iter().flat_map(|(_, own, data)| [*own, *data]);
    let least = 10_f64.powf(times().fold(f64::MAX, f64::min).log10().floor());
    let most = 10_f64.powf(times().fold(f64::MIN, f64::max).log10().ceil());
    let sizes = || rows.iter().map(|(size, ..)| f64::from(*size));
    let across = (sizes().fold(f64::MAX, f64::min), sizes().fold(f64::MIN, f64::max));
    let x = |size: u32| place(f64::from(size), across, (LEFT, RIGHT));
    let y = |time: f64| place(time, (least, most), (BOTTOM, TOP));

    let told: Vec<_> = rows.iter().map(|(size, own, data)| format!("{size}: {own:.2} s and {data:.2} s")).collect();
    let mut picture = format!(
        "{HEAD}  <desc id=\"desc\">Seconds of an empty plan of so many partners, and of as many terraform_data: {}. \
         Both axes are logarithmic.</desc>\n{STYLE}",
        told.join("; ")
    );
    let mut line = |text: String| writeln!(picture, "  {text}").expect("a string takes everything");
    let text = |x: f64, y: f64, side: &str, class: &str, text: &str| {
        format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{side}\"{class}>{text}</text>")
    };
    line(text(20.0, 28.0, "start", "", "seconds of an empty plan, by the number of objects (both logarithmic)"));
    line(text(RIGHT, 28.0, "end", " class=\"of-own\"", "this provider&#8217;s partners"));
    line(text(RIGHT, 44.0, "end", " class=\"of-data\"", "Terraform&#8217;s own terraform_data"));
    let mut time = least;
    while time < most * 1.5 {
        line(format!("<line x1=\"{LEFT:.1}\" x2=\"{RIGHT:.1}\" y1=\"{0:.1}\" y2=\"{0:.1}\" class=\"grid\"/>", y(time)));
        line(text(LEFT - 8.0, y(time) + 4.0, "end", "", &format!("{time} s")));
        time *= 10.0;
    }
    for (size, ..) in rows {
        line(text(x(*size), BOTTOM + 22.0, "middle", "", &size.to_string()));
    }
    let points = |time: fn(&Row) -> f64| {
        let points = rows.iter().map(|row| format!("{:.1},{:.1}", x(row.0), y(time(row))));
        points.collect::<Vec<_>>().join(" ")
    };
    line(format!("<polyline points=\"{}\" class=\"own\"/>", points(|row| row.1)));
    line(format!("<polyline points=\"{}\" class=\"data\"/>", points(|row| row.2)));
    for (size, own, data) in rows {
        // The slower one's figure is above, the other's below.
        let (above, below) = (-8.0, 18.0);
        let (of_own, of_data) = if own >= data { (above, below) } else { (below, above) };
        line(text(x(*size), y(*own) + of_own, "middle", " class=\"of-own\"", &format!("{own:.2}")));
        line(text(x(*size), y(*data) + of_data, "middle", " class=\"of-data\"", &format!("{data:.2}")));
    }
    picture + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_that_of_the_page() {
        let page = std::fs::read_to_string(project::root().join("docs/guides/performance.md")).expect("the page");
        let picture = std::fs::read_to_string(project::root().join(PATH)).expect("the picture");
        assert!(rows(&page).len() > 3, "{:?}", rows(&page));
        assert_eq!(svg(&rows(&page)), picture, "run `cargo xtask bench --picture`");
    }

    #[test]
    fn rows_are_those_of_the_first_table() {
        let page = "| partners | first apply |\n| ---: |\n| 10 | 9 s, 1 requests | 0.50 s, 3 requests | 0.51 s, 3 \
                    requests | 0.70 s | 1.00 s | 0.5 |\n| through x | 1.20 s | 1.00 |\n";
        assert_eq!(rows(page), [(10, 0.5, 1.0)]);
    }

    #[test]
    fn a_decade_is_as_long_as_the_next() {
        let at = |value| place(value, (1.0, 100.0), (0.0, 10.0));
        assert_eq!((at(1.0), at(10.0), at(100.0)), (0.0, 5.0, 10.0));
    }
}
