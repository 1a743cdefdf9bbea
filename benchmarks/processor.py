"""Processor time, by the programs that a benchmark started: it says what something costs, whatever else runs beside it.

A rate depends on what other work leaves of the machine; the seconds of processor time that went into it do much less.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import psutil

Seconds = dict[str, float]
"""Seconds of processor time by program."""

LOAD = "load"
"""The benchmark's own process."""
_PROGRAMS = {
    "postgres": "postgresql",
    "valkey": "valkey",
    "wechat_simulator": "simulator",
    "tasks.sender": "sender",
    "tasks.worker": "worker",
    "benchmarks.bare_bytes": "bare",
    "wsgi:application": "server",
}
"""What a command line is known by, and the program's name; the first that it has."""


@contextmanager
def spent() -> Iterator[Seconds]:
    """What the programs take during the block; it is there when the block ends."""
    found: Seconds = {}
    before = {**_of_programs(), LOAD: _own()}
    try:
        yield found
    finally:
        after = {LOAD: _own(), **_of_programs()}  # in these orders looking them up is no load
        found.update({program: seconds - before.get(program, 0.0) for program, seconds in after.items()})


def each_us(seconds: Mapping[str, float], acts: int) -> dict[str, int]:
    """Microseconds of processor time an act by program, the dearest first; programs of less than one left out."""
    shares = {program: round(taken * 1e6 / acts) for program, taken in seconds.items()} if acts else {}
    return {program: share for program, share in sorted(shares.items(), key=lambda one: -one[1]) if share}


def _own() -> float:
    return sum(os.times()[:2])


def _of_programs() -> Seconds:
    found: Seconds = defaultdict(float)
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            found[_program(child)] += _of_tree(child)
    return found


def _program(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    return next((name for mark, name in _PROGRAMS.items() if mark in command), "other")


def _of_tree(process: psutil.Process) -> float:
    """The seconds of a process, of its children, and of those that it has outlived."""
    times = process.cpu_times()
    seconds = float(times.user + times.system + times.children_user + times.children_system)
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            seconds += _of_tree(child)
    return seconds
