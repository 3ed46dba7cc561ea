//! Times and ratios: medians of repetitions, alone or beside a yardstick, because the machine is shared;
//! what is timed is the processor's time of the thread.

use cpu_time::ThreadTime;

/// How long one thing takes, and how many times longer than the yardstick.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Unit: nanoseconds.
    pub each: f64,
    /// The median of the ratios of each repetition.
    pub ratio: f64,
}

/// Measures a run over so many items. Unit: nanoseconds for each.
pub fn alone(repetitions: usize, items: usize, mut run: impl FnMut()) -> f64 {
    median((0..repetitions).map(|_| nanoseconds(items, &mut run)).collect())
}

/// Measures a run over so many items beside the yardstick's over so many.
pub fn beside(
    repetitions: usize,
    (items, mut run): (usize, impl FnMut()),
    (yards, mut yardstick): (usize, impl FnMut()),
) -> Measure {
    let (mut times, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..repetitions {
        let yard = nanoseconds(yards, &mut yardstick);
        let own = nanoseconds(items, &mut run);
        times.push(own);
        ratios.push(own / yard);
    }
    Measure { each: median(times), ratio: median(ratios) }
}

/// Runs one thing in two threads at once, each with its own state. Returns how many times more is done than
/// by one alone: the sum of both rates over that of one, medians.
pub fn twofold<T: Send>(
    repetitions: usize,
    items: usize,
    states: [T; 2],
    run: impl Fn(&mut T) + Sync,
) -> f64 {
    let [mut one, mut other] = states;
    let alone =
        median((0..repetitions).map(|_| nanoseconds(items, &mut || run(&mut one))).collect());
    let both: Vec<f64> = std::thread::scope(|scope| {
        let run = &run;
        let timed = |state: &mut T| {
            let times = (0..repetitions).map(|_| nanoseconds(items, &mut || run(state)));
            median(times.collect())
        };
        let beside = scope.spawn(move || timed(&mut other));
        let own = timed(&mut one);
        [Some(own), beside.join().ok()].into_iter().flatten().collect()
    });
    both.iter().map(|each| alone / each).sum()
}

fn nanoseconds(items: usize, run: &mut impl FnMut()) -> f64 {
    let start = ThreadTime::now();
    run();
    start.elapsed().as_secs_f64() * 1e9 / items as f64
}

/// Returns the middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
