"""The process group: supervisord with a generated configuration, told over its socket what to start."""

import configparser
import contextlib
import http.client
import os
import shlex
import shutil
import subprocess
import sys
import time
import xmlrpc.client  # nosec B411
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport  # type: ignore[import-untyped]

from launcher import marks
from launcher.embedded import ROOT
from launcher.errors import StartError
from launcher.programs import WAIT_FOR_STOP_S, Plan, Program, Step

_LOG_BYTES = "10MB"
_LOG_FILES = "3"
_FOREVER = "1000000"
_STOP_DEADLINE_S = 4.3


class Group:
    """The running group of one data directory."""

    def __init__(self, data_dir: Path, socket_dir: Path, plan: Plan, environment: dict[str, str]) -> None:
        self._data_dir = data_dir
        self._socket = socket_dir / "supervisor.sock"
        self._plan = plan
        self._environment = environment
        self._supervisor: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Start supervisord, with nothing running under it yet. Raises StartError when it does not come up."""
        (self._data_dir / "log").mkdir(parents=True, exist_ok=True)
        configuration = self._data_dir / "supervisord.conf"
        with configuration.open("w") as file:
            self._configuration().write(file)
        supervisord = [sys.executable, "-m", "launcher.supervisor", "-n", "-c", str(configuration)]
        self._supervisor = subprocess.Popen(  # noqa: S603
            [*_child("supervisor"), "--parent", str(os.getpid()), "--", *supervisord],
            cwd=ROOT,
            env=marks.marked(self._environment, self._data_dir, "supervisor"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C comes to the launcher alone, which stops the group in order
        )
        deadline = time.monotonic() + 15
        while not self._answers():
            if not self.alive or time.monotonic() > deadline:
                raise StartError(f"The supervisor did not start; see {self._data_dir}/log/supervisord.log.")
            time.sleep(0.03)

    @property
    def alive(self) -> bool:
        """Whether the supervisor itself runs."""
        return self._supervisor is not None and self._supervisor.poll() is None

    @property
    def supervisor_pid(self) -> int:
        """Process id of the supervisor."""
        assert self._supervisor is not None
        return self._supervisor.pid

    def start(self, stage: str) -> None:
        """Start all programs of a stage, "servers" or "programs", without waiting for them."""
        self._call("startProcessGroup", stage, False)

    def preload(self, module: str) -> bool:
        """Load a module for the programs that are started until `forget`; whether that went well."""
        return bool(self._call("load", module, interface="preloading"))

    def forget(self) -> None:
        """Let programs that are started again begin from their files."""
        self._call("forget", interface="preloading")

    def run(self, step: Step) -> int:
        """Run a step to its end; its exit code. Its log has what it writes. Raises StartError where it cannot begin."""
        name = f"steps:{step.name}"
        self._call("startProcess", name, False)
        while (found := self._call("getProcessInfo", name))["statename"] in ("STARTING", "RUNNING", "STOPPED"):
            time.sleep(0.02)
        if found["statename"] != "EXITED":
            raise StartError(f"{step.title} could not be begun: {found['spawnerr'] or found['statename']}.")
        return int(found["exitstatus"])

    def states(self) -> dict[str, tuple[str, int]]:
        """State in supervisord's words, and process id (0: none), by program name."""
        known = set(self._plan.program_names)
        found = self._call("getAllProcessInfo")
        return {one["name"]: (one["statename"], one["pid"]) for one in found if one["name"] in known}

    def close(self) -> None:
        """Stop everything within five seconds: programs first, then servers. What resists is killed."""
        deadline = time.monotonic() + _STOP_DEADLINE_S
        with contextlib.suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
            if self._plan.all_steps and self.alive:
                self._call("stopProcessGroup", "steps", False)
            for stage in ("programs", "servers"):
                self._stop(stage, deadline)
        if self._supervisor is not None:
            self._supervisor.kill()  # nothing runs under it now, or nothing that may go on
            self._supervisor.wait()
        marks.end(marks.members(self._data_dir), patience_s=0)
        shutil.rmtree(self._socket.parent, ignore_errors=True)

    def _stop(self, stage: str, deadline: float) -> None:
        names = [program.name for program in getattr(self._plan, stage)]
        if not names or not self.alive:
            return
        self._call("stopProcessGroup", stage, False)
        while time.monotonic() < deadline and any(self.states()[name][0] == "STOPPING" for name in names):
            time.sleep(0.02)  # asking also wakes supervisord, which else looks round once a second

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
            return bool(self._call("getState")["statename"] == "RUNNING")
        return False

    def _call(self, method: str, *arguments: Any, interface: str = "supervisor") -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        with contextlib.closing(transport):
            proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
            return getattr(getattr(proxy, interface), method)(*arguments)

    def _configuration(self) -> configparser.RawConfigParser:
        log = self._data_dir / "log"
        config = configparser.RawConfigParser()
        config["unix_http_server"] = {"file": _literal(self._socket), "chmod": "0700"}
        config["supervisord"] = {
            "logfile": _literal(log / "supervisord.log"),
            "logfile_maxbytes": _LOG_BYTES,
            "logfile_backups": _LOG_FILES,
            "pidfile": _literal(self._socket.with_suffix(".pid")),
            "childlogdir": _literal(log),
            **({"user": "root"} if os.geteuid() == 0 else {}),
        }
        factory = "supervisor.rpcinterface:make_main_rpcinterface"
        config["rpcinterface:supervisor"] = {"supervisor.rpcinterface_factory": factory}
        config["rpcinterface:preloading"] = {"supervisor.rpcinterface_factory": "launcher.preloading:interface"}
        stages = {"servers": self._plan.servers, "programs": self._plan.programs}
        for priority, (stage, programs) in enumerate(stages.items(), start=1):
            if programs:
                names = ",".join(program.name for program in programs)
                config[f"group:{stage}"] = {"programs": names, "priority": str(priority)}
            for program in programs:
                config[f"program:{program.name}"] = _section(program, log)
        if steps := self._plan.all_steps:
            config["group:steps"] = {"programs": ",".join(step.name for step in steps), "priority": "3"}
        for step in steps:
            once = {"autorestart": "false", "startsecs": "0"}
            config[f"program:{step.name}"] = _section(Program(step.name, step.command), log) | once
        return config


def _section(program: Program, log: Path) -> dict[str, str]:
    command = program.command if program.wrapped else [*_child(program.name), "--", *program.command]
    return {
        "command": _literal(shlex.join(command)),
        "directory": _literal(ROOT),
        "environment": f'{marks.PROGRAM_VARIABLE}="{program.name}"',
        "autostart": "false",
        "autorestart": "true",
        "startsecs": "1",
        "startretries": _FOREVER,
        "stopsignal": program.stop_signal,
        "stopwaitsecs": str(WAIT_FOR_STOP_S),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _literal(log / f"{program.name}.log"),
        "stdout_logfile_maxbytes": _LOG_BYTES,
        "stdout_logfile_backups": _LOG_FILES,
    }


def _child(name: str) -> list[str]:
    return [sys.executable, "-m", "launcher.child", name]


def _literal(text: object) -> str:
    """The text as supervisord's configuration wants it: percent signs begin an expansion there."""
    return str(text).replace("%", "%%")
