"""Volunteers, posts and activities for a test."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.notifications.models import OutboxMessage
from tests.support.kept import kept
from tests.support.moderation import said
from tests.support.world import START, Person, World

TOMORROW = START + timedelta(days=1)
REASON = {"reason": "暴雨预警，改期另行通知"}
POST = {"title": "楼道防火巡查员", "duties": "每周巡查一次楼道。", "places": 2}
ABOUT = {"title": "周末清洁家园", "description": "工具由社区提供。", "place": "中心花园", "contact": "社区值班电话"}
NOBODY = "0198c0de-0000-7000-8000-000000000000"


def shift(starts_at: datetime = TOMORROW, hours: float = 2, capacity: int = 2) -> dict[str, Any]:
    """A shift as the API takes it."""
    ends_at = starts_at + timedelta(hours=hours)
    return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "capacity": capacity}


def told(kind: str) -> list[object]:
    """The accounts that got a message of this kind, as they were written."""
    found = select(OutboxMessage.account_id).where(OutboxMessage.kind == kind)
    return list(db.session.scalars(found.order_by(OutboxMessage.created_at, OutboxMessage.id)))


@dataclass
class Volunteering:
    """The volunteering of a world's compound."""

    world: World

    @property
    def path(self) -> str:
        return f"/compounds/{self.world.compound}"

    def register(self, person: Person, **body: Any) -> TestResponse:
        named = {"name": "测试志愿者", "consent_version": "2026-01", **body}
        return self.world.api(person)("PUT", f"{self.path}/volunteers/me", named)

    @kept
    def volunteer(self, room: str | None = None) -> Person:
        """A resident who is registered."""
        person = self.world.owner(self.world.unit(room or f"v{new_id().hex[-8:]}"))
        assert self.register(person).status_code == 200
        return person

    @kept
    def volunteers(self, number: int) -> list[Person]:
        return [self.volunteer() for _ in range(number)]

    @kept
    def post(self, **body: Any) -> str:
        """A post whose words were checked; its path."""
        made = self.world.api(self.world.secretary)("POST", f"{self.path}/volunteer-posts", {**POST, **body})
        assert made.status_code == 201, made.text
        said(made.json["id"])
        return f"{self.path}/volunteer-posts/{made.json['id']}"

    def claim(self, person: Person, post: str) -> TestResponse:
        return self.world.api(person)("POST", f"{post}/claim")

    def claims(self, post: str) -> list[dict[str, Any]]:
        return list(self.world.api(self.world.secretary)("GET", f"{post}/claims").json["items"])

    @kept
    def activity(self, *shifts: dict[str, Any], organiser: Person | None = None, **about: Any) -> dict[str, Any]:
        """An activity whose words were checked, as the API shows it."""
        body = {**ABOUT, "shifts": list(shifts) or [shift()], **about}
        made = self.world.api(organiser or self.world.secretary)("POST", f"{self.path}/activities", body)
        assert made.status_code == 201, made.text
        said(made.json["id"])
        return dict(made.json)

    @kept
    def slot(self, *shifts: dict[str, Any], **about: Any) -> str:
        """The path of the first shift of a new activity."""
        return f"{self.path}/slots/{self.activity(*shifts, **about)['slots'][0]['id']}"

    def book(self, person: Person, slot: str, may_wait: bool = False) -> TestResponse:
        return self.world.api(person)("POST", f"{slot}/booking", {"may_wait": may_wait})

    def cancel(self, person: Person, slot: str) -> TestResponse:
        return self.world.api(person)("DELETE", f"{slot}/booking")

    def seen(self, person: Person, path: str) -> dict[str, Any]:
        return dict(self.world.api(person)("GET", path).json)

    def state(self, person: Person, slot: str) -> str | None:
        mine = self.seen(person, slot)["my_booking"]
        return mine and str(mine["state"])

    def bookings(self, slot: str) -> list[dict[str, Any]]:
        return list(self.world.api(self.world.secretary)("GET", f"{slot}/bookings").json["items"])


def soon(days: float = 1) -> datetime:
    """A whole hour in so many days by the clock of today."""
    return (clock.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
