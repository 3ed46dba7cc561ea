//! Times and ratios: medians of repetitions, alone or beside a yardstick, because the machine is shared.

use std::time::Instant;

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

fn nanoseconds(items: usize, run: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64() * 1e9 / items as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
