"""Meetings in every state that the desk shows, for tests of its pages."""

from datetime import datetime, timedelta
from uuid import UUID

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import stamps
from app.meetings.models import Meeting, Motion, ObjectionKind
from app.meetings.objections import acts as objections
from tests.support.console import ConsoleWorld
from tests.support.world import Person


def id_of(path: str) -> UUID:
    """The meeting's id in its path of the API."""
    return UUID(path.rpartition("/")[2])


def meeting_of(town: ConsoleWorld, path: str) -> Meeting:
    """The meeting as it is stored now."""
    db.session.rollback()
    return db.session.get_one(Meeting, (town.compound, id_of(path)), populate_existing=True)


def motions_of(town: ConsoleWorld, path: str) -> list[Motion]:
    """Its motions as they are stored now."""
    db.session.rollback()
    found = db.session.query(Motion).filter_by(compound_id=town.compound, meeting_id=id_of(path))
    return found.order_by(Motion.position).populate_existing().all()


def announced(town: ConsoleWorld, owners: int = 3) -> tuple[str, list[Person]]:
    """An announced meeting of so many owners; its path and the owners."""
    people = town.owners(owners)
    return town.announced(5), people


def voting(town: ConsoleWorld, owners: int = 3, cast: int = 1) -> tuple[str, list[Person]]:
    """A meeting that is open, in which so many have voted; the clock is moved."""
    path, people = announced(town, owners)
    town.product.move_clock(clock.now() + timedelta(days=17))
    for person in people[:cast]:
        assert town.cast(person, path).status_code == 201
    return path, people


def election(town: ConsoleWorld) -> tuple[str, UUID]:
    """A draft with an election; its path and the motion's id."""
    path = town.draft()
    body = {"matter": 3, "title": "选举业主委员会", "text": "选举第一届业主委员会。", "seats": 5}
    made = town.api(town.secretary)("POST", f"{path}/motions", body)
    assert made.status_code == 201, made.text
    return path, UUID(made.json["id"])


def objection(town: ConsoleWorld) -> tuple[str, UUID]:
    """An announced meeting with an objection to a flat's area; its path and the objection's id."""
    path, people = announced(town)
    owner = people[0]
    filed = objections.file_objection(
        Actor(owner.account_id),
        town.compound,
        id_of(path),
        ObjectionKind.WRONG_AREA,
        "面积应当是 89.50",
        owner.unit_ids[0],
    )
    db.session.commit()
    return path, filed.id


def looked_through(town: ConsoleWorld) -> tuple[str, str]:
    """A draft's path, and the address by which its check leads on to the announcement."""
    town.owners(3)
    path = town.draft()
    seen = stamps.of_draft(meeting_of(town, path), motions_of(town, path))
    return path, f"announcement?seen={seen}"


def local_day(moment: datetime) -> str:
    """The day in China as a date field takes it."""
    return moment.astimezone(clock.SHANGHAI).date().isoformat()
