//! The figures as Markdown, and by name for the budget.

use std::collections::BTreeMap;
use std::time::Duration;

use super::chart;
use super::partners::{Figure, Figures, MOST_APPLIED_AGAIN};
use super::serve::Serving;

/// Terraform walks ten objects at a time unless it is told otherwise.
const PARALLELISM: u32 = 10;

/// Everything that one run measured. What was not asked for is missing.
#[derive(Debug, Default)]
pub struct Report {
    /// One sentence about machine, Terraform and method.
    pub setting: String,
    /// How long the simulated service takes to answer.
    pub latency: Duration,
    /// By size, ascending.
    pub partners: Vec<Figures>,
    /// The serving half alone.
    pub serving: Option<Serving>,
    /// The provider's peak with the largest answers, in bytes, where the system tells.
    pub worst: Option<u64>,
    /// The provider's release binary, in bytes.
    pub binary: Option<u64>,
}

impl Report {
    /// The figures that a budget can be set for.
    pub fn figures(&self) -> BTreeMap<String, f64> {
        let mut figures = BTreeMap::new();
        for partners in &self.partners {
            let mut set = |name: &str, value: f64| figures.insert(format!("{name}_{}", partners.size), value);
            set("plan_to_terraform_data", ratio(partners.empty_plan.time, partners.data_plan));
            // What tells new from old is read again every ten seconds, in both contracts.
            let again = partners.apply.time.as_secs() / 10 * 2;
            let beyond = partners.apply.requests.saturating_sub(again) as f64 - f64::from(partners.size);
            set("apply_requests_beyond_one_each", beyond);
            set("empty_plan_requests", partners.empty_plan.requests as f64);
            set("changed_plan_requests", partners.changed_plan.requests as f64);
            if let Some(looks) = partners.looks {
                set("cut_plan_requests", looks.cut as f64);
                set("leave_plan_requests_beyond_one_each", looks.leave as f64 - f64::from(partners.size));
            }
            if let Some(memory) = partners.memory {
                set("memory_mib", mebibytes(memory));
            }
        }
        if let Some(serving) = &self.serving {
            figures.insert("serve_to_terraform_data".into(), ratio(serving.own, serving.data));
            figures.insert("serve_to_tf_provider_serve".into(), ratio(serving.own, serving.other));
            if let Some(processor) = serving.processor {
                figures.insert("serve_processor_to_terraform_data".into(), ratio(processor, serving.data));
            }
            figures.insert("handshake_ms".into(), milliseconds(serving.handshake));
        }
        if let Some(worst) = self.worst {
            figures.insert("memory_mib_worst_answers".into(), mebibytes(worst));
        }
        if let Some(binary) = self.binary {
            figures.insert("binary_mib".into(), mebibytes(binary));
        }
        figures
    }

    /// The tables.
    pub fn markdown(&self) -> String {
        let mut parts = vec![self.setting.clone()];
        if !self.partners.is_empty() {
            parts.push(self.partners_table());
            parts.push(self.remarks());
            parts.push(chart::growth(&self.empty_plans()));
        }
        parts.extend(self.serving.as_ref().map(serving_table));
        if let Some(worst) = self.worst {
            parts.push(format!(
                "With the largest answers that a broken service can give, twelve lists at once, the provider takes at \
                 most {:.0} MiB.",
                mebibytes(worst)
            ));
        }
        if let Some(binary) = self.binary {
            parts.push(format!("The release binary has {:.1} MiB.", mebibytes(binary)));
        }
        parts.join("\n\n")
    }

    fn partners_table(&self) -> String {
        let head = "| partners | first apply | empty plan | plan of one change | `terraform_data`: apply | empty plan \
                    | empty plan, ratio | one GET each | \
            memory |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |";
        let figure = |figure: Figure| format!("{}, {} requests", seconds(figure.time), figure.requests);
        let row = |partners: &Figures| {
            let memory =
                partners.memory.map_or("not measured".to_owned(), |bytes| format!("{:.1} MiB", mebibytes(bytes)));
            let one_by_one = partners.plan_without_reading + self.latency * partners.size.div_ceil(PARALLELISM);
            format!(
                "| {} | {} | {} | {} | {} | {} | {:.2} | {} | {memory} |",
                partners.size,
                figure(partners.apply),
                figure(partners.empty_plan),
                figure(partners.changed_plan),
                seconds(partners.data_apply),
                seconds(partners.data_plan),
                ratio(partners.empty_plan.time, partners.data_plan),
                seconds(one_by_one),
            )
        };
        let rows: Vec<_> = self.partners.iter().map(row).collect();
        format!("{head}\n{}", rows.join("\n"))
    }

