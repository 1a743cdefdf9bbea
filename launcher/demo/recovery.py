"""`python -m launcher.demo.recovery`: play the demonstration while programs are killed, and see that nothing is lost.

Each case is played on a group of its own, in a temporary folder. A program is killed with SIGKILL, with all its
processes, in the middle of the vote or while messages go out.
"""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from launcher.demo.rehearsal import Kill, Outcome, rehearse
from launcher.errors import LauncherError
from launcher.run import report

Case = Sequence[Kill]

CASES: Sequence[Case] = (
    [Kill("api", "vote")],
    [Kill("worker", "vote")],
    [Kill("sender", "vote")],
    [Kill("postgres", "vote")],
    [Kill("valkey", "vote")],
    [Kill("sender", "fan-out")],
    [Kill("valkey", "fan-out")],
)
TOGETHER: Case = [
    Kill("valkey", "fan-out"),
    Kill("sender", "vote", 0.1),
    Kill("worker", "vote", 0.2),
    Kill("api", "vote", 0.4),
    Kill("postgres", "vote", 0.6),
]
TABLE_WIDTH = 120


def main() -> int:
    """Exit code: 0 when nothing was lost in any case, else 1."""
    parser = argparse.ArgumentParser(prog="launcher.demo.recovery", description="The demo, while programs are killed.")
    parser.add_argument("--units", type=int, default=577, help="units of the compound (577)")
    parser.add_argument("--together", action="store_true", help="all kills in one performance")
    arguments = parser.parse_args()
    console, outcomes = Console(width=TABLE_WIDTH, highlight=False), []
    try:
        for case in [TOGETHER] if arguments.together else CASES:
            with console.status(f"Playing; kill -9 {_words(case)} …"):
                outcome = rehearse(case, arguments.units)
            outcomes.append((case, outcome))
            _report(console, case, outcome)
    except LauncherError as error:
        report(error, Console(stderr=True))
        return 1
    console.print(_table(outcomes))
    return 0 if all(outcome.good for _, outcome in outcomes) else 1


def _words(case: Case) -> str:
    return ", ".join(f"{kill.program} ({kill.moment})" for kill in case)


def _report(console: Console, case: Case, outcome: Outcome) -> None:
    mark = "[green]✓[/green]" if outcome.good else "[red]✗[/red]"
    console.print(f"{mark} kill -9 {_words(case)}")
    for problem in outcome.problems:
        console.print(f"  {problem}", markup=False)


def _table(outcomes: Sequence[tuple[Case, Outcome]]) -> Table:
    columns = ("killed", "at", "exit", "refused s", "retries", "receipts", "counted", "outbox", "in doubt", "lost")
    table = Table(*columns)
    for case, outcome in outcomes:
        summary, ledger = outcome.summary, outcome.ledger
        table.add_row(
            "\n".join(f"{kill.program}, {kill.moment}" for kill in case),
            "\n".join(outcome.killed_at),
            str(outcome.exit_code),
            f"{summary.get('refused_s', 0):.1f}",
            str(summary.get("retries", "")),
            str(len(summary.get("receipts", []))),
            str(summary.get("counted", "")),
            f"{ledger.messages}/{ledger.expected_messages}" if ledger else "",
            str(ledger.in_doubt) if ledger else "",
            "no" if ledger and not ledger.losses else "yes",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
