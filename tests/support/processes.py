"""Processes of the product, started by a test."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from app.core.settings import Settings
from launcher import marks

ROOT = Path(__file__).parents[2]


def start_granian(
    target: str, port: int, threads: int, environment: Mapping[str, str], *more: str
) -> "subprocess.Popen[bytes]":
    """Serve a WSGI application on the port. It ends with this process, even if nobody can stop it any more."""
    name = f"test-{port}"
    child = [sys.executable, "-m", "launcher.child", "--parent", str(os.getpid()), name, "--"]
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", target, "--port", str(port), "--no-ws"]
    options = ["--blocking-threads", str(threads), "--log-level", "critical", *more]
    marked = marks.marked(environment, Path(os.environ["TEST_DATA_DIR"]), name)
    return subprocess.Popen([*child, *granian, *options], cwd=ROOT, env=marked, stdout=subprocess.DEVNULL)


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which a process reads these settings."""
    named = {name.upper(): value for name, value in settings.model_dump(exclude_defaults=True).items()}
    values = {name: json.dumps(value) if isinstance(value, dict) else str(value) for name, value in named.items()}
    return {**os.environ, **values, "LOG_LEVEL": "INFO"}
