//! Answers that went wrong in any way: none may panic, and none may give a number that is not in it.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::super::decode;
use super::super::listing::wrapped;
use super::super::model::{AccountUsage, Answer, Contract, Member, Partner, Region, StorageAccount};

/// How many answers of each type are tried.
const CASES: u32 = 10_000;

/// Answers as the service gives them, and some that it should not: the mutations begin here.
const CORPUS: [(&str, Read); 6] = [
    (include_str!("corpus/contracts.json"), list::<Contract>),
    (include_str!("corpus/partners.json"), list::<Partner>),
    (include_str!("corpus/members.json"), list::<Member>),
    (include_str!("corpus/storage-accounts.json"), list::<StorageAccount>),
    (include_str!("corpus/usage.json"), list::<AccountUsage>),
    (include_str!("corpus/regions.json"), regions),
];

/// Reads an answer; gives its numbers, when it can be read.
type Read = fn(&[u8]) -> Option<Vec<i64>>;

trait Numbers {
    fn numbers(&self) -> Vec<i64>;
}

fn list<T: Answer + Numbers>(body: &[u8]) -> Option<Vec<i64>> {
    let items = decode::list::<T>(decode::text(body).ok()?).ok()?;
    // What was left out is counted, and named.
    assert_eq!(items.count > items.items.len(), !items.left_out.is_empty());
    Some(items.items.iter().flat_map(Numbers::numbers).collect())
}

fn regions(body: &[u8]) -> Option<Vec<i64>> {
    wrapped::<Region>(decode::text(body).ok()?, "regions").ok().map(|_| Vec::new())
}

impl Numbers for Contract {
    fn numbers(&self) -> Vec<i64> {
        [self.reserved, self.allocated].into_iter().flatten().collect()
    }
}

impl Numbers for Partner {
    fn numbers(&self) -> Vec<i64> {
        self.allocated.into_iter().collect()
    }
}

impl Numbers for Member {
    fn numbers(&self) -> Vec<i64> {
        Vec::new()
    }
}

impl Numbers for StorageAccount {
    fn numbers(&self) -> Vec<i64> {
        self.allocated.into_iter().collect()
    }
}

impl Numbers for AccountUsage {
    fn numbers(&self) -> Vec<i64> {
        let days = self.days.iter().flat_map(|day| [day.used, day.allocated]);
        days.chain([self.allocated]).flatten().collect()
    }
}

/// Something that happens to a body on its way.
#[derive(Clone, Debug)]
enum Mutation {
    Cut(Index),
    Drop(Index, u8),
    Repeat(Index, u8),
    Insert(Index, &'static str),
    Change(Index, u8),
    Swap(Index, Index),
}

/// What is put into bodies: other types, borders of numbers, broken JSON.
const PIECES: [&str; 24] = [
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "-",
    "1.5",
    "e3",
    "E+2",
    ".0",
    "0",
    "9223372036854775807",
    "9223372036854775808",
    "1e400",
    "-0",
    "\"5e12\"",
    "\"",
    "\\",
    "\\ud800",
    ",",
    ":",
    "[[[[[[",
    "\u{feff}",
    "<html>",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        any::<Index>().prop_map(Mutation::Cut),
        any::<(Index, u8)>().prop_map(|(at, length)| Mutation::Drop(at, length)),
        any::<(Index, u8)>().prop_map(|(at, length)| Mutation::Repeat(at, length)),
        (any::<Index>(), prop::sample::select(&PIECES[..])).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        any::<(Index, u8)>().prop_map(|(at, byte)| Mutation::Change(at, byte)),
        any::<(Index, Index)>().prop_map(|(one, other)| Mutation::Swap(one, other)),
    ]
}

fn mutate(mut body: Vec<u8>, mutation: &Mutation) -> Vec<u8> {
    if body.is_empty() {
        return body;
    }
    let range = |at: &Index, length: u8| {
        let begin = at.index(body.len());
        begin..(begin + usize::from(length)).min(body.len())
    };
    match mutation {
        Mutation::Cut(at) => body.truncate(at.index(body.len())),
        Mutation::Drop(at, length) => drop(body.drain(range(at, *length))),
        Mutation::Repeat(at, length) => {
            let range = range(at, *length);
            let piece = body[range.clone()].to_vec();
            drop(body.splice(range.start..range.start, piece));
        }
        Mutation::Insert(at, piece) => {
            let at = at.index(body.len());
            drop(body.splice(at..at, piece.bytes()));
        }
        Mutation::Change(at, byte) => {
            let at = at.index(body.len());
            body[at] = *byte;
        }
        Mutation::Swap(one, other) => {
            let (one, other) = (one.index(body.len()), other.index(body.len()));
            body.swap(one, other);
        }
    }
    body
}

/// All numbers that are in a body, as whole numbers of any size: the slow and plain way to tell.
fn spelled(body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body).into_owned();
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
    let spelled = text.split(|c: char| !is_part(c)).filter(|word| !word.is_empty());
    spelled.filter_map(by_hand).collect()
}

/// A number written out, digit by digit; none when it is not whole.
fn by_hand(word: &str) -> Option<String> {
    let (negative, word) = word.strip_prefix('-').map_or((false, word), |word| (true, word));
    let (number, exponent) = word.split_once(['e', 'E']).unwrap_or((word, "0"));
    let mut shift: i32 = exponent.parse().ok()?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (mut before, mut after) = (whole.to_owned(), fraction.to_owned());
    while shift > 0 && shift < 400 {
        before.push(if after.is_empty() { '0' } else { after.remove(0) });
        shift -= 1;
    }
    while shift < 0 && !before.is_empty() {
        after.insert(0, before.pop()?);
        shift += 1;
    }
    let digits = before.trim_start_matches('0');
    let is_zero = digits.is_empty();
    let sign = if negative && !is_zero { "-" } else { "" };
    after.chars().all(|c| c == '0').then(|| format!("{sign}{}", if is_zero { "0" } else { digits }))
}

#[test]
fn no_mutated_answer_panics_or_gives_a_wrong_number() {
    for (seed, read) in CORPUS {
        assert!(read(seed.as_bytes()).is_some(), "the corpus itself can be read");
        let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
        // The same answers in every run, so that a failure is one for everybody.
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let readable = Cell::new(0);
        let mutations = prop::collection::vec(mutation(), 1..5);
        let tried = runner.run(&mutations, |mutations| {
            let body = mutations.iter().fold(seed.as_bytes().to_vec(), mutate);
            if let Some(numbers) = read(&body) {
                readable.set(readable.get() + 1);
                let spelled = spelled(&body);
                for number in numbers {
                    prop_assert!(
                        spelled.contains(&number.to_string()),
                        "{number} in {}",
                        String::from_utf8_lossy(&body)
                    );
                }
            }
            Ok(())
        });
        tried.unwrap_or_else(|error| panic!("{error}"));
        assert!(readable.get() > CASES / 20, "only {} answers could be read", readable.get());
    }
}
