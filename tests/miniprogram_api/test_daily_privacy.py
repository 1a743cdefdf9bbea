"""Every endpoint of a compound's daily life, as every role: whose name, door, phone and words an answer may hold.

The endpoints are those that the application serves, so a new one is walked as soon as it is there. The secrets stand in
the database once each. Domain rules, sections 4 to 7.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from werkzeug.routing import Rule

from app.org.models import Role
from tests.miniprogram_api.volunteering.test_certificates import ISSUER
from tests.miniprogram_api.volunteering.test_services import ABOUT, RULE
from tests.support.kept import kept
from tests.support.moderation import said
from tests.support.notices import HEARD, Notices
from tests.support.volunteering import NOBODY, TOMORROW, Volunteering, shift
from tests.support.wishes import Wishes
from tests.support.world import Person, World, at

DOMAINS: Final = ("wishes", "noticeboard", "volunteering", "groups", "moderation", "home", "statistics")
COMPOUND: Final = "/api/v1/compounds/<uuid:compound_id>"
OWN: Final = ("/mine", "/me", "/consents", "/certificates", "/calendar-feed", "/entered", "/to-decide")
"""What anybody may ask for their own."""
BRAND: Final = {"name": "周末理发", "about": "每周末上门理发。"}
SECRETS: Final = {
    "beneficiary's name": "赵六顺",
    "beneficiary's door": "1栋1单元501",
    "beneficiary's phone": "13900000102",
    "claimant's name": "李四光",
    "report": "换好了阀门",
    "concerned person's name": "甲某某",
    "answer": "当天已经清理干净",
    "nomination": "热心帮助邻居搬家具",
    "volunteer's name": "欧阳志愿",
    "guest's name": "司马住户",
    "guest's phone": "13900000104",
    "guest's note": "请轻声敲门",
    "member's name": "慕容党员",
    "branch": "第三党支部",
}
OF_THE_WISH: Final = {"beneficiary's name", "beneficiary's door", "beneficiary's phone"}
OF_THE_BOOKING: Final = {"guest's name", "guest's phone", "guest's note"}
OF_THE_DESK: Final = {
    "beneficiary's name",
    "beneficiary's door",
    "report",
    "answer",
    "nomination",
    "member's name",
    "branch",
}
WIDER: Final = {
    "/wishes": "?mine=claimed",
    "/notices": "?shelf=all",
    "/nominations": "?mine=false",
    "/appeals": "?mine=false",
}
"""What shows more of a list than its plain address does."""
MAY_SEE: Final[dict[str, set[str]]] = {
    "resident": set(),
    "claimant": {*OF_THE_WISH, "report"},
    "person concerned": {"answer"},
    "who nominated": {"nomination"},
    "volunteer": {"volunteer's name", *OF_THE_BOOKING},
    "guest": {"member's name", "branch"},
    "steward who posted and drafted": {*OF_THE_WISH - {"beneficiary's name"}, "report", "nomination"},
    "another steward": {"nomination"},
    "secretary": {*OF_THE_DESK, *OF_THE_BOOKING, "volunteer's name"},
    "community officer": {*OF_THE_DESK, *OF_THE_BOOKING, "volunteer's name"},
    "street officer": OF_THE_DESK,
}


OUTSIDERS: Final = {
    "stranger",
    "resident of another compound",
    "secretary of another compound",
    "property staff",
}


def _nobody() -> list[str]:
    return [NOBODY]


@dataclass
class Scene:
    """A compound where everything is under way, everybody who may look, and the ids of what there is, by parameter."""

    world: World
    people: dict[str, Person]
    ids: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(_nobody))

    def path(self, rule: Rule) -> list[str]:
        """The addresses of a route, one for each thing that it may be asked for."""
        paths = [rule.rule.removeprefix("/api/v1").replace("<uuid:compound_id>", str(self.world.compound))]
        for name in rule.arguments - {"compound_id"}:
            placeholder = next(part for part in rule.rule.split("/") if part.endswith((f":{name}>", f"<{name}>")))
            paths = [path.replace(placeholder, one) for path in paths for one in self.ids[name]]
        return paths


@pytest.fixture
def scene(world: World) -> Scene:
    return scene_of(world)


@kept
def scene_of(world: World) -> Scene:
    """Everything under way in the world's compound."""
    wishes, notices, here = Wishes(world), Notices(world, building="2栋"), Volunteering(world)
    elsewhere = world.add_compound("别的小区")
    people = {
        "stranger": world.person(),
        "resident of another compound": world.owner(world.unit("101", compound=elsewhere)),
        "secretary of another compound": world.official(Role.SECRETARY, elsewhere),
        "property staff": world.official(Role.PROPERTY_STAFF, world.compound),
        "resident": wishes.other,
        "claimant": wishes.helper,
        "person concerned": notices.concerned,
        "who nominated": notices.neighbour,
        "volunteer": here.volunteer(),
        "guest": world.owner(world.unit("777", building="3栋"), name=SECRETS["guest's name"]),
        "steward who posted and drafted": notices.steward,
        "another steward": world.official(Role.STEWARD, world.compound),
        "secretary": world.secretary,
        "community officer": world.supervisor,
        "street officer": world.official(Role.STREET_OFFICER, world.community),
    }
    scene = Scene(world, people)
    _wish(scene, wishes)
    _speak(scene, notices)
    _serve(scene, here)
    _help(scene)
    return scene


