//! The growth of the empty plan as bars of text, which every reader of Markdown can show.

use std::time::Duration;

/// How many letters the longest bar has.
const WIDTH: u32 = 30;

/// Two bars for each number of objects: of the provider, and of Terraform's own objects.
pub fn growth(plans: &[(u32, Duration, Duration)]) -> String {
    let longest = plans.iter().flat_map(|(_, own, data)| [*own, *data]).max().unwrap_or_default();
    let bar = |time: Duration| {
        let share = time.as_secs_f64() / longest.as_secs_f64().max(f64::MIN_POSITIVE);
        // A share is between 0 and 1.
        "█".repeat((share * f64::from(WIDTH)).round() as usize)
    };
    let line = |size: String, what: &str, time: Duration| {
        let (bar, width) = (bar(time), WIDTH as usize);
        format!("{size:>5} {what:<14}  {bar:<width$}    {:.2} s", time.as_secs_f64())
    };
    let mut lines = vec!["```text".to_owned(), "empty plan, by the number of objects".to_owned()];
    for (size, own, data) in plans {
        lines.push(line(size.to_string(), "partners", *own));
        lines.push(line(String::new(), "terraform_data", *data));
    }
    lines.push("```".to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_times() {
        let seconds = Duration::from_secs;
        let chart = growth(&[(10, seconds(1), seconds(2)), (1000, seconds(10), seconds(0))]);
        let bars: Vec<_> = chart.lines().map(|line| line.matches('█').count()).collect();
        assert_eq!(bars, [0, 0, 3, 6, 30, 0, 0]);
        assert!(chart.contains("\n   10 partners        ███"), "{chart}");
        assert_eq!(growth(&[]).lines().count(), 3);
    }
}
