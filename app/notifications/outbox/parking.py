"""Channels that rest: nothing is asked of them, and what waits for them waits on.

After 45009 a channel rests until the next day in China; after an operator's mistake (40164 and its like), for minutes.
"""

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.notifications.delivery import Delivery, Outcome
from app.notifications.models import ChannelPause
from app.notifications.outbox import pacing

log = structlog.get_logger(__name__)

PARKS = frozenset({Delivery.NEXT_DAY, Delivery.MISCONFIGURED})


def park(outcomes: Collection[Outcome]) -> None:
    """Let the channels rest that answered so."""
    answers = {outcome.channel: outcome for outcome in outcomes if outcome.delivery in PARKS and outcome.channel}
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
    """The channels that rest, and until when."""
    resting = select(ChannelPause.channel, ChannelPause.until).where(ChannelPause.until > clock.now())
    return dict(db.session.execute(resting).all())
