"""The launcher with stand-in programs: `python -m tests.launcher.stand_in PORT [--servers] [--loaded]`, in DATA_DIR."""

import sys

from rich.console import Console

from app.core.settings import load_settings
from launcher.errors import LauncherError
from launcher.programs import Plan, Probe, Program, Step, plan_for
from launcher.run import report, run

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


def main() -> int:
    port = int(sys.argv[1])
    settings = load_settings(database_url="", redis_url="")
    plan = Plan(
        servers=plan_for(settings).servers[:2] if "--servers" in sys.argv else [],
        steps=[Step("migrate", "database schema", [sys.executable, "-c", "print('migrated')"])],
        programs=[
            Program("web", [sys.executable, "-m", "tests.launcher.web", str(port)]),
            Program("stubborn", [sys.executable, "-c", STUBBORN]),
        ],
        probes=[Probe("web", "127.0.0.1", port, "/", "PORT")],
        last_steps=[Step("last", "last step", [sys.executable, "-m", "tests.launcher.last"])],
        loaded=("http.server",) if "--loaded" in sys.argv else (),
    )
    try:
        run(settings, plan, Console())
    except LauncherError as error:
        report(error, Console(stderr=True))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