def _wish(scene: Scene, wishes: Wishes) -> None:
    steward, helper = scene.people["steward who posted and drafted"], scene.people["claimant"]
    neighbour = {"name": SECRETS["beneficiary's name"], "consent": "written"}
    post = {"unit_id": str(wishes.homes[4].id), "neighbour": neighbour, "phone": SECRETS["beneficiary's phone"]}
    waiting = wishes.submitted(steward, text="想请人帮忙量一量血压。", **post)
    claimed, done = (wishes.claimed(by=helper, person=steward, text=text, **post) for text in ("想借梯子", "想修阀门"))
    report = wishes.call(helper, "POST", f"/{done}/fulfilment", {"note": SECRETS["report"]})
    assert report.status_code == 200, report.text
    scene.ids |= {"wish_id": [waiting, claimed, done], "case_id": [wishes.case_of(waiting)]}


def _speak(scene: Scene, notices: Notices) -> None:
    concerned = scene.people["person concerned"]
    heard, published = notices.hearing(about=concerned), notices.published(about=concerned)
    for entry in (heard, published):
        answered = notices.call(concerned, "POST", f"/{entry}/answers", {"text": SECRETS["answer"]})
        assert answered.status_code == 201, answered.text
    nomination = {"category": "neighbours", "text": SECRETS["nomination"]}
    nominated = notices.call(scene.people["who nominated"], "POST", "/nominations", nomination)
    assert nominated.status_code == 201, nominated.text
    scene.ids |= {
        "entry_id": [heard, published],
        "appeal_id": [notices.appealed(concerned, heard)],
        "nomination_id": [nominated.json["id"]],
    }


