"""The application under granian, as `make run` serves it, for a benchmark."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.settings import Settings

ROOT = Path(__file__).parent.parent


@contextmanager
def served(settings: Settings, application: str) -> Iterator[int]:
    """Serve an application; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", application, "--host", "127.0.0.1"]
    options = ["--port", str(port), "--workers", str(settings.api_workers), "--no-ws", "--log-level", "warning"]
    options += ["--blocking-threads", str(settings.api_threads)]
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.data_dir),
        "LOG_LEVEL": "ERROR",
        "API_THREADS": str(settings.api_threads),
        "SIMULATOR_PORT": str(settings.simulator_port),
        "EMBEDDED_DATABASE": settings.embedded_database,
        "BENCH_DATABASE": settings.libpq_url,
    }
    process = subprocess.Popen([*command, *options], cwd=ROOT, env=environment, start_new_session=True)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # a server that is still starting does not hear it
            os.killpg(process.pid, signal.SIGKILL)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")
