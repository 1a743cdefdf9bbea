"""Machines of a cluster, each with an API, a worker, a scheduler and senders, all on this one."""

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from app.core.settings import Settings, load_settings
from app.notifications.catalogue import Kind
from launcher import servers, service_user
from launcher.child import end_with_parent
from launcher.errors import StartError
from launcher.ports import free_port
from launcher.programs import Plan, Program, plan_for

ROOT: Final = Path(__file__).parent.parent
_PATIENCE_S: Final = 90


class Machine:
    """The product's programs under one name, with a folder and a port of their own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.port = name, free_port()
        self._folder = folder / name
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start all programs with the settings that the environment has."""
        self._folder.mkdir()
        settings = load_settings(port=self.port, data_dir=self._folder, api_workers=1)
        own = {"PORT": str(self.port), "DATA_DIR": str(self._folder), "API_WORKERS": "1"}
        self._processes = [started(one, {**os.environ, **own}, self._folder) for one in plan_for(settings).programs]

    def wait(self) -> None:
        """Wait until the API is ready. Raises StartError."""
        wait_for(self.port, "/readyz")

    def kill(self) -> None:
        """End everything at once (kill -9)."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask everything to stop, and end what does not within ten seconds."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        self.kill()

    def words(self) -> str:
        """The end of what its API said, to look for what went wrong."""
        return (self._folder / "api.log").read_text(errors="replace")[-3000:]

    def _signal(self, signum: signal.Signals) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signum)


def started(program: Program, environment: dict[str, str], folder: Path) -> "subprocess.Popen[bytes]":
    """A program in a process group of its own, which ends with this process; its words go to a file in the folder."""
    with (folder / f"{program.name}.log").open("ab") as output:
        return subprocess.Popen(
            program.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(signal.SIGKILL),
        )


def wait_for(port: int, path: str) -> None:
    """Wait until the address answers 200. Raises StartError."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.1)
    raise StartError(f"127.0.0.1:{port}{path} did not answer.")


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Valkey with its data under `folder`; its address."""
    sockets, user = folder / "s", service_user.service_user()
    servers.prepare_valkey(folder, sockets)
    process = subprocess.Popen(
        servers.valkey_command(folder, sockets, durable=True),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    try:
        yield f"unix://{sockets}/valkey.sock?db=0"
    finally:
        process.kill()
        process.wait()


@contextmanager
def wechat(folder: Path) -> Iterator[tuple[Settings, httpx.Client]]:
    """WeChat's simulator with secrets of its own, which the product must share; its settings, and a line to it."""
    folder.mkdir()
    settings = load_settings(data_dir=folder, database_url="", redis_url="", simulator_port=free_port())
    plan: Plan = plan_for(settings)
    [program] = [one for one in plan.servers if one.name == "simulator"]
    outside = ("DATABASE_URL", "REDIS_URL")
    own = {"DATA_DIR": str(folder), "SIMULATOR_PORT": str(settings.simulator_port)}
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    process = started(program, environment | own, folder)
    try:
        wait_for(settings.simulator_port, "/_sim/health")
        with httpx.Client(base_url=settings.simulator_url, timeout=60) as line:
            yield settings, line
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment_beside(simulator: Settings, database_url: str, redis_url: str) -> dict[str, str]:
    """What the product must be given to run on these servers beside that simulator."""
    secrets = {name.upper(): value for name, value in simulator.secrets.items()}
    return {
        **secrets,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SIMULATOR_PORT": str(simulator.simulator_port),
        "WECHAT_API_BASE_URL": simulator.simulator_url,
        "WECHAT_TEMPLATE_IDS": json.dumps({kind.value: f"sim_{kind.value}" for kind in Kind}),
        "WECHAT_OFFICIAL_TEMPLATE_IDS": json.dumps({kind.value: f"sim_official_{kind.value}" for kind in Kind}),
        "LOG_LEVEL": "WARNING",
    }
