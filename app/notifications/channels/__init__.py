"""The ways to a person. The outbox calls these three, in this order, for every batch that it claims:

    prepare   in the transaction of the claim: what each message needs, and what cannot be sent at all
    deliver   on a thread, without the database: one message over its channels
    settle    in the transaction that records the outcomes: the ledgers

A batch never holds two messages to one account.
"""

from app.notifications.channels.preparing import Prepared, prepare
from app.notifications.channels.sending import deliver
from app.notifications.channels.settling import settle

__all__ = ["Prepared", "deliver", "prepare", "settle"]
