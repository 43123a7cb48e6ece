//! The rule, case by case, against a service that plays a script; the clock is the test's.

use std::collections::VecDeque;

use tf_provider::Diagnostics;

use super::*;
use crate::api::{CallLimits, Error, ErrorKind, Outside};
use crate::terraform::diagnostics::report;

/// How long a POST takes.
const ANSWER: Duration = Duration::from_millis(100);

/// What becomes of a POST.
#[derive(Clone, Copy)]
enum Post {
    Made,
    Refused,
    Error,
    Silence,
}

/// One creation of an object "a", which is called "a1" when it is answered.
struct Script {
    before: HashSet<String>,
    posts: Mutex<VecDeque<Post>>,
    /// From this moment on the list has this id.
    listed: Vec<(Duration, &'static str)>,
    began: Instant,
    looks: Mutex<u32>,
}

fn error(kind: ErrorKind) -> Error {
    Error::unsent("create partner", kind)
}

#[async_trait]
impl Creation for Script {
    type Object = String;

    fn describe(&self) -> String {
        "partner \"a\"".into()
    }

    fn content(&self) -> String {
        "a".into()
    }

    async fn send(&self, _: &CallLimits) -> std::result::Result<String, CreateError> {
        sleep(ANSWER).await;
        let message = Outside::default();
        match self.posts.lock().expect("not poisoned").pop_front().expect("no further POST") {
            Post::Made => Ok("a1".into()),
            Post::Refused => Err(CreateError::Refused(error(ErrorKind::Status { status: 409, message, page: false }))),
            Post::Error => Err(CreateError::Answered(error(ErrorKind::Status { status: 500, message, page: false }))),
            Post::Silence => Err(CreateError::Unanswered(error(ErrorKind::Cut { cause: Outside::new("closed") }))),
        }
    }

    async fn look(&self, _: &CallLimits) -> std::result::Result<Vec<String>, Error> {
        *self.looks.lock().expect("not poisoned") += 1;
        let listed = self.listed.iter().filter(|(from, _)| self.began.elapsed() >= *from);
        Ok(listed.map(|(_, id)| (*id).to_owned()).collect())
    }

    fn before(&self) -> &HashSet<String> {
        &self.before
    }

    fn id<'a>(&self, object: &'a String) -> &'a str {
        object
    }

    fn fits(&self, object: &String) -> bool {
        object.starts_with('a')
    }

    fn import_id(&self, id: &str) -> String {
        format!("P/{id}")
    }

    fn resource_type(&self) -> &'static str {
        "impossiblecloud_partner"
    }
}

struct Ended {
    result: std::result::Result<String, Failure>,
    warnings: Vec<String>,
    posts_left: usize,
    looks: u32,
    took: Duration,
}

async fn run(posts: &[Post], listed: &[(u64, &'static str)]) -> Ended {
    let began = Instant::now();
    let script = Script {
        before: HashSet::from(["a0".to_owned()]),
        posts: Mutex::new(posts.iter().copied().collect()),
        listed: listed.iter().map(|(from, id)| (Duration::from_millis(*from), *id)).collect(),
        began,
        looks: Mutex::new(0),
    };
    let mut warnings = Warnings::default();
    let call = CallLimits::new(Duration::from_secs(600), CancellationToken::new());
    let result = Creations::default().create(&script, &call, 2, &mut warnings).await;
    let posts_left = script.posts.lock().expect("not poisoned").len();
    let looks = *script.looks.lock().expect("not poisoned");
    let mut said = Diagnostics::default();
    report(&mut said, warnings, Ok(()));
    let warnings = said.warnings.into_iter().map(|warning| warning.summary.into_owned()).collect();
    Ended { result, warnings, posts_left, looks, took: began.elapsed() }
}

impl Ended {
    fn found(&self) -> &str {
        self.result.as_deref().expect("created")
    }

    fn failed(&self) -> (&str, bool) {
        let failure = self.result.as_ref().expect_err("a failure");
        (&failure.problem.detail, failure.may_exist)
    }

    fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_answered_is_made_and_what_is_refused_is_not() {
    let ended = run(&[Post::Made], &[]).await;
    assert_eq!((ended.found(), ended.looks, ended.warnings().len()), ("a1", 0, 0));
    let ended = run(&[Post::Refused], &[(0, "a9")]).await;
    assert_eq!((ended.failed().1, ended.looks), (false, 0), "a first refusal had no effect");
}

#[tokio::test(start_paused = true)]
async fn what_was_there_or_is_another_thing_is_not_taken() {
    let ended = run(&[Post::Silence], &[(0, "a0"), (0, "b1")]).await;
    let (detail, may_exist) = ended.failed();
    assert!(may_exist && detail.contains("terraform import impossiblecloud_partner.NAME P/ID"), "{detail}");
    assert_eq!((ended.looks, ended.took), (4, ANSWER + LATE_COMMIT));
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_it_is_looked_for_is_taken() {
    for (post, at) in [(Post::Silence, 0), (Post::Error, 0), (Post::Silence, 8_050), (Post::Error, 8_050)] {
        let ended = run(&[post], &[(at, "a9")]).await;
        assert_eq!(ended.found(), "a9");
        assert_eq!(ended.warnings(), ["The answer to a creation was lost; partner \"a\" was found"]);
    }
}

#[tokio::test(start_paused = true)]
async fn of_several_none_is_taken_and_all_are_named() {
    let ended = run(&[Post::Error], &[(500, "a8"), (500, "a9")]).await;
    let (detail, may_exist) = ended.failed();
    assert!(may_exist && detail.contains("NAME P/a8\n") && detail.ends_with("NAME P/a9"), "{detail}");
}

#[tokio::test(start_paused = true)]
async fn an_error_without_an_effect_is_sent_again_so_often() {
    let ended = run(&[Post::Error, Post::Error, Post::Made], &[]).await;
    assert_eq!((ended.found(), ended.posts_left), ("a1", 0));
    let ended = run(&[Post::Error, Post::Error, Post::Error, Post::Made], &[]).await;
    assert_eq!((ended.failed().1, ended.posts_left), (false, 1));
}

#[tokio::test(start_paused = true)]
async fn a_resend_that_is_refused_may_have_met_its_own_first() {
    let ended = run(&[Post::Error, Post::Refused], &[(8_150, "a9")]).await;
    assert_eq!(ended.found(), "a9");
    let ended = run(&[Post::Error, Post::Refused], &[]).await;
    assert!(!ended.failed().1);
    assert_eq!(ended.result.as_ref().expect_err("refused").problem.summary, "Cannot create partner \"a\"");
}

#[tokio::test(start_paused = true)]
async fn a_resend_that_succeeds_names_what_its_first_has_become() {
    // Looked for the last time after 8.1 seconds, sent again, and answered at 8.2.
    let ended = run(&[Post::Error, Post::Made], &[(8_150, "a9")]).await;
    assert_eq!((ended.found(), ended.warnings()), ("a1", &["There may be two of partner \"a\"".to_owned()][..]));
    let ended = run(&[Post::Error, Post::Made], &[(8_150, "a1"), (8_500, "a9")]).await;
    assert_eq!((ended.found(), ended.warnings().len()), ("a1", 0), "its own is no second one");
}
