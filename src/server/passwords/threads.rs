use std::{fmt, io, num::NonZeroUsize};

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinError,
};
use tokio_util::task::AbortOnDropHandle;

/// How much the threads stand back behind those that serve requests (`nice`, 0 to 19): each of these is served in a
/// fraction of the time that one hash takes.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Threads that do nothing but hash, so many and no more. Each begins the next hash as soon as it has ended one: nobody
/// else has to be woken for that.
pub(super) struct Threads {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Threads {
    pub fn start(number: NonZeroUsize) -> io::Result<Self> {
        let mut threads = Builder::new_current_thread();
        threads
            .max_blocking_threads(number.get())
            .thread_name("hash")
            .on_thread_start(stand_back);
        let runtime = threads.build()?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// Runs `work` when its turn comes, or not at all if nobody waits for it any more by then.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        AbortOnDropHandle::new(self.handle.spawn_blocking(work)).await
    }
}

impl Drop for Threads {
    /// Waits for nothing: a runtime must not be waited for within another one.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Threads")
    }
}

/// Linux alone knows this for a thread; elsewhere it would be the whole program.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "hashing can't stand back behind requests");
    }
}
