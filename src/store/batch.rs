use std::{
    fmt, iter, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::future::BoxFuture;
use tokio::sync::{Semaphore, oneshot};

use super::StoreError;

/// Runs items together that arrive while other batches are running.
///
/// A commit takes as long as the disk takes, whatever is in it, so writes that meet share one. An
/// item on its own runs at once. Nobody waits longer for the batch than for a commit of their own.
pub struct Batcher<T, R>(Arc<Inner<T, R>>);

type Run<T, R> = dyn Fn(Vec<T>) -> BoxFuture<'static, Result<Vec<R>, StoreError>> + Send + Sync;
type Reply<R> = oneshot::Sender<Result<R, StoreError>>;

struct Inner<T, R> {
    run: Box<Run<T, R>>,
    waiting: Mutex<Vec<(T, Reply<R>)>>,
    /// One for each batch that may run at the same time.
    running: Semaphore,
}

impl<T: Clone + Send + 'static, R: Send + 'static> Batcher<T, R> {
    /// One batch after the other. `run` returns one result for each item, in the same order.
    pub fn new(
        run: impl Fn(Vec<T>) -> BoxFuture<'static, Result<Vec<R>, StoreError>> + Send + Sync + 'static,
    ) -> Self {
        Self::parallel(1, run)
    }

    /// Up to this many batches at the same time.
    pub fn parallel(
        at_once: usize,
        run: impl Fn(Vec<T>) -> BoxFuture<'static, Result<Vec<R>, StoreError>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            run: Box::new(run),
            waiting: Mutex::default(),
            running: Semaphore::new(at_once),
        }))
    }

    /// Runs an item, together with others that wait. It runs to its end also if the caller stops
    /// waiting.
    ///
    /// # Errors
    /// When the item fails on its own. If a batch fails, its items are retried one by one, so none
    /// of them fails because of another. But if the database does not answer, they fail together.
    pub async fn run(&self, item: T) -> Result<R, StoreError> {
        let (reply, outcome) = oneshot::channel();
        let is_first = {
            let mut waiting = self.0.lock();
            waiting.push((item, reply));
            waiting.len() == 1
        };
        if is_first {
            tokio::spawn(Arc::clone(&self.0).run_next_batch());
        }
        outcome.await.map_err(|_| StoreError::Panicked)?
    }
}

impl<T: Clone + Send + 'static, R: Send + 'static> Inner<T, R> {
    async fn run_next_batch(self: Arc<Self>) {
        let _turn = self.running.acquire().await;
        let (items, replies): (Vec<_>, Vec<_>) = mem::take(&mut *self.lock()).into_iter().unzip();
        match self.try_run(items.clone()).await {
            Ok(results) => deliver(replies, results.into_iter().map(Ok)),
            Err(error) if items.len() == 1 => deliver(replies, [Err(error)]),
            Err(error) if error.is_outage() => deliver(replies, shared(error)),
            Err(_) => self.run_one_by_one(items, replies).await,
        }
    }

    async fn run_one_by_one(&self, items: Vec<T>, replies: Vec<Reply<R>>) {
        let mut replies = replies.into_iter();
        for item in items {
            let results = self.try_run(vec![item]).await;
            match results.and_then(|mut all| all.pop().ok_or(StoreError::Panicked)) {
                // The others would only wait for the same.
                Err(error) if error.is_outage() => return deliver(replies, shared(error)),
                result => deliver(replies.next(), [result]),
            }
        }
    }

