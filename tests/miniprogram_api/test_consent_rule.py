"""Whoever took the consent back gives no more data away (PIPL 15), and a closed account leaves no name behind (47)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Column, Text, select
from werkzeug.test import TestResponse

from app.core.crypto import EncryptedText
from app.core.db import db
from app.identity.consents.notices import NOTICES, Purpose
from app.noticeboard.models import Consent, EntryPerson
from app.org import queries
from app.org.models import NominationState, Role, RoleNomination
from tasks import privacy
from tests.miniprogram_api.volunteering.test_services import ABOUT, RULE
from tests.support.kept import kept
from tests.support.notices import HEARD, Notices
from tests.support.phones import proven
from tests.support.volunteering import Volunteering
from tests.support.wishes import Wishes
from tests.support.world import START, World, at

NAME: Final = "司徒青云"
AGREED: Final = {"version": NOTICES[Purpose.PRIVACY].version, "fourteen": True}
PARTY: Final = {"name": NAME, "branch": "第三党支部", "consent_version": "party-2026-01"}
DOOR: Final = {"building": "1栋", "stairwell": "1单元", "room": "501", "claimed_name": NAME}
GROUNDS: Final = f"{NAME}热心公益"

Request = tuple[str, str, Any]


class Neighbour:
    """An owner who takes part in everything, in a compound where everything is under way."""

    def __init__(self, world: World) -> None:
        self.world, self.here, self.wishes = world, Volunteering(world), Wishes(world)
        self.notices = Notices(world, building="2栋")
        self.person = world.owner(world.unit("301", building="3栋"), name=NAME)
        self.number = proven(self.person)
        assert self.here.register(self.person, name=NAME).status_code == 200
        self.red = self.notices.hearing("red", self.person, category="neighbours", title="助人", text="清扫楼道。")

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self.world.api(self.person)(method, path, body)

    def gives_away(self) -> Iterator[Request]:
        """What tells others of the person."""
        here = self.here.path
        yield "POST", f"{here}/secretary-nominations/mine", {"name": NAME, "grounds": GROUNDS}
        yield "PUT", f"{here}/reports-in/me", PARTY
        yield "PUT", f"{here}/volunteers/me", {"name": NAME, "consent_version": "2026-01"}
        yield "POST", f"{self.here.post()}/claim", None
        yield "POST", f"{self.here.slot()}/booking", {"note": NAME}
        offer = {**ABOUT, "cancel_minutes": 120, "recurrence": {**RULE, "rule": "FREQ=DAILY", "opens": "19:00"}}
        yield "POST", f"{here}/services", offer
        yield "POST", f"{here}/wishes", {"text": "想借一把梯子。", "category": "repair", "phone": self.number}
        yield "POST", f"{here}/wishes/{self.wishes.published()}/claim", None
        yield "POST", f"{here}/notices/nominations", {"category": "neighbours", "text": "邻居热心。"}
        yield "PUT", f"{here}/notices/{self.red}/consent", {"agree": True, "version": 1}
        yield "POST", f"{here}/bindings", DOOR


@pytest.fixture
def neighbour(world: World) -> Neighbour:
    return kept(Neighbour)(world)


def answers(neighbour: Neighbour, requests: list[Request]) -> dict[str, Any]:
    """Each act with 200, or with the code of its refusal."""
    found = {}
    for method, path, body in requests:
        answer = neighbour.call(method, path, body)
        done = answer.status_code < 300
        found[f"{method} {path}"] = "done" if done else answer.json["error"]["code"]
    return found


def test_who_took_the_consent_back_gives_nothing_away_until_it_is_given_again(neighbour: Neighbour):
    requests = list(neighbour.gives_away())
    assert neighbour.call("PUT", "/me/consents/privacy", AGREED).status_code == 200
    assert neighbour.call("DELETE", "/me/consents/privacy").status_code == 200
    assert set(answers(neighbour, requests).values()) == {"consent_withdrawn"}, answers(neighbour, requests)
    assert neighbour.call("PUT", "/me/consents/privacy", AGREED).status_code == 200
    assert set(answers(neighbour, requests).values()) == {"done"}, answers(neighbour, requests)


def test_rights_of_owners_and_ways_back_need_no_consent(neighbour: Neighbour):
    """Petitions are owners' rights (Civil Code 278); to take something back needs nobody's consent."""
    slot = neighbour.here.slot()
    assert neighbour.here.book(neighbour.person, slot).status_code == 201
    agreed = neighbour.notices.agree(neighbour.person, neighbour.red)
    assert agreed.status_code == 200
    for method in ("PUT", "DELETE"):
        neighbour.call(method, "/me/consents/privacy", AGREED if method == "PUT" else None)
    motion = {"matter": 5, "title": "修电梯", "text": "预算 28 万元。"}
    petition = {"title": "提议开会", "text": "请大家决定。", "motions": [motion]}
    assert neighbour.call("POST", f"{neighbour.here.path}/petitions", petition).status_code == 201
    assert neighbour.here.cancel(neighbour.person, slot).status_code == 200
    assert neighbour.notices.agree(neighbour.person, neighbour.red, agree=False).status_code == 200


# ---- closing


def put_forward(neighbour: Neighbour) -> None:
    """By the person, who takes that back; by the street, twice; the first time that is declined with a reason."""
    world, path = neighbour.world, f"{neighbour.here.path}/secretary-nominations"
    officer = world.official(Role.STREET_OFFICER, queries.path_to(world.compound)[-3].id)
    mine = neighbour.call("POST", f"{path}/mine", {"name": NAME, "grounds": GROUNDS})
    assert neighbour.call("DELETE", f"{path}/{mine.json['id']}").status_code == 204
    body = {"name": NAME, "phone": neighbour.number, "grounds": GROUNDS}
    first = world.api(officer)("POST", path, body)
    declined = world.api(officer)("POST", f"{path}/{first.json['id']}/refusal", {"reason": f"{NAME}另有安排"})
    assert declined.status_code == 200, declined.text
    assert world.api(officer)("POST", path, body).status_code == 201


def naming(*words: str) -> set[str]:
    """The columns in which one of the words stands, in whatever row, decrypted."""
    found = set()
    for table in db.metadata.tables.values():
        columns: list[Column[Any]] = [one for one in table.columns if isinstance(one.type, EncryptedText | Text)]
        for row in db.session.execute(select(*columns)) if columns else ():
            found |= {
                f"{table.name}.{column.name}"
                for column, value in zip(columns, row, strict=True)
                if value and any(word in value for word in words)
            }
    return found


def test_a_closed_account_is_named_nowhere_but_where_the_law_keeps_it(neighbour: Neighbour):
    put_forward(neighbour)
    assert neighbour.notices.agree(neighbour.person, neighbour.red).status_code == 200
    with at(HEARD):
        assert neighbour.notices.call(neighbour.notices.secretary, "POST", f"/{neighbour.red}/publication").json
        assert NAME in neighbour.notices.call(neighbour.notices.other, "GET", f"/{neighbour.red}").text
    assert neighbour.call("PUT", f"{neighbour.here.path}/reports-in/me", PARTY).status_code == 200
    assert {"role_nomination.name", "role_nomination.phone", "report_in.name"} <= naming(NAME, neighbour.number)
    assert neighbour.call("POST", "/me/closing", {"understood": True}).status_code == 201
    with at(START + timedelta(days=7, minutes=1)):
        assert privacy.close_accounts() == 1
        assert NAME not in neighbour.notices.call(neighbour.notices.other, "GET", f"/{neighbour.red}").text
    db.session.expire_all()
    assert naming(NAME, neighbour.number) == {"owner.name"}, "the roll alone"
    states = db.session.scalars(select(RoleNomination.state).order_by(RoleNomination.id)).all()
    assert states == [NominationState.WITHDRAWN, NominationState.DECLINED, NominationState.WITHDRAWN]
    assert db.session.scalars(select(EntryPerson.consent)).all() == [Consent.WITHDRAWN]


def test_closing_leaves_others_who_were_put_forward_alone(neighbour: Neighbour):
    world, other = neighbour.world, {"name": "别的人", "phone": "13900000077", "grounds": "热心"}
    officer = world.official(Role.STREET_OFFICER, queries.path_to(world.compound)[-3].id)
    assert world.api(officer)("POST", f"{neighbour.here.path}/secretary-nominations", other).status_code == 201
    assert neighbour.call("POST", "/me/closing", {"understood": True}).status_code == 201
    with at(START + timedelta(days=7, minutes=1)):
        assert privacy.close_accounts() == 1
    db.session.expire_all()
    kept = db.session.scalars(select(RoleNomination)).one()
    assert (kept.name, kept.phone, kept.state) == ("别的人", "13900000077", NominationState.OPEN)
