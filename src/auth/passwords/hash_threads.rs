use std::{fmt, io, num::NonZeroUsize};

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinError,
};
use tokio_util::task::AbortOnDropHandle;

/// The priority of the threads (`nice`, 0 to 19), below those that serve requests: each of these
/// takes a fraction of the time of one hash.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Threads for hashing alone. Each begins the next hash as soon as it has finished one.
pub(super) struct HashThreads {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl HashThreads {
    pub fn start(number: NonZeroUsize) -> io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(number.get())
            .thread_name("hash")
            .on_thread_start(lower_priority)
            .build()?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// Runs `work` when its turn comes, or not at all if nobody waits for it by then.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        AbortOnDropHandle::new(self.handle.spawn_blocking(work)).await
    }
}

impl Drop for HashThreads {
    /// Does not wait: a runtime must not be waited for inside another one.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for HashThreads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashThreads")
    }
}

/// Only Linux has a priority for a single thread; elsewhere it is the whole process'.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "the priority of a hashing thread can't be lowered");
    }
}
