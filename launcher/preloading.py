"""Programs that begin with the product loaded: supervisord loads it once, and forks instead of executing.

Loading takes a process some two seconds of processor time, and a run begins seven; a forked program begins at once and
shares the memory. Only the start of a run is quickened like this: what is started again later is executed anew, from
the files as they are then. Linux only; elsewhere programs are executed as ever.
"""

import atexit
import contextlib
import gc
import importlib
import os
import runpy
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any, NoReturn

from supervisor.options import ServerOptions  # type: ignore[import-untyped]

from launcher import marks
from launcher.child import end_with_parent

_loaded = False


def take_in(module: str) -> None:
    """Load a module into this process, for the programs that it forks: what is loaded stays."""
    gc.disable()
    try:
        importlib.import_module(module)
    finally:
        gc.freeze()
        gc.enable()


class Interface:
    """What the launcher may call over supervisord's socket, as `preloading.load`."""

    def load(self, module: str) -> bool:
        """Load a module into this process, for the programs that it forks; whether that went well.

        What cannot be loaded is not preloaded, and says why when it is executed.
        """
        global _loaded
        if sys.platform != "linux":
            return False
        try:
            take_in(module)
        except (Exception, SystemExit):  # a wrong setting, mostly
            _loaded = False
            return False
        _loaded = threading.active_count() == 1  # a fork has no threads but its own
        return _loaded

    def forget(self) -> bool:
        """Execute programs from now on."""
        global _loaded
        _loaded = False
        return True


def interface(supervisord: object, **_: Any) -> Interface:
    """For supervisord's configuration."""
    return Interface()


class Options(ServerOptions):  # type: ignore[misc]
    """As supervisord's; but where the product is loaded, a forked child becomes its program without executing it."""

    def execve(self, filename: str, argv: list[str], env: dict[str, str]) -> None:
        """In a forked child: become the program."""
        program = _program(argv)
        if _loaded and program:
            become(env, *program)
        super().execve(filename, argv, env)


def _program(argv: list[str]) -> tuple[str, list[str]] | None:
    """Module and arguments of a command that `launcher.child` would execute as `python -m MODULE`."""
    if argv[1:3] != ["-m", "launcher.child"] or "--" not in argv:
        return None
    command = argv[argv.index("--") + 1 :]
    return (command[2], command[3:]) if command[:2] == [sys.executable, "-m"] else None


def become(environment: Mapping[str, str], module: str, arguments: list[str]) -> NoReturn:
    """Run the module as this process's program, and end with its exit code."""
    code = 1
    try:
        os.environ.clear()
        os.environ.update(environment)
        marks.name_this_process(environment[marks.PROGRAM_VARIABLE])
        _fresh_signals()
        end_with_parent(signal.SIGTERM)
        sys.argv = [module, *arguments]
        sys.modules.pop(module, None)  # it may have been loaded with others
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = _code(end)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        _leave(code)


def _fresh_signals() -> None:
    """As a program that was executed finds them."""
    for one in (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR2):
        signal.signal(one, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _code(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


def _leave(code: int) -> NoReturn:
    """End as an interpreter does, but touch nothing of the supervisor that is still in memory."""
    with contextlib.suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
