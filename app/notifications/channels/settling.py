"""After sending: what the outcomes do to the ledger of accepts."""

from collections.abc import Collection

from app.notifications.channels import ledger
from app.notifications.delivery import Delivery, Outcome

SPENT = frozenset({Delivery.SENT, Delivery.UNKNOWN})


def settle(outcomes: Collection[Outcome]) -> None:
    """Give back the accepts of what was not sent; forget those of who refused."""
    used = [(one.delivery, (one.message.account_id, one.template_id)) for one in outcomes if one.template_id]
    ledger.give_back(key for delivery, key in used if delivery not in SPENT | {Delivery.REFUSED})
    ledger.clear(key for delivery, key in used if delivery is Delivery.REFUSED)
