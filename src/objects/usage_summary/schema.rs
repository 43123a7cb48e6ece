//! The schema of the summary, with what each figure means.

use terraform_plugin_server::schema::{Attributes, attributes, computed, optional, required, schema as of};
use tf_provider::schema::{AttributeType, Schema};

/// What a partner has, and all of them together.
const FIGURES: [(&str, bool, &str); 9] = [
    ("allocated_storage", true, "What is allocated now, in bytes; `0` means pay-per-use."),
    ("peak_used_storage", true, "The largest sum over all storage accounts of one day, in bytes."),
    ("peak_date", false, "The day of the peak, as `2026-03-20`; the first one when there are several."),
    (
        "average_used_storage",
        true,
        "The average of the sums of the days that there are data for, in bytes, rounded down.",
    ),
    ("last_used_storage", true, "The sum of the last day that there are data for, in bytes."),
    ("last_date", false, "The last day that there are data for."),
    (
        "over_storage",
        true,
        "How far the peak is above the allocation, in bytes; `0` when it is not above. Null for pay-per-use.",
    ),
    (
        "growth_per_day",
        true,
        "How many bytes a day the use grows, rounded down: the slope of the straight line through the sums of the days \
         (least squares). Null when it does not grow, for pay-per-use, and with fewer than 7 days that there are data \
         for.",
    ),
    (
        "full_on",
        false,
        "The first day on which that line is not below the allocation: a day to come, or one that has passed when the \
         allocation is full already, but none before the first day that there are data for. Null where \
         `growth_per_day` is.",
    ),
];

fn figures() -> Attributes {
    let one = |(name, number, description): (&str, bool, &str)| {
        let attr_type = if number { AttributeType::Number } else { AttributeType::String };
        (name.to_owned(), computed(attr_type, description))
    };
    attributes(FIGURES.map(one))
}

pub fn schema() -> Schema {
    let text = |description| computed(AttributeType::String, description);
    let mut partner = figures();
    partner.insert("id".into(), text("The partner's id (UUID); null with a channel partner's key."));
    partner.insert("name".into(), text("The partner's name; null with a channel partner's key."));
    let id = |description| optional(AttributeType::String, description);
    let date = |description| required(AttributeType::String, description);
    let partners = computed(
        AttributeType::AttributeList(partner),
        "The partners, by name, then id. With a channel partner's key one without id, name and allocation: its own.",
    );
    let mut attributes = figures();
    attributes.extend([
        (
            "contract_id".into(),
            id(
                "The id (UUID) of a contract: all of its partners. Left out, the provider's `contract_id`, or else all \
                contracts.",
            ),
        ),
        ("partner_id".into(), id("The id (UUID) of one partner, in place of a contract.")),
        ("from".into(), date("The first day, as `2026-03-01`.")),
        ("to".into(), date("The last day, as `2026-03-31`.")),
        ("partners".into(), partners),
    ]);
    of(
        "What partners used in a range of days, both ends included, as a few figures for each partner, and the same \
         figures for all of them together: those of the sums of each day, so that `peak_used_storage` is the largest \
         sum of one day, and not the sum of the peaks. It takes one request for each partner, in one instance, and no \
         day gets into the state; `impossiblecloud_usage` has the days. Figures are null where there are no data. A \
         partner that cannot be read is named in a warning; its figures are null, and it has no part in those of all \
         together.",
        attributes,
    )
}
