"""Seeing how messages stand: status, check."""

from datetime import datetime, timedelta

import click
import redis
from flask import current_app
from rich.table import Table

from app.core import alerts, clock, queueing, wechat
from app.core.unit_of_work import unit_of_work
from app.notifications import checking
from app.notifications.checking import Finding, Verdict
from app.notifications.outbox import parking, standing
from app.wechat_events import handling
from commands.notifications.options import AGE, console, id_column


@click.command("status")
@click.option("--since", type=AGE, default="1d", show_default=True, help="Count messages written within this time.")
def status(since: timedelta) -> None:
    """Show how messages, alerts, channels and processes stand. Exit code 1: something waits for you."""
    with unit_of_work():
        tables = [_waiting(), _messages(clock.now() - since)]
        troubles = [table for table in (_doubtful(), _alerts(), _parked(), _late(), _events()) if table.row_count]
    background, gone = _background()
    for table in (*tables, background, *troubles):
        console().print(table)
    if troubles or gone:
        click.echo("Something waits for you: see docs/runbook.md.")
        raise click.exceptions.Exit(1)
    click.echo("All is well: nothing is in doubt, no alert is open, no channel rests, no event failed.")


@click.command("check")
def check() -> None:
    """Ask WeChat whether each kind's template is there and has the right fields. Exit code 1: one is not."""
    try:
        findings = checking.check(current_app.config["SETTINGS"])
    except (wechat.WeChatError, wechat.WeChatUnreachable) as error:
        raise click.ClickException(f"WeChat did not list the templates: {error}") from None
    table = Table("kind", "channel", "template", "verdict", "", title="templates")
    for one in sorted(findings, key=lambda one: (one.verdict is Verdict.OK, one.kind)):
        table.add_row(one.kind, one.channel, one.template_id, _coloured(one), one.detail)
    console().print(table)
    wrong = [one for one in findings if one.verdict is not Verdict.OK]
    click.echo(f"{len(wrong)} of {len(findings)} need a hand." if wrong else "All templates fit.")
    if wrong:
        raise click.exceptions.Exit(1)


def _coloured(finding: Finding) -> str:
    return f"[{'green' if finding.verdict is Verdict.OK else 'red'}]{finding.verdict}[/]"


def _waiting() -> Table:
    table = Table("urgency", "due", "later", "sending", "in doubt", "oldest waits", title="not settled")
    on_the_way = standing.on_the_way()
    for urgency, unsent in standing.waiting().items():
        sending, in_doubt = on_the_way[urgency]
        counts = map(str, (unsent.due, unsent.later, sending, in_doubt))
        table.add_row(urgency, *counts, str(timedelta(seconds=int(unsent.oldest_s))))
    return table


def _messages(since: datetime) -> Table:
    table = Table("kind", "urgency", "state", "outcome", "messages", title=f"written since {_local(since)}")
    for row in standing.written_since(since):
        table.add_row(*(str(value if value is not None else "") for value in row))
    return table


def _doubtful() -> Table:
    table = Table(id_column(), "kind", "claimed", "outcome", title="in doubt: they may have arrived (the oldest 20)")
    for one in standing.oldest_in_doubt(20):
        table.add_row(str(one.id), one.kind, _local(one.claimed_at), one.outcome or "the sender died")
    return table


def _alerts() -> Table:
    table = Table(id_column(), "alert", "about", "WeChat says", "times", "first", "last", title="open alerts")
    for one in alerts.open_alerts():
        times = (str(one.times), _local(one.first_at), _local(one.last_at))
        table.add_row(str(one.id), one.code, one.subject, one.detail, *times)
    return table


def _parked() -> Table:
    table = Table("channel", "until", title="channels that rest")
    for channel, until in parking.parked().items():
        table.add_row(channel, _local(until))
    return table


def _late() -> Table:
    table = Table("messages", "since", title="messages to many that wait to be written: see FanOutLate")
    left, oldest_s = standing.fan_outs()
    if oldest_s > standing.FAN_OUT_LATE_S:
        table.add_row(str(left), _local(clock.now() - timedelta(seconds=oldest_s)))
    return table


def _events() -> Table:
    table = Table("event", "error", "events", title="events of WeChat that could not be handled: see EventsFail")
    for one in handling.failures():
        table.add_row(one.name, one.error, str(one.events))
    return table


def _background() -> tuple[Table, bool]:
    """The processes and queues, and whether something of them is wrong."""
    table = Table("process or queue", "", "", title="background")
    try:
        processes, sizes = queueing.processes(), queueing.queue_sizes()
    except redis.RedisError:
        table.add_row("Redis", "[red]is away[/]", "messages are still sent; other jobs wait")
        return table, True
    for one in processes:
        said = f"heard of {one.silent_s:.0f} s ago"
        table.add_row(f"{one.kind} {one.name}", "[green]alive[/]" if one.alive else "[red]silent[/]", said)
    missing = sorted(set(queueing.BACKGROUND) - {one.kind for one in processes if one.alive})
    for kind in missing:
        table.add_row(kind, "[red]none lives[/]", "")
    for queue, size in sizes.items():
        failed = f"[red]{size.failed} failed[/]" if size.failed else ""
        table.add_row(f"queue {queue}", f"{size.waiting} jobs wait", failed)
    return table, bool(missing or any(size.failed for size in sizes.values()))


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(clock.SHANGHAI):%m-%d %H:%M:%S}"
