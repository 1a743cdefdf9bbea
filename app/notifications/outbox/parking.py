"""Channels that rest: nothing is asked of them, and what waits for them waits on.

After 45009 a channel rests until the next day in China; after an operator's mistake (40164 and its like) or a ban, for
minutes at a time. A ban on one template (43116) lets that one rest alone.
"""

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import alerts, clock
from app.core.db import db
from app.notifications.delivery import PARKS, Outcome, template_at
from app.notifications.models import ChannelPause
from app.notifications.outbox import pacing

log = structlog.get_logger(__name__)


def park(outcomes: Collection[Outcome]) -> None:
    """Let the channels and templates rest that answered so."""
    answers = {_resting(outcome): outcome for outcome in outcomes if outcome.delivery in PARKS and outcome.channel}
    for channel, outcome in sorted(answers.items()):
        now, until = clock.now(), pacing.rested(outcome.delivery)
        pause = insert(ChannelPause).values(channel=channel, until=until, code=outcome.code, since=now)
        longer = pause.on_conflict_do_update(
            index_elements=["channel"],
            set_={name: pause.excluded[name] for name in ("until", "code", "since")},
            where=ChannelPause.until < pause.excluded.until,
        )
        if db.session.scalar(longer.returning(ChannelPause.channel)):
            log.error("channel_parked", channel=channel, outcome=outcome.code, until=until.isoformat())


def parked() -> dict[str, datetime]:
    """The channels, and templates at a channel (`template_at`), that rest, and until when."""
    resting = select(ChannelPause.channel, ChannelPause.until).where(ChannelPause.until > clock.now())
    return dict(db.session.execute(resting).all())


def _resting(outcome: Outcome) -> str:
    meaning = alerts.WECHAT.get(outcome.errcode or 0)
    if meaning and meaning.of_template:
        return template_at(outcome.channel or "", outcome.template_id or "")
    return outcome.channel or ""
