"""What stands between a supervisor and a program: `python -m launcher.child NAME -- COMMAND...`.

Ends what an earlier, killed process of the same program left behind, sees to it that the program ends with its
supervisor, prepares PostgreSQL and Valkey, and then becomes the program: the process id stays the same.
"""

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path

from launcher import marks

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Read the command line and become the program."""
    parser = argparse.ArgumentParser(prog="launcher.child")
    parser.add_argument("name")
    parser.add_argument("--socket-dir", type=Path)
    parser.add_argument("--throwaway", action="store_true", help="make the cluster without waiting for the disk")
    parser.add_argument("--parent", type=int, default=os.getppid(), help="end at once unless this is our parent")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    data_dir = Path(os.environ[marks.GROUP_VARIABLE])

    marks.end(marks.members(data_dir, arguments.name), patience_s=1)
    if arguments.socket_dir:
        _prepare_server(arguments, data_dir)
    end_with_parent(signal.SIGINT if arguments.name == "postgres" else signal.SIGTERM)
    if os.getppid() != arguments.parent:
        sys.exit(1)
    os.execvp(arguments.command[0], arguments.command)  # noqa: S606


def end_with_parent(signum: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when its parent dies. Linux only; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)


def _prepare_server(arguments: argparse.Namespace, data_dir: Path) -> None:
    from launcher import servers, service_user

    if arguments.name == "postgres":
        servers.prepare_postgres(data_dir, arguments.socket_dir, durable=not arguments.throwaway)
    else:
        servers.prepare_valkey(data_dir, arguments.socket_dir)
    service_user.become_service_user()


if __name__ == "__main__":
    main()
