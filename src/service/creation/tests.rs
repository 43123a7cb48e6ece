//! The rule, case by case, against a service that plays a script; the clock is the test's.

use std::collections::VecDeque;

use tf_provider::Diagnostics;

use super::*;
use crate::api::ErrorKind;
use crate::terraform::diagnostics::report;

/// How long a POST takes.
const ANSWER: Duration = Duration::from_millis(100);

/// How long a lost object is looked for.
const LOOKUP: Duration = Duration::from_secs(30);

/// What becomes of a POST.
#[derive(Clone, Copy)]
enum Post {
    Made(&'static str),
    Refused,
    Error,
    Silence,
}

/// The service: objects are told by their names alone, and those whose name begins with "a" are what is wanted.
struct Script {
    posts: Mutex<VecDeque<Post>>,
    /// From this moment on the list has this id.
    listed: Vec<(Duration, &'static str)>,
    began: Instant,
    looks: Mutex<u32>,
}

#[derive(Debug, Clone, PartialEq)]
struct Object(String);

impl Keyed for Object {
    fn key(&self) -> String {
        self.0.clone()
    }
}

fn error(kind: ErrorKind) -> Error {
    Error::unsent("create partner", kind)
}

#[async_trait]
impl Creation for Script {
    type Object = Object;

    async fn send(&self, _: &CallLimits) -> Result<Object, CreateError> {
        sleep(ANSWER).await;
        let any = || error(ErrorKind::NoTime);
        match self.posts.lock().expect("not poisoned").pop_front().expect("no further POST") {
            Post::Made(id) => Ok(Object(id.into())),
            Post::Refused => Err(CreateError::Refused(any())),
            Post::Error => Err(CreateError::Answered(any())),
            Post::Silence => Err(CreateError::Unanswered(any())),
        }
    }

    async fn look(&self, _: &CallLimits, _: Instant) -> Result<Vec<Object>, Arc<Error>> {
        *self.looks.lock().expect("not poisoned") += 1;
        let listed = self.listed.iter().filter(|(from, _)| self.began.elapsed() >= *from);
        Ok(listed.map(|(_, id)| Object((*id).to_owned())).collect())
    }

    fn fits(&self, object: &Object) -> bool {
        object.0.starts_with('a')
    }
}

struct Ended {
    result: Result<Made<Object>, NotMade>,
    warnings: Vec<String>,
    posts_left: usize,
    looks: u32,
    took: Duration,
}

async fn run(posts: &[Post], listed: &[(u64, &'static str)]) -> Ended {
    run_within(600, true, posts, listed).await
}

async fn run_within(seconds: u64, resends: bool, posts: &[Post], listed: &[(u64, &'static str)]) -> Ended {
    let began = Instant::now();
    let script = Script {
        posts: Mutex::new(posts.iter().copied().collect()),
        listed: listed.iter().map(|(from, id)| (Duration::from_millis(*from), *id)).collect(),
        began,
        looks: Mutex::new(0),
    };
    let wanted = Wanted {
        resource_type: "impossiblecloud_partner",
        who: "partner \"a\"".into(),
        content: "a".into(),
        import_prefix: "P/".into(),
        before: HashSet::from(["a0".to_owned()]),
    };
    let mut warnings = Warnings::default();
    let limits = CallLimits::new(Duration::from_secs(seconds), CancellationToken::new());
    let result = Creations::new(LOOKUP, resends).create(&script, &wanted, &limits, &mut warnings).await;
    let posts_left = script.posts.lock().expect("not poisoned").len();
    let looks = *script.looks.lock().expect("not poisoned");
    let mut said = Diagnostics::default();
    report(&mut said, warnings, Ok(()));
    let warnings = said.warnings.into_iter().map(|warning| warning.summary.into_owned()).collect();
    Ended { result, warnings, posts_left, looks, took: began.elapsed() }
}

impl Ended {
    fn found(&self) -> (&str, bool) {
        let made = self.result.as_ref().expect("created");
        (&made.object.0, made.sent_again)
    }

    fn failed(&self) -> (&str, bool) {
        let failure = self.result.as_ref().expect_err("a failure");
        (&failure.diagnostic.detail, failure.may_exist)
    }

    fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_answered_is_made_and_what_is_refused_is_not() {
    let ended = run(&[Post::Made("a1")], &[]).await;
    assert_eq!((ended.found(), ended.looks, ended.warnings().len()), (("a1", false), 0, 0));
    let ended = run(&[Post::Refused], &[(0, "a9")]).await;
    assert_eq!((ended.failed().1, ended.looks), (false, 0), "a first refusal had no effect");
}

#[tokio::test(start_paused = true)]
async fn what_was_there_or_is_another_thing_is_not_taken() {
    let ended = run(&[Post::Silence], &[(0, "a0"), (0, "b1")]).await;
    let (detail, may_exist) = ended.failed();
    assert!(may_exist && detail.contains("terraform import impossiblecloud_partner.NAME P/ID"), "{detail}");
    assert_eq!((ended.looks, ended.took), (7, ANSWER + LOOKUP));
}

#[tokio::test(start_paused = true)]
async fn an_answer_with_what_was_there_before_is_an_error() {
    let ended = run(&[Post::Made("a0")], &[]).await;
    let failure = ended.result.as_ref().expect_err("not new");
    assert!(failure.may_exist && failure.diagnostic.detail.contains("a0"), "{failure:?}");
    assert!(failure.diagnostic.summary.ends_with("with an object that is not new"), "{failure:?}");
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_it_is_looked_for_is_taken() {
    for (post, at) in [(Post::Silence, 0), (Post::Error, 0), (Post::Silence, 30_050), (Post::Error, 12_000)] {
        let ended = run(&[post], &[(at, "a9")]).await;
        assert_eq!(ended.found(), ("a9", false));
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
async fn an_error_without_an_effect_is_sent_again_while_there_is_time() {
    let ended = run(&[Post::Error, Post::Error, Post::Made("a1")], &[]).await;
    assert_eq!((ended.found(), ended.posts_left), (("a1", true), 0));
    let ended = run_within(70, true, &[Post::Error; 9], &[]).await;
    assert_eq!((ended.failed().1, ended.posts_left), (false, 6), "three tries of 30 s reach beyond 70");
    let ended = run_within(600, false, &[Post::Error, Post::Made("a1")], &[]).await;
    assert_eq!((ended.failed().1, ended.posts_left), (false, 1), "max_retries = 0 switches it off");
}

#[tokio::test(start_paused = true)]
async fn a_resend_that_is_refused_may_have_met_its_own_first() {
    let ended = run(&[Post::Error, Post::Refused], &[(30_150, "a9")]).await;
    assert_eq!(ended.found(), ("a9", true));
    let ended = run(&[Post::Error, Post::Refused], &[]).await;
    assert!(!ended.failed().1);
    assert_eq!(ended.result.as_ref().expect_err("refused").diagnostic.summary, "Cannot create partner \"a\"");
}

#[tokio::test(start_paused = true)]
async fn a_resend_that_succeeds_names_what_its_first_has_become() {
    // Looked for the last time after 30.1 seconds, sent again, and answered at 30.2.
    let ended = run(&[Post::Error, Post::Made("a1")], &[(30_150, "a9")]).await;
    let two = ["There may be two of partner \"a\"".to_owned()];
    assert_eq!((ended.found(), ended.warnings()), (("a1", true), &two[..]));
    let ended = run(&[Post::Error, Post::Made("a1")], &[(30_150, "a1"), (30_500, "a9")]).await;
    assert_eq!((ended.found(), ended.warnings().len()), (("a1", true), 0), "its own is no second one");
}
