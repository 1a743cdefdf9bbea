"""`python -m launcher.demo`: play an owners' meeting from the roll to the published result."""

import argparse
import signal
import sys
from pathlib import Path

from rich.console import Console

from app.core.errors import ConfigurationError
from app.core.settings import load_settings
from launcher.demo import show
from launcher.demo.http import Refused
from launcher.demo.play import Options, Play
from launcher.demo.running import running_product
from launcher.errors import LauncherError
from launcher.run import report

PATIENCE_S = 60


def main() -> int:
    """Exit code: 0 when all came out as expected, 1 for a difference or a failure, 2 for a wrong setting."""
    arguments = _arguments()
    options = Options(arguments.units, arguments.share, arguments.seed, arguments.pace, arguments.timeout)
    errors = Console(stderr=True)
    try:
        return _play(options, arguments.summary)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    except LauncherError as error:
        report(error, errors)
        return 1
    except Refused as refusal:
        report(LauncherError(f"The demo was refused: {refusal}"), errors)
        return 1
    except KeyboardInterrupt:
        return 130


def _play(options: Options, summary: Path | None) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a group that was started is stopped
    settings, console = load_settings(), Console(soft_wrap=True, highlight=False)
    with running_product(settings, console, PATIENCE_S) as product:
        play = Play(product, settings, console, options)
        play.perform()
    show.result(console, play.record)
    show.figures(console, play)
    show.verdict(console, play)
    if summary:
        show.write_summary(summary, play)
    return 1 if play.checks.differences else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="launcher.demo", description="An owners' meeting from roll to result.")
    parser.add_argument("--units", type=int, default=577, help="units of the compound (577: the published figures)")
    parser.add_argument("--share", type=_share, default=0.72, help="part of the owners who vote, below 1 (0.72)")
    parser.add_argument("--seed", default="1314", help="what the choices are drawn from")
    parser.add_argument("--pace", type=float, default=0, help="ballots a second at most (0: as fast as it goes)")
    parser.add_argument("--timeout", type=float, default=180, help="seconds to wait for messages (180)")
    parser.add_argument("--summary", type=Path, help="also write the figures to this JSON file")
    return parser.parse_args()


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError("a number between 0 and 1")
    return share


if __name__ == "__main__":
    sys.exit(main())
