"""The group that the demonstration talks to: the one that runs in DATA_DIR, or one started for it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from rich.console import Console

from app.core.settings import Settings
from launcher.child import end_with_parent
from launcher.demo.product import Product
from launcher.embedded import ROOT
from launcher.errors import LauncherError
from launcher.programs import plan_for
from launcher.state import read_state

START_TIMEOUT_S = 120


@contextlib.contextmanager
def running_product(settings: Settings, console: Console, patience_s: float) -> Iterator[Product]:
    """The product of DATA_DIR. A group that is started for it is stopped at the end.

    Raises LauncherError in external mode, where there are no simulated phones, and where no group comes up.
    """
    if not settings.embedded:
        raise LauncherError("The demo needs the simulated phones; unset DATABASE_URL and REDIS_URL.")
    with contextlib.ExitStack() as stack:
        if read_state(settings.data_dir) is None:
            with console.status("Starting the community …"):
                wait_until_ready(settings, stack.enter_context(started_group(settings)))
        else:
            wait_until_ready(settings)
        product = product_of(settings, patience_s)
        stack.callback(product.close)
        yield product


def product_of(settings: Settings, patience_s: float) -> Product:
    """The product at the addresses that the settings give."""
    address = {probe.name: f"http://{_host(probe.host)}:{probe.port}" for probe in plan_for(settings).probes}
    state = read_state(settings.data_dir) or {"ports": {}}
    for name, port in state["ports"].items():
        address[name] = f"{address[name].rsplit(':', 1)[0]}:{port}"
    return Product(address["api"], address["simulator"], patience_s)


@contextlib.contextmanager
def started_group(settings: Settings) -> "Iterator[subprocess.Popen[bytes]]":
    """`python -m launcher run` as a child, its words in DATA_DIR/log/demo-group.log, until the block ends."""
    log = settings.data_dir / "log" / "demo-group.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "run"],
            cwd=ROOT,
            env=environment_of(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C comes to the demo alone, which then stops the group
            preexec_fn=lambda: end_with_parent(signal.SIGTERM),
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a program finds, or starts, this embedded group; its clock can be moved."""
    outside = {"DATABASE_URL", "REDIS_URL"}
    return {
        **{name: value for name, value in os.environ.items() if name not in outside},
        "DATA_DIR": str(settings.data_dir),
        "PORT": str(settings.port),
        "SIMULATOR_PORT": str(settings.simulator_port),
        "MOVABLE_CLOCK": "1",
    }


def wait_until_ready(settings: Settings, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Wait until the group says that it is ready. Raises LauncherError when it does not come up."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not (read_state(settings.data_dir) or {}).get("ready"):
        if (process and process.poll() is not None) or time.monotonic() > deadline:
            raise LauncherError(f"The community did not start; see {settings.data_dir}/log/demo-group.log.")
        time.sleep(0.1)


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
