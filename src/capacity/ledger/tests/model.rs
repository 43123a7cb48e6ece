//! Everything that can happen to a pool at once, in any order, against a model of the service.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

const RESERVED: i64 = 100;

/// What happens next.
#[derive(Debug, Clone)]
enum Event {
    Write(i64),
    Cut(i64),
    /// Somebody else takes or frees so much.
    Outsider(i64),
    /// One of the writes that are under way has its effect, then one has its answer, or none is ever got.
    Commit(Index),
    Answer(Index, bool),
    /// Figures are asked for, taken down by the service, and arrive.
    BeginReading,
    Snapshot(Index),
    EndReading(Index),
}

fn events(outsiders: bool) -> impl Strategy<Value = Vec<Event>> {
    let most = if outsiders { 30_i64 } else { 0 };
    let event = prop_oneof![
        (1_i64..40).prop_map(Event::Write),
        (1_i64..40).prop_map(Event::Cut),
        (-most..=most).prop_map(Event::Outsider),
        any::<Index>().prop_map(Event::Commit),
        any::<(Index, bool)>().prop_map(|(pick, lost)| Event::Answer(pick, lost)),
        Just(Event::BeginReading),
        any::<Index>().prop_map(Event::Snapshot),
        any::<Index>().prop_map(Event::EndReading),
    ];
    prop::collection::vec(event, 1..80)
}

/// A write of ours, with the events at which it was sent and answered.
struct Own {
    id: WriteId,
    bytes: i64,
    sent: usize,
    committed: bool,
    answered: Option<usize>,
    lost: bool,
}

/// The service, and what an onlooker knows who sees every event.
struct Model {
    ledger: Ledger,
    allocated: i64,
    own: Vec<Own>,
    /// Readings under way: when they began, and what the service took down.
    readings: Vec<(ReadingId, usize, Option<i64>)>,
    /// The newest one that is complete: when it began and ended, and what it says.
    newest: (usize, usize, i64),
}

impl Model {
    fn new(allocated: i64) -> Model {
        let ledger = ledger(Mode::Relaxed, RESERVED, allocated);
        Model { ledger, allocated, own: Vec::new(), readings: Vec::new(), newest: (0, 0, allocated) }
    }

    /// What is left by the newest reading, less all of ours that it may lack, and with the cuts that it surely lacks.
    fn room(&self) -> i64 {
        let (from, until, seen) = self.newest;
        let change = |own: &Own| match own.answered {
            Some(at) if at < from => 0,
            Some(_) if own.bytes < 0 && !own.lost && own.sent > until => own.bytes,
            _ => own.bytes.max(0),
        };
        RESERVED - seen - self.own.iter().map(change).sum::<i64>()
    }

    /// One of our writes for which `fits` holds.
    fn pick(&mut self, pick: &Index, fits: impl Fn(&Own) -> bool) -> Option<&mut Own> {
        let mut fitting: Vec<_> = self.own.iter_mut().filter(|own| fits(own)).collect();
        (!fitting.is_empty()).then(|| fitting.swap_remove(pick.index(fitting.len())))
    }

    fn happen(&mut self, now: usize, event: Event) -> Result<(), TestCaseError> {
        let own = |id, bytes| Own { id, bytes, sent: now, committed: false, answered: None, lost: false };
        match event {
            Event::Write(bytes) => {
                let room = self.room();
                let begun = self.ledger.begin_write(POOL, &increase(&format!("p{now}"), 0, bytes));
                prop_assert_eq!(begun.is_ok(), bytes <= room, "{} of {}", bytes, room);
                self.own.extend(begun.ok().map(|id| own(id, bytes)));
            }
            // Nobody cuts more than there is, cuts that are under way included.
            Event::Cut(bytes) => {
                let under_way = self.own.iter().filter(|own| !own.committed);
                let cutting: i64 = under_way.map(|own| -own.bytes.min(0)).sum();
                if bytes + cutting <= self.allocated {
                    let id = self.ledger.begin_cut(POOL, &Asker::Object("c".into()), bytes);
                    self.own.push(own(id, -bytes));
                }
            }
            Event::Outsider(bytes) => self.allocated = (self.allocated + bytes).max(0),
            Event::Commit(pick) => {
                if let Some(own) = self.pick(&pick, |own| !own.committed) {
                    own.committed = true;
                    self.allocated += own.bytes;
                }
            }
            Event::Answer(pick, lost) => {
                if let Some(own) = self.pick(&pick, |own| own.committed && own.answered.is_none()) {
                    (own.answered, own.lost) = (Some(now), lost);
                    let id = own.id;
                    let outcome = if lost { WriteOutcome::Unknown } else { WriteOutcome::Made };
                    self.ledger.end_write(POOL, id, outcome);
                }
            }
            Event::BeginReading => self.readings.push((self.ledger.begin_reading(), now, None)),
            Event::Snapshot(pick) if !self.readings.is_empty() => {
                let at = pick.index(self.readings.len());
                self.readings[at].2.get_or_insert(self.allocated);
            }
            Event::EndReading(pick) if !self.readings.is_empty() => {
                let at = pick.index(self.readings.len());
                if let (reading, began, Some(seen)) = self.readings[at] {
                    self.readings.swap_remove(at);
                    self.ledger.record(POOL, reading, totals(RESERVED, seen));
                    // One that began earlier says nothing new.
                    if began >= self.newest.0 {
                        self.newest = (began, now, seen);
                    }
                }
            }
            Event::Snapshot(_) | Event::EndReading(_) => {}
        }
        Ok(())
    }

    /// Everything is answered and read again.
    fn settle(&mut self, now: usize) {
        for own in self.own.iter_mut().filter(|own| own.answered.is_none()) {
            self.allocated += if own.committed { 0 } else { own.bytes };
            self.ledger.end_write(POOL, own.id, WriteOutcome::Made);
            (own.committed, own.answered) = (true, Some(now));
        }
        read(&mut self.ledger, RESERVED, self.allocated);
    }

    fn left(&self) -> Option<i128> {
        self.ledger.figures(POOL).map(|(_, left)| left)
    }
}

proptest! {
    /// Without others, no interleaving of writes, slow answers and readings lets the contract hold more than it has.
    #[test]
    fn no_order_of_answers_over_commits_the_contract(events in events(false)) {
        let mut model = Model::new(60);
        for (now, event) in events.into_iter().enumerate() {
            model.happen(now + 1, event)?;
            prop_assert!(model.allocated <= RESERVED, "{} allocated", model.allocated);
        }
        model.settle(100);
        prop_assert!(model.allocated <= RESERVED, "{} allocated", model.allocated);
    }

    /// With others, a write is let go exactly when it fits the newest reading less what that cannot contain of ours;
    /// and once all is answered and read again, what is left is known to the byte: nobody waits for what is there.
    #[test]
    fn a_write_fits_what_was_read_and_nobody_waits_for_what_is_there(events in events(true), wanted in 1_i64..60) {
        let mut model = Model::new(60);
        for (now, event) in events.into_iter().enumerate() {
            model.happen(now + 1, event)?;
            prop_assert_eq!(model.left(), Some(i128::from(model.room())));
        }
        model.settle(100);
        prop_assert_eq!(model.left(), Some(i128::from(RESERVED - model.allocated)));
        let granted = model.ledger.begin_write(POOL, &increase("waiter", 0, wanted)).is_ok();
        prop_assert_eq!(granted, model.allocated + wanted <= RESERVED);
    }
}
