"""After sending: what the outcomes do to the ledger of accepts, and to what is known of followers."""

from collections.abc import Collection

from app.notifications import followers
from app.notifications.channels import ledger
from app.notifications.delivery import Delivery, Outcome
from app.notifications.kinds import Channel
from app.notifications.wechat import NOT_A_FOLLOWER

SPENT = frozenset({Delivery.SENT, Delivery.UNKNOWN})


def settle(outcomes: Collection[Outcome]) -> None:
    """Give back the accepts of what was not sent; forget those of who refused, and who follows no more."""
    tried = {id(one): _subscribe_message(one) for one in outcomes}
    ledger.give_back(
        (one.message.account_id, one.accept)
        for one in outcomes
        if one.accept and ((answer := tried[id(one)]) is None or answer.delivery not in SPENT | {Delivery.REFUSED})
    )
    ledger.clear(
        (answer.message.account_id, answer.template_id)
        for answer in tried.values()
        if answer and answer.template_id and answer.delivery is Delivery.REFUSED
    )
    gone = [one.message.account_id for outcome in outcomes for one in outcome.attempts if one.errcode == NOT_A_FOLLOWER]
    followers.lost(gone)


def _subscribe_message(outcome: Outcome) -> Outcome | None:
    return next((one for one in outcome.attempts if one.channel == Channel.SUBSCRIBE), None)
