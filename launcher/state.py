"""DATA_DIR/run.json: ports and process ids of a running group, for other tools to find."""

import json
import os
from pathlib import Path
from typing import Any

import psutil

from launcher.group import Group
from launcher.programs import Plan


def write_state(data_dir: Path, plan: Plan, group: Group, *, ready: bool) -> None:
    """Write run.json, whole or not at all."""
    state = {
        "launcher_pid": os.getpid(),
        "supervisor_pid": group.supervisor_pid,
        "ready": ready,
        "ports": {probe.name: probe.port for probe in plan.probes},
        "pids": {name: pid for name, (_, pid) in group.states().items()},
    }
    draft = _path(data_dir).with_suffix(".draft")
    draft.write_text(json.dumps(state, indent=1))
    draft.replace(_path(data_dir))


def read_state(data_dir: Path) -> dict[str, Any] | None:
    """What run.json says, or None where no group runs. A file that a killed launcher left counts for nothing."""
    try:
        state: dict[str, Any] = json.loads(_path(data_dir).read_text())
        launcher = psutil.Process(state["launcher_pid"])
        return state if any("launcher" in word for word in launcher.cmdline()) else None
    except (
        FileNotFoundError,
        ValueError,
        psutil.Error,
    ):  # ValueError: a machine that lost its power may leave it empty
        return None


def remove_state(data_dir: Path) -> None:
    """The group runs no more."""
    _path(data_dir).unlink(missing_ok=True)


def _path(data_dir: Path) -> Path:
    return data_dir / "run.json"
