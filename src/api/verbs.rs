//! The four ways in which endpoints are asked.

use reqwest::Method;

use super::error::{CreateError, Error};
use super::json::{DecodeError, parse};
use super::kind::ErrorKind;
use super::model::Answer;
use super::response::{Received, web_page};
use super::{CallLimits, Client};

impl Client {
    /// Reads something.
    pub(super) async fn get<T: Answer + Send>(
        &self,
        call: &CallLimits,
        operation: &'static str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, Error> {
        let mut request = self.request(operation, Method::GET, path, None)?;
        if !query.is_empty() {
            request.url.query_pairs_mut().extend_pairs(query);
        }
        let asked = asked_id(operation, path);
        self.send(call, request, |answer| read(answer, asked)).await
    }

    /// Creates something: a POST, which [`super::retry`] does not repeat when it may have had an effect.
    pub(super) async fn create<T: Answer + Send>(
        &self,
        call: &CallLimits,
        operation: &'static str,
        path: &[&str],
        body: Vec<u8>,
    ) -> Result<T, CreateError> {
        let request = self.request(operation, Method::POST, path, Some(body))?;
        Ok(self.send(call, request, |answer| read(answer, None)).await?)
    }

    /// Changes something and reads what it is now.
    pub(super) async fn change<T: Answer + Send>(
        &self,
        call: &CallLimits,
        operation: &'static str,
        method: Method,
        path: &[&str],
        body: Vec<u8>,
    ) -> Result<T, Error> {
        let request = self.request(operation, method, path, Some(body))?;
        let asked = path.last().copied();
        self.send(call, request, |answer| read(answer, asked)).await
    }

    /// Deletes something; what is not there is deleted.
    pub(super) async fn delete(&self, call: &CallLimits, operation: &'static str, path: &[&str]) -> Result<(), Error> {
        let request = self.request(operation, Method::DELETE, path, None)?;
        match self.send(call, request, read_nothing).await {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound { .. }) => Ok(()),
            outcome => outcome,
        }
    }
}

/// The id of the object that a read is about; lists and usage are about none.
fn asked_id<'a>(operation: &str, path: &[&'a str]) -> Option<&'a str> {
    let about_one = matches!(operation, "read partner" | "read storage account");
    path.last().copied().filter(|_| about_one)
}

fn read<T: Answer>(answer: &Received, asked: Option<&str>) -> Result<T, DecodeError> {
    let value = T::read(parse(&answer.body)?)?;
    match (asked, value.id()) {
        (Some(asked), Some(id)) if !asked.eq_ignore_ascii_case(id) => {
            Err(DecodeError(format!("it is about {id}, and {asked} was asked for")))
        }
        _ => Ok(value),
    }
}

/// A deletion has nothing to say, but a page of a proxy that says it with success has deleted nothing.
fn read_nothing(answer: &Received) -> Result<(), DecodeError> {
    if answer.is_page() { Err(web_page()) } else { Ok(()) }
}
