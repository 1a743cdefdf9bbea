"""What waits for the morning is neither lost nor stuck, and a run at night must be able to tell."""

from collections import Counter
from datetime import datetime

import httpx
from sqlalchemy import literal, select

from app.core.clock import SHANGHAI
from app.core.db import db
from app.core.ids import new_id
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.models import Account
from app.notifications import sender
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.models import OutboxMessage
from app.notifications.service import notify_all
from app.org.models import OrgKind, OrgUnit
from benchmarks.town import Town
from tests.support.world import at

NIGHT = datetime(2026, 5, 1, 21, 30, tzinfo=SHANGHAI)
MORNING = datetime(2026, 5, 2, 8, 1, tzinfo=SHANGHAI)


def tell_of_a_role() -> None:
    compound, account = new_id(), new_id()
    fields = CATALOGUE[Kind.ROLE_GIVEN].fields
    values = {name: NIGHT if field.startswith("time") else "测试" for name, field in fields.items()}
    with unit_of_work():
        db.session.add(OrgUnit(id=compound, kind=OrgKind.COMPOUND, name="小区", created_at=NIGHT))
        db.session.add(Account(id=account, openid="told-at-night", created_at=NIGHT))
    with unit_of_work():
        notify_all(compound, Kind.ROLE_GIVEN, new_id(), values, select(literal(account)), {})


def states() -> Counter[str]:
    with unit_of_work():
        return Counter(db.session.scalars(select(OutboxMessage.state)))


def test_what_the_night_holds_back_counts_as_settled_until_the_morning(own: Settings):
    with httpx.Client() as nobody:
        town = Town(own, nobody)
        with at(NIGHT):
            tell_of_a_role()
            assert not town.settled(), "no sender has looked at it yet"
            sender.drain(own, Urgency.NORMAL)
            assert (states(), town.settled(), town.held()) == ({"created": 1}, True, 1)
        with at(MORNING):
            assert (town.settled(), town.held()) == (False, 0)
            sender.drain(own, Urgency.NORMAL)
            assert (states(), town.settled(), town.held()) == ({"refused": 1}, True, 0), "there is no accept for it"
