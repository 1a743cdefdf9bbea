"""Who sees whose name, door, phone, note, ID number and affiliation: every read of volunteering, as every role.

The secrets stand in the database once each; an answer that holds one is for those alone who are listed for it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.org.models import Role
from tests.miniprogram_api.volunteering.test_certificates import ISSUER
from tests.miniprogram_api.volunteering.test_services import ABOUT, RULE
from tests.support.moderation import said
from tests.support.volunteering import TOMORROW, Volunteering, shift
from tests.support.world import Person, World, at

VOLUNTEER, RESIDENT, NEIGHBOUR, MEMBER = "欧阳志愿", "司马住户", "诸葛老人", "慕容党员"
PHONE, NOTE, DOOR, BRANCH, ID_NUMBER = "13900000104", "请轻声敲门", "1栋1单元777", "第三党支部", "11010519491231002X"
SECRETS = {
    "volunteer's name": VOLUNTEER,
    "resident's name": RESIDENT,
    "neighbour's name": NEIGHBOUR,
    "member's name": MEMBER,
    "phone": PHONE,
    "note": NOTE,
    "door": DOOR,
    "branch": BRANCH,
    "ID number": ID_NUMBER,
}
SERVED = {"resident's name", "neighbour's name", "phone", "note", "door"}
EVERYTHING_RUN = {*SERVED, "volunteer's name", "member's name", "branch"}

MAY_SEE: dict[str, set[str]] = {
    "stranger": set(),
    "resident of another compound": set(),
    "secretary of another compound": set(),
    "property staff": set(),
    "another resident": set(),
    "another volunteer": set(),
    "volunteer who serves": {*SERVED, "volunteer's name"},
    "resident who booked": {"member's name", "branch"},
    "another steward": set(),
    "steward who entered it": {"neighbour's name", "door"},
    "organiser of the activity": {"volunteer's name"},
    "secretary": EVERYTHING_RUN,
    "community officer": EVERYTHING_RUN,
    "street officer": {"member's name", "branch"},
}


@dataclass
class Scene:
    """A compound where everything is in use, and everybody who may look at it."""

    here: Volunteering
    people: dict[str, Person]
    reads: list[str]


@pytest.fixture
def scene(world: World, here: Volunteering) -> Scene:
    people = {
        "stranger": world.person(),
        "resident of another compound": world.owner(world.unit("101", compound=world.add_compound("测试二区"))),
        "secretary of another compound": world.official(Role.SECRETARY, world.add_compound("测试三区")),
        "property staff": world.official(Role.PROPERTY_STAFF, world.compound),
        "another resident": world.owner(world.unit("201")),
        "another volunteer": here.volunteer(),
        "volunteer who serves": here.volunteer(),
        "resident who booked": world.owner(world.unit("777"), name=RESIDENT),
        "another steward": world.official(Role.STEWARD, world.compound),
        "steward who entered it": world.official(Role.STEWARD, world.compound),
        "organiser of the activity": world.official(Role.STEWARD, world.compound),
        "secretary": world.secretary,
        "community officer": world.supervisor,
        "street officer": world.official(Role.STREET_OFFICER, world.community),
    }
    return Scene(here, people, _play(here, people))


def _play(here: Volunteering, people: dict[str, Person]) -> list[str]:
    """Let everything happen once; the addresses that can be read afterwards."""
    volunteer, resident = people["volunteer who serves"], people["resident who booked"]
    here.register(volunteer, name=VOLUNTEER, id_type="citizen", id_number=ID_NUMBER)
    report = {"name": MEMBER, "branch": BRANCH, "consent_version": "party-2026-01"}
    _done(here, resident, "PUT", "/reports-in/me", report)
    post = here.post()
    here.claim(volunteer, post)
    _done(here, people["secretary"], "PUT", "/certificates/issuer", ISSUER)
    activity = here.activity(shift(TOMORROW), organiser=people["organiser of the activity"])
    shift_path = f"{here.path}/slots/{activity['slots'][0]['id']}"
    assert here.book(volunteer, shift_path).status_code == 201
    service, slot = _service(here, people)
    _serve(here, people, shift_path)
    paths = ["volunteers", "volunteers/me", "volunteer-posts", "activities", f"activities/{activity['id']}", "services"]
    paths += ["slots/mine", "slots/entered", "service-records/mine", "service-records/to-decide", "certificates"]
    paths += ["reports-in", "reports-in/me", "service-brands", f"services/{service}"]
    slots = [f"{one}{rest}" for one in (shift_path, slot) for rest in ("", "/bookings", "/code")]
    return [*(f"{here.path}/{path}" for path in paths), post, f"{post}/claims", *slots]


def _service(here: Volunteering, people: dict[str, Person]) -> tuple[str, str]:
    rule = {**RULE, "rule": "FREQ=DAILY", "opens": "15:00", "capacity": 2}
    body = {**ABOUT, "cancel_minutes": 0, "recurrence": rule}
    service = _done(here, people["volunteer who serves"], "POST", "/services", body)["id"]
    said(service)
    slot = _done(here, people["secretary"], "POST", f"/services/{service}/approval")["slots"][0]["id"]
    _done(here, people["resident who booked"], "POST", f"/slots/{slot}/booking", {"phone": PHONE, "note": NOTE})
    unit = str(people["resident who booked"].unit_ids[0])
    neighbour = {"unit_id": unit, "name": NEIGHBOUR, "consent": "spoken"}
    _done(here, people["steward who entered it"], "POST", f"/slots/{slot}/neighbours", neighbour)
    return service, f"{here.path}/slots/{slot}"


def _serve(here: Volunteering, people: dict[str, Person], slot: str) -> None:
    organiser, volunteer = here.world.api(people["organiser of the activity"]), people["volunteer who serves"]
    for act, moment in (("check-in", TOMORROW), ("check-out", TOMORROW + timedelta(hours=2))):
        with at(moment):
            code = organiser("GET", f"{slot}/code").json["code"]
            assert here.world.api(volunteer)("POST", f"{slot}/{act}", {"code": code}).status_code == 200


def _done(here: Volunteering, person: Person, method: str, path: str, body: Any = None) -> Any:
    answer = here.world.api(person)(method, f"{here.path}{path}", body)
    assert answer.status_code < 300, answer.text
    return answer.json


def test_nobody_sees_more_than_the_role_is_for(scene: Scene):
    seen: dict[str, set[str]] = {}
    for role, person in scene.people.items():
        texts = [scene.here.world.api(person)("GET", path).text for path in scene.reads]
        seen[role] = {name for name, secret in SECRETS.items() if any(secret in text for text in texts)}
    assert seen == MAY_SEE


def test_without_signing_in_nothing_is_read(scene: Scene):
    assert {scene.here.world.api()("GET", path).status_code for path in scene.reads} == {401}


def test_whoever_is_not_of_the_compound_reads_no_list(scene: Scene):
    own = ("/service-records/mine", "/certificates")
    for role in ("stranger", "resident of another compound", "secretary of another compound", "property staff"):
        api = scene.here.world.api(scene.people[role])
        answers = {path: api("GET", path).status_code for path in scene.reads if not path.endswith(own)}
        assert set(answers.values()) <= {403, 404}, (role, answers)
