"""When a message that did not go through is tried again."""

import random
from datetime import datetime, timedelta

from app.core import clock
from app.notifications.delivery import Delivery, Outcome

MAX_ATTEMPTS = 60
"""Some two days: an outage of WeChat's or ours may last for a day, and what is of no use any more expires before."""
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(hours=1)
_DOUBLINGS = 12
"""After so many the longest pause is reached."""
MISCONFIGURED_PAUSE = timedelta(minutes=5)
NEXT_DAY_AT = timedelta(minutes=5)
"""How long after midnight in China a quota that was used up is tried again."""


def next_attempt(outcome: Outcome) -> datetime | None:
    """When to try again what was not sent; None: as soon as before."""
    if outcome.delivery is Delivery.RELEASED:
        return None
    if outcome.delivery is Delivery.RETRY:
        pause: timedelta = min(FIRST_RETRY * 2 ** min(outcome.message.attempts - 1, _DOUBLINGS), LONGEST_RETRY)
        return clock.now() + pause * random.uniform(0.5, 1.5)  # noqa: S311 spreads retries, hides nothing
    return rested(outcome.delivery)


def rested(delivery: Delivery) -> datetime:
    """Until when a channel that answered so is left alone."""
    now = clock.now()
    if delivery is Delivery.MISCONFIGURED:
        return now + MISCONFIGURED_PAUSE
    midnight = now.astimezone(clock.SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) + NEXT_DAY_AT
