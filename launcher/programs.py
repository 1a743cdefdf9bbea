"""What a run consists of, as data: servers, steps, programs, and the addresses that tell when all is ready."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from app.core import queueing
from app.core.queueing import Urgency
from app.core.settings import Settings
from launcher import schema
from launcher.embedded import server_commands

WAIT_FOR_STOP_S = 2


LOADED = (
    "sqlalchemy.orm",
    "marshmallow",
    "flask_smorest",
    "app.bootstrap",
    "miniprogram_api",
    "console",
    "wsgi",
    "granian.cli",
    "tasks.schedule",
)
"""What the programs begin with, loaded once; a part at a time, so that the supervisor can be asked meanwhile."""


@dataclass(frozen=True)
class Program:
    """A supervised process. `wrapped`: the command goes through `launcher.child` already.

    `heard_as`: the kind of process that Redis hears of once it is at work.
    """

    name: str
    command: list[str]
    stop_signal: str = "TERM"
    wrapped: bool = False
    heard_as: str | None = None


@dataclass(frozen=True)
class Step:
    """A command that runs once: between the servers and the programs, or, as a last step, when all is ready.

    `needless`: tells that there is nothing to do.
    """

    name: str
    title: str
    command: list[str]
    needless: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Probe:
    """An address that answers 200 once its program is ready."""

    name: str
    host: str
    port: int
    path: str
    variable: str


@dataclass(frozen=True)
class Plan:
    """All of a run, in the order of its fields. Servers are what the programs stand on; they stop last.

    `loaded`: modules that the programs begin with.
    """

    servers: list[Program] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    last_steps: list[Step] = field(default_factory=list)
    loaded: tuple[str, ...] = ()

    @property
    def all_steps(self) -> list[Step]:
        """Everything that runs once."""
        return [*self.steps, *self.last_steps]

    @property
    def program_names(self) -> list[str]:
        """Names of everything supervised, servers first."""
        return [program.name for program in (*self.servers, *self.programs)]


def plan_for(settings: Settings) -> Plan:
    """The product's own plan. Embedded mode adds the servers, the demo data and the WeChat simulator."""
    command = [sys.executable, "-m", "launcher.migrate"]
    migrate = Step("migrate", "database schema", command, lambda: schema.is_newest(settings))
    programs = [
        _api(settings),
        _module("sender", queueing.SENDER, "tasks.sender"),
        _module("worker", queueing.WORKER, "tasks.worker"),
        _module("scheduler", queueing.SCHEDULER, "tasks.schedule"),
        _module("urgent-sender", queueing.PARTIAL_SENDER, "tasks.sender", Urgency.CRITICAL),
    ]
    probes = [Probe("api", _reachable(settings.host), settings.port, "/readyz", "PORT")]
    if not settings.embedded:
        return Plan([], [migrate], programs, probes, loaded=LOADED)
    return Plan(
        [*_servers(settings), _simulator(settings)],
        [migrate],
        programs,
        [*probes, Probe("simulator", "127.0.0.1", settings.simulator_port, "/_sim/health", "SIMULATOR_PORT")],
        [Step("demo-data", "demo data", [sys.executable, "-m", "launcher.demo.data"])],
        LOADED,
    )


def _servers(settings: Settings) -> list[Program]:
    signals = {"postgres": "INT", "valkey": "TERM"}  # INT: PostgreSQL's fast shutdown
    commands = server_commands(settings)
    return [Program(name, command, signals[name], wrapped=True) for name, command in commands.items()]


def _api(settings: Settings) -> Program:
    command = _granian("wsgi:application", settings.host, settings.port)
    command += ["--workers", str(settings.api_workers), "--blocking-threads", str(settings.api_threads)]
    return Program("api", command)


def _simulator(settings: Settings) -> Program:
    command = _granian("wechat_simulator.wsgi:application", "127.0.0.1", settings.simulator_port)
    threads = max(64, 2 * settings.send_threads)
    return Program("simulator", [*command, "--workers", "1", "--blocking-threads", str(threads)])


def _granian(target: str, host: str, port: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", target, "--host", host, "--port", str(port)]
    # without respawning, one worker that is killed would end all of them
    return [*command, "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]


def _module(name: str, heard_as: str, module: str, *arguments: str) -> Program:
    return Program(name, [sys.executable, "-m", module, *arguments], heard_as=heard_as)


def _reachable(host: str) -> str:
    """Where an address that is listened on can be called from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  # nosec B104
