"""What the demonstration prints at the end: the result with its arithmetic, speeds, messages, differences."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from launcher.demo.play import Play

CHOICES = {"for": "赞成", "against": "反对", "abstain": "弃权", "blank": "未表决"}


def turnout_words(turnout: Mapping[str, Any]) -> str:
    """A turnout in one line: persons and area against two thirds."""
    reached = "已达三分之二" if turnout["quorum"] else "未达三分之二"
    return (
        f"参与 {turnout['persons']}/{turnout['electorate_persons']} 人，"
        f"{area(turnout['area_centi'])}/{area(turnout['electorate_area_centi'])} m²，{reached}"
    )


def area(centi: int) -> str:
    """An area in m²."""
    return f"{centi // 100:,}.{centi % 100:02}"


def result(console: Console, record: Mapping[str, Any]) -> None:
    """The published result: each motion with its votes, its verdict and every comparison."""
    electorate = record["electorate"]
    console.print(
        f"\n[bold]表决结果 result[/bold]  表决基数 {electorate['persons']} 人，{area(electorate['area_centi'])} m²"
    )
    for motion in record["motions"]:
        console.print(f"\n  {motion['position']}. {motion['title']}（{motion['article']}）")
        votes = (f"{word} {_votes(motion['votes'][choice])}" for choice, word in CHOICES.items())
        console.print("     " + "；".join(votes), highlight=False)
        for comparison in motion["comparisons"]:
            console.print(f"     {comparison['text']}", highlight=False)
        console.print(f"     结果：[bold]{motion['verdict_text']}[/bold]  verdict: {motion['verdict']}")


def _votes(votes: Mapping[str, int]) -> str:
    return f"{votes['persons']} 人 {area(votes['area_centi'])} m²"


def figures(console: Console, play: "Play") -> None:
    """Speeds, messages, and what crashes cost."""
    console.print()
    for one in play.arrived:
        console.print(
            f"{one.title} {one.kind}: 应到 expected {one.expected}，已到 arrived {one.phones}，"
            f"重复 repeated {one.repeated}，存疑 in doubt {one.in_doubt}，{one.seconds:.1f} s"
        )
    speeds = ", ".join(f"{rate:.0f} {name}/s" for name, rate in play.rates.items())
    console.print(f"Throughput: {speeds}.")
    trouble = play.product.trouble
    console.print(f"Crashes: {trouble.retries} attempts repeated, {trouble.refused_s:.1f} s of refusals.")


def verdict(console: Console, play: "Play") -> None:
    """All as expected, or each difference."""
    for difference in play.checks.differences:
        console.print(f"✗ {difference}", style="red", markup=False)
    if not play.checks.differences:
        console.print(f"[green]✓[/green] 全部 {play.checks.made} 项核对一致 all as expected.")


def write_summary(path: Path, play: "Play") -> None:
    """The figures for programs."""
    summary = {
        "meeting_id": play.meeting.id,
        "owners": len(play.areas),
        "receipts": sorted(play.receipts.values()),
        "counted": play.record["turnout"]["persons"],
        "retries": play.product.trouble.retries,
        "refused_s": round(play.product.trouble.refused_s, 2),
        "rates": {name: round(rate, 1) for name, rate in play.rates.items()},
        "in_doubt": sum(one.in_doubt for one in play.arrived),
        "differences": play.checks.differences,
    }
    path.write_text(json.dumps(summary, indent=1))
