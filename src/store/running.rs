use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// For how long the machine has been running, also while it was suspended.
#[must_use]
pub fn running() -> Duration {
    #[cfg(target_os = "linux")]
    let clock = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let clock = ClockId::Monotonic;
    clock_gettime(clock).try_into().unwrap_or_default()
}
