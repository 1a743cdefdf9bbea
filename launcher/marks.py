"""Which processes belong to a data directory, and how to end those that were left behind.

Every child carries two environment variables, so that it is known after its parent is gone. PostgreSQL's backends
write their titles over their environment; they are known by their working directory, which is the cluster.
"""

import contextlib
import ctypes
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import psutil

GROUP_VARIABLE = "COMMUNITY_GROUP"
PROGRAM_VARIABLE = "COMMUNITY_PROGRAM"
_FORKED = "+"
"""Begins the name of a process that was forked to be a program: its environment is still the supervisor's to others."""
_NAME_BYTES = 15
_PR_SET_NAME = 15


def marked(environment: Mapping[str, str], data_dir: Path, program: str) -> dict[str, str]:
    """The environment with the marks of a program."""
    return {**environment, GROUP_VARIABLE: str(data_dir), PROGRAM_VARIABLE: program}


def name_this_process(program: str) -> None:
    """Mark this process, and what it forks, as a program's, where it is too late for its environment. Linux only."""
    name = f"{_FORKED}{program}".encode()
    assert len(name) <= _NAME_BYTES, f"a program's name has at most {_NAME_BYTES - 1} letters"
    ctypes.CDLL(None).prctl(_PR_SET_NAME, name, 0, 0, 0)


def members(data_dir: Path, program: str | None = None) -> list[psutil.Process]:
    """The living processes of a data directory, or of one of its programs; never this process or its ancestors."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in own and _belongs(process, data_dir, program) and _alive(process)
    ]


def end(processes: list[psutil.Process], patience_s: float) -> None:
    """Ask processes to stop, and kill what is still there after `patience_s` seconds.

    Supervisors go first and at once, so that they start nothing again.
    """
    for process in sorted(processes, key=_rank):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(_stop_signal(process))
    _, alive = psutil.wait_procs(processes, timeout=patience_s)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=2)


def end_left_overs(data_dir: Path) -> int:
    """End what an earlier group of this data directory left behind. Returns how many processes there were."""
    found = members(data_dir)
    end(found, patience_s=2)
    late = members(data_dir)  # those forked while the first were ending
    end(late, patience_s=0.5)
    return len(found) + len(late)


def _belongs(process: psutil.Process, data_dir: Path, program: str | None) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        if program in (None, "postgres") and process.name() == "postgres":
            return bool(process.cwd() == str(data_dir / "postgres"))
        of_group = process.environ().get(GROUP_VARIABLE) == str(data_dir)
        return of_group and (program is None or _program(process) == program)
    return False


def _alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _rank(process: psutil.Process) -> int:
    return 0 if _program(process) == "supervisor" else 1


def _stop_signal(process: psutil.Process) -> signal.Signals:
    with contextlib.suppress(psutil.Error):
        if process.name() == "postgres":
            return signal.SIGINT  # fast shutdown
    return signal.SIGKILL if _program(process) == "supervisor" else signal.SIGTERM


def _program(process: psutil.Process) -> str | None:
    with contextlib.suppress(psutil.Error, OSError):
        forked: str = process.name()
        if forked.startswith(_FORKED):
            return forked.removeprefix(_FORKED)
        name: str | None = process.environ().get(PROGRAM_VARIABLE)
        return name
    return None