    /// Runs in a task of its own, so that a panic becomes an error.
    async fn try_run(&self, items: Vec<T>) -> Result<Vec<R>, StoreError> {
        tokio::spawn((self.run)(items))
            .await
            .map_err(|_| StoreError::Panicked)?
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(T, Reply<R>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error for any number of callers.
fn shared<R>(error: StoreError) -> impl Iterator<Item = Result<R, StoreError>> {
    let error = Arc::new(error);
    iter::repeat_with(move || Err(StoreError::Shared(Arc::clone(&error))))
}

fn deliver<R>(
    replies: impl IntoIterator<Item = Reply<R>>,
    results: impl IntoIterator<Item = Result<R, StoreError>>,
) {
    for (reply, result) in replies.into_iter().zip(results) {
        let _caller_hung_up = reply.send(result);
    }
}

impl<T, R> fmt::Debug for Batcher<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Batcher")
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, time::Duration};

    use super::*;
    use futures::{FutureExt, future::join_all, poll};

    type Batches = Arc<Mutex<Vec<Vec<u32>>>>;

    /// Doubles numbers. Records each batch, and runs one per permit; fails with a 13 in the batch,
    /// does not answer with a 14, and panics with a 7.
    struct Doubling {
        batcher: Batcher<u32, u32>,
        recorded: Batches,
        permits: Arc<Semaphore>,
    }

    impl Doubling {
        fn new(permits: usize) -> Self {
            let (recorded, permits) = (Batches::default(), Arc::new(Semaphore::new(permits)));
            let (record, wait) = (Arc::clone(&recorded), Arc::clone(&permits));
            let run = move |items: Vec<u32>| {
                let (record, wait) = (Arc::clone(&record), Arc::clone(&wait));
                async move {
                    wait.acquire().await.unwrap().forget();
                    record.lock().unwrap().push(items.clone());
                    assert!(!items.contains(&7), "a bug");
                    if items.contains(&13) {
                        return Err(StoreError::Newer);
                    }
                    if items.contains(&14) {
                        return Err(StoreError::TimedOut);
                    }
                    Ok(items.into_iter().map(|item| item * 2).collect())
                }
                .boxed()
            };
            Self {
                batcher: Batcher::new(run),
                recorded,
                permits,
            }
        }

        async fn until_batches(&self, number: usize) -> Vec<Vec<u32>> {
            while self.recorded.lock().unwrap().len() < number {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            self.recorded.lock().unwrap().clone()
        }
    }

    #[tokio::test]
    async fn items_that_arrive_while_a_batch_runs_are_run_together() {
        let doubling = Doubling::new(0);
        let mut first = pin!(doubling.batcher.run(1));
        assert!(poll!(first.as_mut()).is_pending());
        tokio::time::sleep(Duration::from_millis(5)).await;
        let mut rest = pin!(join_all((2..=4).map(|item| doubling.batcher.run(item))));
        assert!(poll!(rest.as_mut()).is_pending());
        doubling.permits.add_permits(2);
        assert_eq!(first.await.unwrap(), 2);
        let rest: Vec<_> = rest.await.into_iter().map(Result::unwrap).collect();
        assert_eq!(rest, [4, 6, 8]);
        assert_eq!(doubling.until_batches(2).await, [vec![1], vec![2, 3, 4]]);
    }

    #[tokio::test]
    async fn an_error_or_a_panic_in_one_item_fails_no_other() {
        for bad in [13, 7] {
            let doubling = Doubling::new(100);
            let results = join_all([1, bad, 3].map(|item| doubling.batcher.run(item))).await;
            assert_eq!(*results[0].as_ref().unwrap(), 2);
            assert!(results[1].is_err());
            assert_eq!(*results[2].as_ref().unwrap(), 6);
            assert_eq!(doubling.batcher.run(4).await.unwrap(), 8, "it goes on");
        }
    }

    #[tokio::test]
    async fn items_fail_together_when_the_database_does_not_answer() {
        let doubling = Doubling::new(100);
        let results = join_all([1, 14, 3].map(|item| doubling.batcher.run(item))).await;
        assert!(results.iter().all(Result::is_err));
        assert_eq!(doubling.until_batches(1).await, [vec![1, 14, 3]]);
    }

    #[tokio::test]
    async fn an_item_whose_caller_hangs_up_runs_all_the_same_and_so_do_the_others() {
        let doubling = Doubling::new(0);
        let mut second = pin!(doubling.batcher.run(2));
        {
            let mut hangs_up = pin!(doubling.batcher.run(1));
            assert!(poll!(hangs_up.as_mut()).is_pending());
            assert!(poll!(second.as_mut()).is_pending());
        }
        doubling.permits.add_permits(2);
        assert_eq!(second.await.unwrap(), 4);
        assert_eq!(doubling.until_batches(1).await.concat(), [1, 2]);
    }
}
