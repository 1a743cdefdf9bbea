"""Many people doing the same at a time, with a progress bar."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

THREADS = 16

One = TypeVar("One")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Crowd(Generic[One, Done]):
    """What came of a crowd's acts, and the seconds that they took."""

    results: dict[One, Done]
    seconds: float

    @property
    def per_second(self) -> float:
        """Acts a second."""
        return len(self.results) / self.seconds if self.seconds else 0.0


def all_do(
    console: Console,
    title: str,
    people: Iterable[One],
    act: Callable[[One], Done],
    pace: float = 0,
    meanwhile: Callable[[], str] | None = None,
) -> Crowd[One, Done]:
    """Let everyone act, THREADS at a time and at most `pace` a second (0: as fast as it goes).

    `meanwhile` gives words for the progress bar every half second. The first error stops the rest.
    """
    waiting = list(people)
    with bar(console) as progress, ThreadPoolExecutor(THREADS) as threads:
        task, began, shown = progress.add_task(title, total=len(waiting), words=""), time.monotonic(), 0.0
        try:
            futures = {threads.submit(_paced(act, began, pace, n), one): one for n, one in enumerate(waiting)}
            results: dict[One, Done] = {}
            for future in as_completed(futures):
                results[futures[future]] = future.result()
                progress.advance(task)
                if meanwhile and time.monotonic() - shown > 0.5:
                    progress.update(task, words=meanwhile())
                    shown = time.monotonic()
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
        seconds = time.monotonic() - began
        _finish(progress, task, meanwhile)
    return Crowd(results, seconds)


def bar(console: Console) -> Progress:
    """A progress bar with room for words, one line a stage."""
    return Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}"),
        console=console,
        refresh_per_second=4,
    )


def _finish(progress: Progress, task: TaskID, meanwhile: Callable[[], str] | None) -> None:
    if meanwhile:
        progress.update(task, words=meanwhile())


def _paced(act: Callable[[One], Done], began: float, pace: float, number: int) -> Callable[[One], Done]:
    def paced(one: One) -> Done:
        if pace:
            time.sleep(max(0.0, began + number / pace - time.monotonic()))
        return act(one)

    return paced
