"""A worker that ends when the queues are empty: `python -m tests.tasks.burst`."""

from functools import partialmethod

from tasks import worker

if __name__ == "__main__":
    worker.JobWorker.work = partialmethod(worker.JobWorker.work, burst=True)  # type: ignore[assignment]
    worker.main()
