"""A compound whose volunteering the console shows: posts, activities, services, hours, certificates."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from app.core import clock
from tests.support.console import ConsoleWorld
from tests.support.moderation import said
from tests.support.volunteering import Volunteering, shift, soon
from tests.support.world import Person

CITIZEN = {"id_type": "citizen", "id_number": "11010519491231002X"}
ISSUER = {"issuer": "测试社区居民委员会", "responsible": "测试负责人", "contact": "测试社区值班电话"}
SERVICE = {"title": "上门理发", "description": "自带工具。", "place": "住户家中", "contact": "社区值班电话"}


def last(path: str) -> str:
    """The id at the end of a path."""
    return path.rpartition("/")[2]


class Stage(Volunteering):
    """The volunteering of a town, with what its pages need."""

    def __init__(self, town: ConsoleWorld) -> None:
        super().__init__(town)
        self.town = town

    @cached_property
    def secretary(self) -> Any:
        return self.town.api(self.town.secretary)

    def named(self, name: str = "欧阳测试", **more: str) -> Person:
        """A volunteer of this name."""
        person = self.volunteer()
        assert self.register(person, name=name, **more).status_code == 200
        return person

    def claimed(self, person: Person | None = None) -> tuple[str, str]:
        """A post that somebody claimed: its id, and the claim's."""
        post = self.post()
        assert self.claim(person or self.named(), post).status_code == 201
        return last(post), str(self.claims(post)[0]["id"])

    def served(self, person: Person | None = None, minutes: int = 90) -> str:
        """Recorded hours in a post that wait to be confirmed: the record's id."""
        post, claim = self.claimed(person)
        path = f"{self.path}/volunteer-posts/{post}/claims/{claim}"
        assert self.secretary("POST", f"{path}/confirmation").status_code == 200
        body = {"started_at": (clock.now() - timedelta(hours=5)).isoformat(), "minutes": minutes}
        made = self.secretary("POST", f"{path}/hours", body)
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    def confirmed(self, person: Person | None = None) -> str:
        """Confirmed hours: the record's id."""
        record = self.served(person)
        assert self.secretary("POST", f"{self.path}/service-records/{record}/confirmation").status_code == 200
        return record

    def disputed(self) -> str:
        """Confirmed hours that their volunteer wants corrected: the record's id."""
        person = self.named()
        record = self.confirmed(person)
        body = {"minutes": 120, "reason": "签退时手机没电，多服务了半小时"}
        path = f"{self.path}/service-records/{record}/corrections"
        assert self.town.api(person)("POST", path, body).status_code == 201
        return record

    def shift_id(self, starts_at: datetime | None = None, capacity: int = 2) -> str:
        """A shift of a new activity; tomorrow, unless said otherwise."""
        return last(self.slot(shift(starts_at or soon(), capacity=capacity)))

    def booked(self, starts_at: datetime | None = None) -> tuple[str, str]:
        """A shift in which somebody is booked: its id, and the booking's."""
        slot = self.shift_id(starts_at)
        path = f"{self.path}/slots/{slot}"
        assert self.book(self.named(), path).status_code == 201
        return slot, str(self.bookings(path)[0]["id"])

    def service(self, offered_by: Person | None = None) -> dict[str, Any]:
        """A service every day of the week; one of the secretary's is open."""
        rule = {"rule": "FREQ=DAILY", "first_day": clock.today().isoformat(), "opens": "09:00"}
        recurrence = {**rule, "window_minutes": 60, "slot_minutes": 30, "capacity": 1}
        body = {**SERVICE, "cancel_minutes": 120, "recurrence": recurrence}
        made = self.town.api(offered_by or self.town.secretary)("POST", f"{self.path}/services", body)
        assert made.status_code == 201, made.text
        said(made.json["id"])
        return dict(made.json)

    def service_slot(self) -> str:
        """A slot to come of an open service."""
        slots = self.service()["slots"]
        return str(next(one["id"] for one in slots if datetime.fromisoformat(one["starts_at"]) > clock.now()))

    def entered(self) -> str:
        """A slot that the secretary booked for a neighbour."""
        slot = self.service_slot()
        unit = self.town.unit("501")
        body = {"unit_id": str(unit.id), "name": "演示邻居", "consent": "spoken", "phone": "13900000103"}
        assert self.secretary("POST", f"{self.path}/slots/{slot}/neighbours", body).status_code == 201
        return slot

    def ready_for_certificate(self) -> str:
        """A volunteer with confirmed hours in a compound whose issuer is named: the volunteer's id."""
        person = self.named(**CITIZEN)
        self.confirmed(person)
        assert self.secretary("PUT", f"{self.path}/certificates/issuer", ISSUER).status_code == 200
        return str(self.seen(person, f"{self.path}/volunteers/me")["id"])

    def certificate(self) -> str:
        """A certificate: its serial."""
        person = self.named(**CITIZEN)
        self.confirmed(person)
        assert self.secretary("PUT", f"{self.path}/certificates/issuer", ISSUER).status_code == 200
        today = clock.today()
        body = {"first_day": (today - timedelta(days=30)).isoformat(), "last_day": today.isoformat()}
        made = self.town.api(person)("POST", f"{self.path}/certificates", body)
        assert made.status_code == 201, made.text
        return str(made.json["serial"])
