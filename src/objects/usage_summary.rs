//! What partners used in a range of days, a line for each: `data.impossiblecloud_usage_summary`.

use async_trait::async_trait;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::Number;
use tf_provider::schema::Schema;
use tf_provider::value::Value;

mod figures;

mod reading;

mod schema;

use self::figures::{Days, Figures};
use self::reading::{Read, Usage};
use crate::api::{CallLimits, Partner};
use crate::objects::scope::{self, Scope};
use crate::objects::{partner, usage};
use crate::session::{ProviderHandle, Session};
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};

/// See the module.
pub struct UsageSummaryDataSource(pub ProviderHandle);

/// The figures of partners, and of all of them together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SummaryState {
    contract_id: Value<String>,
    partner_id: Value<String>,
    from: Value<String>,
    to: Value<String>,
    partners: Value<Vec<PartnerSummary>>,
    allocated_storage: Value<Number>,
    peak_used_storage: Value<Number>,
    peak_date: Value<String>,
    average_used_storage: Value<Number>,
    last_used_storage: Value<Number>,
    last_date: Value<String>,
    over_storage: Value<Number>,
    growth_per_day: Value<Number>,
    full_on: Value<String>,
}

/// The figures of one partner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartnerSummary {
    id: Value<String>,
    name: Value<String>,
    allocated_storage: Value<Number>,
    peak_used_storage: Value<Number>,
    peak_date: Value<String>,
    average_used_storage: Value<Number>,
    last_used_storage: Value<Number>,
    last_date: Value<String>,
    over_storage: Value<Number>,
    growth_per_day: Value<Number>,
    full_on: Value<String>,
}

/// An amount of any size, as a state has it.
fn amount(bytes: Option<i128>) -> Value<Number> {
    bytes.and_then(|bytes| bytes.to_string().parse().ok()).into()
}

fn day(date: Option<Date>) -> Value<String> {
    date.map(|date| date.to_string()).into()
}

impl PartnerSummary {
    fn new(partner: Option<Partner>, days: Option<&Days>) -> PartnerSummary {
        let (id, name, allocated) = match partner {
            Some(partner) => (Some(partner.id), partner.name, partner.allocated.map(i128::from)),
            None => (None, None, None),
        };
        let Figures { peak, average, last, over, growth, full_on } =
            days.map(|days| days.figures(allocated)).unwrap_or_default();
        PartnerSummary {
            id: id.into(),
            name: name.into(),
            allocated_storage: amount(allocated),
            peak_used_storage: amount(peak.map(|(_, used)| used)),
            peak_date: day(peak.map(|(date, _)| date)),
            average_used_storage: amount(average),
            last_used_storage: amount(last.map(|(_, used)| used)),
            last_date: day(last.map(|(date, _)| date)),
            over_storage: amount(over),
            growth_per_day: amount(growth),
            full_on: day(full_on),
        }
    }
}

impl SummaryState {
    /// The state of what was read, in the order of the partners; what could not be read has no days, and no part in the
    /// figures of all.
    fn with(self, read: Vec<Read>) -> SummaryState {
        let (mut days, mut allocated) = (Days::default(), Some(0_i128));
        for Read { partner, days: its } in &read {
            let Some(its) = its else { continue };
            days.merge(its);
            let own = partner.as_ref().and_then(|partner| partner.allocated);
            allocated = allocated.zip(own).map(|(sum, own)| sum + i128::from(own));
        }
        // Of nobody nothing is known, not even that nothing is allocated.
        let allocated = allocated.filter(|_| read.iter().any(|read| read.days.is_some()));
        let all = days.figures(allocated);
        let partners = read.into_iter().map(|Read { partner, days }| PartnerSummary::new(partner, days.as_ref()));
        SummaryState {
            partners: Value::Value(partners.collect()),
            allocated_storage: amount(allocated),
            peak_used_storage: amount(all.peak.map(|(_, used)| used)),
            peak_date: day(all.peak.map(|(date, _)| date)),
            average_used_storage: amount(all.average),
            last_used_storage: amount(all.last.map(|(_, used)| used)),
            last_date: day(all.last.map(|(date, _)| date)),
            over_storage: amount(all.over),
            growth_per_day: amount(all.growth),
            full_on: day(all.full_on),
            ..self
        }
    }
}

#[async_trait]
impl ReadOnly for UsageSummaryDataSource {
    type State = SummaryState;

    fn schema(&self) -> Schema {
        schema::schema()
    }

    async fn validate(&self, config: SummaryState) -> Vec<Diagnostic> {
        let scope = scope::check(&config.partner_id, &config.contract_id);
        scope.into_iter().chain(usage::check_range(&config.from, &config.to)).collect()
    }

    async fn read(&self, config: SummaryState, warnings: &mut Warnings) -> Result<SummaryState> {
        // What another resource gave was not known to `validate`.
        if let Some(wrong) = self.validate(config.clone()).await.into_iter().next() {
            return Err(wrong);
        }
        let (session, limits) = (self.0.session()?, CallLimits::for_read());
        let scope = scope(&session, &limits, &config).await?;
        let usage = Usage::new(&session, &limits, &config.from, &config.to)?;
        let read = match scope {
            Scope::Partners(partners) => usage.of_partners(partners, warnings).await?,
            Scope::Own(why) => vec![usage.own(why).await?],
        };
        Ok(config.with(read))
    }
}

async fn scope(session: &Session, limits: &CallLimits, config: &SummaryState) -> Result<Scope> {
    match (config.partner_id.as_deref_option(), config.contract_id.as_deref_option()) {
        (Some(id), _) => Ok(Scope::Partners(vec![partner::one(session, limits, id, "partner_id").await?])),
        (None, Some(contract)) => Ok(Scope::Partners(partner::all(session, limits, Some(contract)).await?)),
        (None, None) => Scope::left_out(session, limits).await,
    }
}
