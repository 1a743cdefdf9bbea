"""Petitions at the same moment, with real commits on real connections: a party counts once, one delivery, always."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db, dispose_of_engines
from app.meetings.petitions.models import Petition, PetitionSignature
from app.notifications.models import OutboxMessage
from tests.miniprogram_api.test_co_owners_at_once import at_once
from tests.miniprogram_api.test_petitions import BODY, counted_anew
from tests.support.world import Person, World

COUPLES, SINGLES = 8, 22


@dataclass
class Street:
    """Thirty voting parties in a database of its own where everything is committed: six of them are 20%."""

    world: World
    couples: list[tuple[Person, Person]]
    singles: list[Person]
    path: str

    def start(self, person: Person) -> str:
        """A petition of somebody who has none yet; its id."""
        started = self.world.api(person)("POST", self.path, BODY)
        assert started.status_code == 201, started.text
        return str(started.json["id"])

    def signatures(self, petition: str) -> int:
        counted = select(func.count()).where(PetitionSignature.petition_id == UUID(petition))
        found = db.session.scalar(counted) or 0
        db.session.rollback()
        return found


@pytest.fixture(scope="module")
def street(committing: Flask) -> Iterator[Street]:
    with committing.app_context():
        world = World(committing)
        couples = []
        for number in range(COUPLES):
            flat = world.unit(f"9{number:02}")
            couples.append((world.owner(flat, name="甲某"), world.owner(flat, name="乙某")))
        singles = world.owners(SINGLES)
        db.session.commit()
        yield Street(world, couples, singles, f"/compounds/{world.compound}/petitions")
        db.session.remove()
        dispose_of_engines()


def test_of_two_taps_one_begins_a_petition(street: Street):
    for person in street.singles[:5]:
        request = (person, "POST", street.path, BODY)
        assert sorted(at_once(street.world.application, request, request)) == [201, 409]


def test_co_owners_who_sign_at_once_are_one_person_SPC_9(street: Street):
    petition = street.start(street.singles[5])
    signing = f"{street.path}/{petition}/signature"
    for number, (one, other) in enumerate(street.couples[:3], start=2):
        requests: list[tuple[Person, str, str, dict[str, Any]]] = [
            (one, "POST", signing, {}),
            (other, "POST", signing, {}),
        ]
        assert sorted(at_once(street.world.application, *requests)) == [201, 409]
        assert street.signatures(petition) == number


def test_all_sign_at_once_and_the_sixth_of_thirty_delivers_PMR_13(street: Street):
    for starter in street.singles[6:9]:
        petition = street.start(starter)
        signing = f"{street.path}/{petition}/signature"
        signers = street.singles[10:20]
        requests: list[tuple[Person, str, str, dict[str, Any]]] = [(one, "POST", signing, {}) for one in signers]
        statuses = at_once(street.world.application, *requests)
        assert sorted(statuses) == [201] * 5 + [409] * 5
        kept = db.session.get_one(Petition, (street.world.compound, UUID(petition)))
        assert (kept.persons, kept.electorate_persons, street.signatures(petition)) == (6, 30, 6)
        told = select(func.count()).where(
            OutboxMessage.kind == "petition_delivered", OutboxMessage.dedup_key.contains(petition)
        )
        assert db.session.scalar(told) == 1
        db.session.rollback()


def test_signing_and_withdrawing_at_once_leave_one_of_the_two(street: Street):
    for starter in street.singles[9:12]:
        petition = street.start(starter)
        signed, withdrawn = at_once(
            street.world.application,
            (street.singles[21], "POST", f"{street.path}/{petition}/signature", {}),
            (starter, "POST", f"{street.path}/{petition}/withdrawal", {}),
        )
        assert withdrawn == 200
        assert (signed, street.signatures(petition)) in {(201, 2), (409, 1)}


def test_a_sale_between_reading_and_counting_is_counted_SPC_9(street: Street):
    """The roll changes after a signer's parties were read: the kept count is that of the whole roll all the same."""
    petition = street.start(street.singles[12])
    secretary, api = street.world.secretary, street.world.application
    for seller, signer in zip(street.singles[13:15], street.singles[16:18], strict=True):
        sale = {"new_owners": [{"name": "新业主", "phone": None}], "at": clock.now().isoformat()}
        path = f"/compounds/{street.world.compound}/units/{seller.unit_ids[0]}/transfers"
        statuses = at_once(
            api,
            (seller, "POST", f"{street.path}/{petition}/signature", {}),
            (signer, "POST", f"{street.path}/{petition}/signature", {}),
            (secretary, "POST", path, sale),
        )
        assert statuses[1:] == [201, 204], statuses
        seen = street.world.api(signer)("GET", f"{street.path}/{petition}").json
        whole = counted_anew(petition)
        db.session.rollback()
        assert (seen["persons"], seen["area_centi"]) == whole[:2]
