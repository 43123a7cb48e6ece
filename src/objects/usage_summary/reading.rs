//! Reads the usage of partners: one request for each, some at a time. What of it cannot be read is left out and told.

use jiff::civil::Date;
use tf_provider::value::Value;

use super::figures::Days;
use crate::api::{AccountUsage, CallLimits, Error, Listing, Outside, Owner, Partner};
use crate::objects::{scope, usage};
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::values::lines;

/// What was read of a partner.
pub struct Read {
    /// Nothing with a channel partner's own key, which does not tell whose it is.
    pub partner: Option<Partner>,
    /// Nothing when it could not be read.
    pub days: Option<Days>,
}

/// Why the usage of one partner is not known.
enum Unread {
    /// The request failed.
    Failed(Error),
    /// What was answered cannot be used.
    Unusable(String),
}

/// What is to be read.
pub struct Usage<'a> {
    session: &'a Session,
    limits: &'a CallLimits,
    from: Date,
    to: Date,
}

impl<'a> Usage<'a> {
    pub fn new(
        session: &'a Session,
        limits: &'a CallLimits,
        from: &Value<String>,
        to: &Value<String>,
    ) -> Result<Usage<'a>> {
        let (from, to) = usage::range(from, to)?;
        Ok(Usage { session, limits, from, to })
    }

    /// The usage of partners. Those that cannot be read are named in a warning; that none can is an error, and so is
    /// what no partner has to do with.
    pub async fn of_partners(&self, partners: Vec<Partner>, warnings: &mut Warnings) -> Result<Vec<Read>> {
        let read = scope::each(partners, |partner| async move {
            let days = self.of_partner(&partner).await;
            match days {
                Err(Unread::Failed(error)) if error.is_unauthorized() || error.is_stopped() => Err(self.failed(&error)),
                days => Ok((partner, days)),
            }
        })
        .await?;
        if !read.is_empty() && read.iter().all(|(_, days)| days.is_err()) {
            return Err(self.none(read));
        }
        self.warn(&read, warnings);
        let known =
            |(partner, days): (Partner, std::result::Result<Days, _>)| Read { partner: Some(partner), days: days.ok() };
        Ok(read.into_iter().map(known).collect())
    }

    /// A channel partner's own usage; if there is none, `why` it has no contracts says more.
    pub async fn own(&self, why: Diagnostic) -> Result<Read> {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        let listing = self.session.client.usage(self.limits, Owner::Own, &from, &to).await;
        let listing = listing.map_err(|_| why)?;
        match self.days(&listing) {
            Ok(days) => Ok(Read { partner: None, days: Some(days) }),
            Err(unread) => Err(self.unusable(&unread)),
        }
    }

    async fn of_partner(&self, partner: &Partner) -> std::result::Result<Days, Unread> {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        match self.session.client.usage(self.limits, Owner::Partner(&partner.id), &from, &to).await {
            Ok(listing) => self.days(&listing).map_err(Unread::Unusable),
            // A list that is not there is an empty one for a partner that is, and that has nothing to list.
            Err(error) if error.is_not_found() => {
                match self.session.inventory.accounts(self.limits, Some(&partner.id)).await {
                    Ok(accounts) if accounts.is_empty() => Ok(Days::default()),
                    Ok(_) | Err(_) => Err(Unread::Failed(error)),
                }
            }
            Err(error) => Err(Unread::Failed(error)),
        }
    }

    /// A sum that lacks an account would be a wrong one.
    fn days(&self, listing: &Listing<AccountUsage>) -> std::result::Result<Days, String> {
        if let [why, ..] = &listing.left_out[..] {
            return Err(format!("the usage of an account cannot be read ({why})"));
        }
        let mut days = Days::default();
        for account in &listing.items {
            let added = days.add(account, self.from, self.to);
            added.map_err(|text| format!("\"{}\" is not a day", Outside::new(text)))?;
        }
        Ok(days)
    }

    fn warn(&self, read: &[(Partner, std::result::Result<Days, Unread>)], warnings: &mut Warnings) {
        let unread = |(partner, days): &(Partner, std::result::Result<Days, Unread>)| {
            let why = days.as_ref().err()?;
            Some(format!("\"{}\" ({}): {}", shown(partner), Outside::new(&partner.id), why.text()))
        };
        let unread: Vec<_> = read.iter().filter_map(unread).collect();
        if !unread.is_empty() {
            warnings.warn(Diagnostic::new(
                "The usage of some partners cannot be read",
                format!(
                    "Their figures are null, and the figures of all together are those of the other \
                     partners:\n\n{}\n\nPlan again later to have them too.",
                    lines(unread)
                ),
            ));
        }
    }

    /// Nothing could be read: what the first failure says holds for all.
    fn none(&self, read: Vec<(Partner, std::result::Result<Days, Unread>)>) -> Diagnostic {
        match read.into_iter().find_map(|(_, days)| days.err()) {
            Some(Unread::Failed(error)) => self.failed(&error),
            Some(Unread::Unusable(why)) => self.unusable(&why),
            None => self.unusable("nothing was answered"),
        }
    }

    fn failed(&self, error: &Error) -> Diagnostic {
        Diagnostic::api(format!("read the usage from {} to {}", self.from, self.to), error)
    }

    fn unusable(&self, why: &str) -> Diagnostic {
        Diagnostic::new(
            "The usage cannot be summed up",
            format!(
                "Of what the service answered for the days from {} to {} this cannot be used: {why}. A sum without it \
                 would be wrong, so none is given. data.impossiblecloud_usage shows the days as they were answered.",
                self.from, self.to
            ),
        )
    }
}

impl Unread {
    fn text(&self) -> String {
        match self {
            Unread::Failed(error) => error.to_string(),
            Unread::Unusable(why) => why.clone(),
        }
    }
}

fn shown(partner: &Partner) -> Outside {
    Outside::new(partner.name.as_deref().unwrap_or_default())
}