def _serve(scene: Scene, here: Volunteering) -> None:
    volunteer, guest, secretary = (scene.people[who] for who in ("volunteer", "guest", "secretary"))
    here.register(volunteer, name=SECRETS["volunteer's name"])
    member = {"name": SECRETS["member's name"], "branch": SECRETS["branch"], "consent_version": "party-2026-01"}
    _done(scene, guest, "PUT", "/reports-in/me", member)
    post = here.post()
    claim = here.claim(volunteer, post)
    activity = here.activity(shift(TOMORROW))
    shift_id = activity["slots"][0]["id"]
    assert here.book(volunteer, f"{here.path}/slots/{shift_id}").status_code == 201
    [booking] = here.bookings(f"{here.path}/slots/{shift_id}")
    rule = {**RULE, "rule": "FREQ=DAILY", "opens": "15:00", "capacity": 2}
    body = {**ABOUT, "cancel_minutes": 0, "recurrence": rule}
    service = _done(scene, volunteer, "POST", "/services", body)["id"]
    said(service)
    slot = _done(scene, secretary, "POST", f"/services/{service}/approval")["slots"][0]["id"]
    contact = {"phone": SECRETS["guest's phone"], "note": SECRETS["guest's note"]}
    _done(scene, guest, "POST", f"/slots/{slot}/booking", contact)
    _done(scene, secretary, "PUT", "/certificates/issuer", ISSUER)
    hours = {"started_at": TOMORROW.isoformat(), "ended_at": TOMORROW.replace(hour=3).isoformat()}
    with at(TOMORROW.replace(hour=4)):
        record = _done(scene, secretary, "PUT", f"/slots/{shift_id}/bookings/{booking['id']}/attendance", hours)
    scene.ids |= {
        "post_id": [post.rpartition("/")[2]],
        "claim_id": [claim.json["id"]],
        "activity_id": [activity["id"]],
        "service_id": [service],
        "slot_id": [shift_id, slot],
        "booking_id": [booking["id"]],
        "record_id": [record["id"]],
    }


def _help(scene: Scene) -> None:
    group = _done(scene, scene.people["secretary"], "POST", "/groups", {"kind": "partner_unit", "name": "演示银行"})[
        "id"
    ]
    _done(scene, scene.people["secretary"], "POST", f"/groups/{group}/members", {"phone": "13900000199"})
    brand = _done(
        scene, scene.people["secretary"], "POST", "/service-brands", {"name": "周末理发", "about": "每周末上门理发。"}
    )["id"]
    scene.ids |= {"group_id": [group], "brand_id": [brand]}


def _done(scene: Scene, person: Person, method: str, path: str, body: Any = None) -> Any:
    answer = scene.world.api(person)(method, f"/compounds/{scene.world.compound}{path}", body)
    assert answer.status_code < 300, answer.text
    return answer.json


def routes(world: World) -> list[Rule]:
    """What the mini-program asks of a compound's daily life."""
    served = {
        name
        for name, blueprint in world.application.blueprints.items()
        if blueprint.import_name.startswith(tuple(f"miniprogram_api.{domain}" for domain in DOMAINS))
    }
    rules = world.application.url_map.iter_rules()
    return [rule for rule in rules if rule.endpoint.split(".")[0] in served and rule.rule.startswith(COMPOUND)]


def test_nobody_reads_more_than_the_role_is_for(scene: Scene):
    reads = [path for rule in routes(scene.world) if "GET" in (rule.methods or ()) for path in scene.path(rule)]
    reads += [path + query for path in reads for end, query in WIDER.items() if path.endswith(end)]
    seen: dict[str, set[str]] = {}
    with at(HEARD):
        for role in MAY_SEE:
            person = scene.people[role]
            texts = [scene.world.api(person)("GET", path).text for path in reads]
            seen[role] = {name for name, secret in SECRETS.items() if any(secret in text for text in texts)}
    assert seen == MAY_SEE


@pytest.mark.parametrize("role", sorted({*OUTSIDERS, "resident"}))
def test_to_whom_nothing_belongs_no_endpoint_tells_anything(scene: Scene, role: str):
    api, outside = scene.world.api(scene.people[role]), role in OUTSIDERS
    for rule in routes(scene.world):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for path in scene.path(rule):
                answer = api(method, path, None if method in ("GET", "DELETE") else {})
                assert answer.status_code < 500, f"{method} {path}: {answer.text}"
                told = [name for name, secret in SECRETS.items() if secret in answer.text]
                assert not told, f"{role}: {method} {path} tells {told}"
                if outside and not rule.rule.endswith(OWN):
                    assert answer.status_code in (403, 404, 409, 422), f"{role}: {method} {path}: {answer.text}"
