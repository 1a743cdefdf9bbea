"""What the tests of the roll share."""

from uuid import UUID

import pytest

from app.compounds.models import Binding, Owner
from app.compounds.persons import clean_name
from app.core import clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from tests.support.kept import kept
from tests.support.world import Person, World


class Town:
    """A world whose people have phones."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.compound = world.compound
        self.secretary = Actor(world.secretary.account_id)

    def holder(self, phone: str) -> Person:
        """Somebody who has proven the number."""
        person = self.world.person()
        db.session.merge(
            AccountPhone(phone_hash=lookup_hash("phone", phone), account_id=person.account_id, verified_at=clock.now())
        )
        db.session.flush()
        return person

    def set_phone(self, owner_id: UUID | None, phone: str, compound: UUID | None = None) -> None:
        """Put the number on the roll."""
        owner = db.session.get_one(Owner, (compound or self.compound, owner_id))
        owner.phone, owner.phone_hash = phone, lookup_hash("phone", phone)
        db.session.flush()

    def set_name(self, owner_id: UUID | None, name: str) -> None:
        owner = db.session.get_one(Owner, (self.compound, owner_id))
        owner.name, owner.name_hash = name, lookup_hash("name", clean_name(name))
        db.session.flush()

    def states(self, person: Person) -> list[tuple[str, str]]:
        """(state, method) of the person's bindings, the oldest first."""
        db.session.expire_all()
        rows = db.session.query(Binding).filter_by(account_id=person.account_id).order_by(Binding.id)
        return [(row.state, row.method) for row in rows]


@pytest.fixture
def town(world: World) -> Town:
    """A compound with a secretary and a supervisor, and people with phones."""
    return kept(Town)(world)
