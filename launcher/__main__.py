"""`python -m launcher run | status | servers`."""

import argparse
import signal
import sys

from rich.console import Console

from app.core.errors import ConfigurationError
from app.core.settings import load_settings
from launcher.embedded import create_database, embedded_servers
from launcher.errors import LauncherError
from launcher.programs import plan_for
from launcher.run import report, run
from launcher.state import read_state


def main() -> int:
    """Exit code: 0 after a clean stop, 1 when the group cannot run, 2 for a wrong setting."""
    parser = argparse.ArgumentParser(prog="launcher", description="The community's processes on one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and stay in the foreground until Ctrl-C")
    commands.add_parser("status", help="say what runs in DATA_DIR")
    commands.add_parser("servers", help="run PostgreSQL and Valkey alone, in the foreground")
    command = {"run": _run, "status": _status, "servers": _servers}[parser.parse_args().command]
    errors = Console(stderr=True)
    try:
        return command()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    except LauncherError as error:
        report(error, errors)
        return 1


def _run() -> int:
    settings = load_settings()
    run(settings, plan_for(settings), Console())
    return 0


def _status() -> int:
    settings = load_settings()
    state = read_state(settings.data_dir)
    if state is None:
        print(f"Nothing runs in {settings.data_dir}.")
        return 1
    print(
        f"Runs in {settings.data_dir} (launcher {state['launcher_pid']}, {'ready' if state['ready'] else 'starting'})."
    )
    for name, pid in state["pids"].items():
        port = state["ports"].get(name)
        print(f"  {name:<10} {pid or 'not running'}{f'  port {port}' if port else ''}")
    return 0


def _servers() -> int:
    settings = load_settings()
    with embedded_servers(settings):
        create_database(settings)
        print(f"{settings.sqlalchemy_url}\n{settings.effective_redis_url}\nStop with Ctrl-C.", flush=True)
        signal.sigwait(_blocked())
    return 0


def _blocked() -> set[signal.Signals]:
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    return signals


if __name__ == "__main__":
    sys.exit(main())