    /// By size: the empty plan, and that of Terraform's own objects.
    fn empty_plans(&self) -> Vec<(u32, Duration, Duration)> {
        self.partners.iter().map(|of| (of.size, of.empty_plan.time, of.data_plan)).collect()
    }

    /// What the columns mean.
    fn remarks(&self) -> String {
        let once = match self.partners.last() {
            Some(largest) if largest.size > MOST_APPLIED_AGAIN => {
                format!(
                    " Applies of more than {MOST_APPLIED_AGAIN} objects, which take Terraform itself minutes, ran once."
                )
            }
            _ => String::new(),
        };
        format!(
            "*Ratio*: the provider's empty plan over that of as many `terraform_data`, Terraform's own objects. *One \
             GET each*: what an empty plan would take with one request for each partner, {PARALLELISM} at a time: the \
             plan without reading, and {} for each ten.{once}",
            seconds(self.latency)
        )
    }
}

fn serving_table(serving: &Serving) -> String {
    let (count, own) = (serving.objects, serving.own);
    let row = |what: &str, time| format!("| {what} | {} | {:.2} |", seconds(time), ratio(time, own));
    let rows = [
        format!("| empty plan of {count} small objects | time | ratio |\n| --- | ---: | ---: |"),
        row("through `terraform-plugin-server`", own),
        row("through `tf_provider::serve`", serving.other),
        row("of `terraform_data`", serving.data),
    ];
    let processor = serving.processor.map(|time| {
        format!(
            "In the first of these plans all processes of the provider together use {} of processor time.",
            seconds(time)
        )
    });
    let handshake = format!(
        "From its start to the handshake line the provider takes {:.1} ms (median of {}).",
        milliseconds(serving.handshake),
        serving.starts
    );
    [Some(rows.join("\n")), processor, Some(handshake)].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partners::Looks;

    fn figures(size: u32, plan: u64) -> Figures {
        let figure = |milliseconds, requests| Figure { time: Duration::from_millis(milliseconds), requests };
        Figures {
            size,
            apply: figure(900, u64::from(size) + 3),
            empty_plan: figure(plan, 3),
            changed_plan: figure(plan + 10, 3),
            plan_without_reading: Duration::from_millis(400),
            data_apply: Duration::from_millis(700),
            data_plan: Duration::from_millis(1000),
            memory: (size == 10).then_some(6 << 20),
            looks: (size == 10).then_some(Looks { cut: 23, leave: 13 }),
        }
    }

    fn report() -> Report {
        Report {
            setting: "Here.".into(),
            latency: Duration::from_millis(50),
            partners: vec![figures(10, 500), figures(100, 800)],
            serving: Some(Serving {
                objects: 1000,
                own: Duration::from_millis(1200),
                other: Duration::from_millis(4800),
                data: Duration::from_millis(2000),
                processor: Some(Duration::from_millis(100)),
                handshake: Duration::from_micros(2100),
                starts: 20,
            }),
            worst: Some(120 << 20),
            binary: Some(5 << 20),
        }
    }

    #[test]
    fn tables_have_times_requests_and_ratios() {
        assert_eq!(format!("{}\n", report().markdown()), include_str!("expected_report.md"));
    }

    #[test]
    fn figures_have_names_for_the_budget() {
        let figures = report().figures();
        assert_eq!(figures["plan_to_terraform_data_100"], 0.8);
        assert_eq!(figures["apply_requests_beyond_one_each_10"], 3.0);
        assert_eq!(figures["memory_mib_10"], 6.0);
        assert_eq!((figures["cut_plan_requests_10"], figures["leave_plan_requests_beyond_one_each_10"]), (23.0, 3.0));
        assert_eq!(figures["serve_to_tf_provider_serve"], 0.25);
        assert_eq!(figures["serve_processor_to_terraform_data"], 0.05);
        assert_eq!(figures["memory_mib_worst_answers"], 120.0);
        assert_eq!(figures["binary_mib"], 5.0);
        assert!(!figures.contains_key("memory_mib_100"));
    }
}
