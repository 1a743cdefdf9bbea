"""A meeting that an owner looks at again is answered before Flask: with what the route shows, byte for byte."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from app.compounds import service as compounds
from app.compounds.models import Binding, Guardianship
from app.compounds.types import NewOwner
from app.core import clock
from app.core import storage as core_storage
from app.core.db import db
from app.core.storage import FolderStorage
from app.identity.actor import Actor
from app.meetings import queries
from app.meetings.models import Delivery
from app.meetings.page import reading, shared
from app.meetings.page.statements import GLANCE, GLANCE_ONCE_COUNTED, ROW, SHARED, Left, of
from app.org.models import Role
from miniprogram_api.meetings.schemas import MeetingSchema
from tests.miniprogram_api.test_attachments import attach
from tests.miniprogram_api.test_elections import BODY as ELECTION
from tests.miniprogram_api.test_guardians import record
from tests.miniprogram_api.test_recovery import allow_extension
from tests.miniprogram_api.test_result_stages import Published
from tests.miniprogram_api.test_scopes import MATTER
from tests.support.changes import adopt_one_change
from tests.support.distribution import recorded
from tests.support.files import pdf
from tests.support.homes import committed, raising_tables, tables
from tests.support.meeting_pages import Readers
from tests.support.paper import Table
from tests.support.phones import proven
from tests.support.world import CLOSES, OPENS, Person, World, at

VOTING = OPENS + timedelta(hours=1)
LATER = CLOSES + timedelta(days=2)
DAY_AFTER = LATER + timedelta(days=9)


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_storage, "_storage", FolderStorage(tmp_path / "storage"))


class Life:
    """A meeting with all that an agenda may have, in a compound of whom all may see it; each act by its own name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.wife, self.husband = self._couple("701")
        self.she, self.he = self._couple("702")
        self.neighbour = world.owner(world.unit("801", building="3栋", stairwell="2单元"), name="丙某")
        self.ward = world.owner(world.unit("802"), name="幼某")
        self.guest = world.person()
        self.seller = world.owner(world.unit("901"), name="卖某")
        world.give(self.seller, world.unit("902"))
        self.officer = world.owner(world.unit("903"), name="官某")
        world.appoint(self.officer, Role.SUPERVISOR)
        world.appoint(self.neighbour, Role.STEWARD)
        self._stands_for_another_owner(self.wife, world.owner(world.unit("904"), name="母某", bound=False))
        self.path = self._announced()
        self.table = Table(world, self.path)
        others = (self.guest, self.ward, self.she, self.officer, self.husband)
        self.readers = Readers(world, self.path, (self.wife, self.neighbour, self.seller), others)

    def _couple(self, room: str) -> tuple[Person, Person]:
        flat = self.world.unit(room)
        return self.world.owner(flat, name="甲某"), self.world.owner(flat, name="乙某")

    def _stands_for_another_owner(self, person: Person, other: Person) -> None:
        bound = {"owner_id": other.owner_id, "unit_id": other.unit_ids[0], "state": "accepted", "method": "application"}
        key = {"compound_id": self.world.compound, "account_id": person.account_id}
        db.session.add(Binding(**key, **bound, created_at=clock.now()))
        db.session.commit()

    def _announced(self) -> str:
        path, api = self.world.draft(5, 8), self.world.api(self.world.secretary)
        scope = {"scope_building_id": str(self.world.building("3栋")), "scope_stairwell": "2单元"}
        assert api("POST", f"{path}/motions", {**MATTER, **scope}).status_code == 201
        election = api("POST", f"{path}/motions", ELECTION).json["id"]
        for number in range(6):
            body = {"name": f"候选人{number}", "statement": "愿为大家服务。\n“谢谢”"}
            assert api("POST", f"{path}/motions/{election}/candidates", body).status_code == 201
        assert attach(self.world, path, pdf()).status_code == 201
        assert api("POST", f"{path}/announcement").status_code == 200
        allow_extension(path)
        return path

    def cast(self, person: Person, choice: str = "for", party: str | None = None) -> str:
        ballot = self.world.ballot(person, self.path, choice) | ({"party_id": party} if party else {})
        cast = self.world.api(person)("POST", f"{self.path}/ballots", ballot)
        assert cast.status_code == 201, cast.text
        return str(cast.json["ballot_id"])

    def party(self, person: Person) -> str:
        return str(self.readers.by_route(person).json["my_parties"][0]["id"])

    def voting(self) -> Iterator[Any]:
        """Acts while voting runs, one at a time."""
        world = self.world
        yield self.cast(self.husband)
        mine = self.cast(self.wife, "against", self.party(self.husband))
        yield "disputed"
        yield world.api(self.wife)("DELETE", f"{self.path}/ballots/{mine}")
        for owner in (self.she, self.he):
            body = {"owner_id": str(self.he.owner_id)}
            yield world.api(owner)("PUT", f"{self.path}/parties/{self.party(self.she)}/delegate", body)
        form = {"proxy_phone": proven(self.guest), "proxy_name": "代某", "file": (BytesIO(pdf()), "委托书.pdf")}
        sent = {"data": form, "content_type": "multipart/form-data"}
        given = world.api(self.he)("POST", f"{self.path}/parties/{self.party(self.he)}/mandates", **sent)
        assert given.status_code == 201, given.text
        yield "a mandate is held"
        body = {"reason": "自己投票"}
        yield world.api(self.he)("POST", f"{self.path}/mandates/{given.json['id']}/revocation", body)
        yield record(world, self.ward, proven(self.neighbour))
        sheet = self.table.received(self.neighbour)
        yield "on paper"
        yield self.table.set_aside(sheet)
        self._sold()
        yield "sold"
        longer = {"closes_at": (CLOSES + timedelta(days=1)).isoformat()}
        yield world.api(world.secretary)("POST", f"{self.path}/extension", longer)
        yield world.api(world.secretary)("POST", f"{self.path}/cancellation", {"reason": "小区停电"})
        yield self.cast(self.neighbour)

    def _sold(self) -> None:
        secretary, buyers = Actor(self.world.secretary.account_id), [NewOwner("买某", None, proven(self.guest))]
        compounds.transfer_unit(secretary, self.world.compound, self.seller.unit_ids[0], buyers, clock.now())
        db.session.commit()

    def closed(self) -> Iterator[Any]:
        """From the count to the final announcement."""
        world = self.world
        for person in (world.secretary, world.supervisor):
            yield world.api(person)("POST", f"{self.path}/count")
        yield world.api(world.secretary)("POST", f"{self.path}/publication")
        yield world.api(self.husband)("POST", f"{self.path}/result-objections", {"text": "三号楼有两张票没有计入。"})

    def final(self) -> Iterator[Any]:
        """What becomes of the objection, and of the result."""
        api = self.world.api(self.world.supervisor)
        [objection] = api("GET", f"{self.path}/result-objections").json["items"]
        decided = {"decision": "rejected", "reason": "已当面核对回执。"}
        yield api("POST", f"{self.path}/result-objections/{objection['id']}/decision", decided)
        yield self.world.api(self.world.secretary)("POST", f"{self.path}/final-announcement")


def test_whatever_becomes_of_a_meeting_everybody_is_shown_what_the_route_shows(world: World):
    life = Life(world)
    readers = life.readers
    readers.look()
    for moment, acts in ((VOTING, life.voting()), (LATER, life.closed()), (DAY_AFTER, life.final())):
        with at(moment):
            readers.look()
            for done in acts:
                assert not isinstance(done, TestResponse) or done.status_code < 300, done.text
                readers.look()
    assert readers.answered["early"] > 50, readers.answered
    assert {"announced", "voting", "closed", "counted", "published", "final"} <= readers.states
    assert readers.answered["unchanged"] > 5, readers.answered


def looked(world: World, path: str, *people: Person) -> Readers:
    """Readers who have seen the meeting, so that it is kept."""
    readers = Readers(world, path, people)
    readers.look()
    return readers


def test_a_known_page_and_the_sign_in_are_one_question_to_postgresql_and_an_unchanged_one_is_a_smaller_one(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    [owner] = world.owners(1)
    readers = looked(world, world.announced(5, 8), owner)
    monkeypatch.setattr(queries, "get_meeting", lambda *_: pytest.fail("the route was asked"))
    with recorded() as statements:
        page = readers.page(owner)
        again = readers.page(owner, page.headers["ETag"])
        shared.kept.clear()
        anew = readers.page(owner)
    announced = Left(guardians=False, delivers=True, counts=True, staff=False)
    assert statements == [of(announced).text, GLANCE.text, SHARED.text, of(announced).text]
    assert set(page.json) == set(MeetingSchema().fields)
    assert (anew.data, again.status_code, again.data) == (page.data, 304, b"")
    assert (page.headers["Cache-Control"], again.headers["ETag"]) == ("private, no-cache", page.headers["ETag"])


def test_where_others_did_something_in_the_compound_only_the_meetings_row_is_looked_at(world: World):
    owner, neighbour = world.owners(2)
    readers = looked(world, world.announced(), owner, neighbour)
    before = readers.page(owner).data
    get_a_guardian(world, neighbour)
    committed()
    with recorded() as statements:
        pages = [readers.page(owner).data for _ in range(2)]
    left = Left(guardians=False, delivers=True, counts=True, staff=False)
    bare, guarded = of(left).text, of(left._replace(guardians=True)).text
    assert statements == [bare, ROW.text, guarded, guarded]
    assert pages == [before, before]


@pytest.mark.parametrize("known", [True, False])
def test_what_comes_between_the_two_statements_is_shown_whole(
    world: World, monkeypatch: pytest.MonkeyPatch, known: bool
):
    """What all see is read before the reader's part: never is one of before a change and the other of after it."""
    [owner] = world.owners(1)
    path = world.announced()
    readers, read = looked(world, path, owner), reading.seen_by_all
    if not known:
        shared.kept.clear()

    def overtaken(*asked: Any) -> Any:
        found = read(*asked)
        if found and found.meeting.cancelled_at is None:
            world.api(world.secretary)("POST", f"{path}/cancellation", {"reason": "小区停电"})
            committed()
        return found

    monkeypatch.setattr(reading, "seen_by_all", overtaken)
    page = readers.page(owner)
    assert (page.json["state"], "ETag" in page.headers) == ("cancelled", True)
    assert page.data == readers.by_route(owner).data
    assert readers.page(owner, page.headers["ETag"]).status_code == 304


def test_who_supervises_meetings_is_the_routes_where_this_one_shows_more(world: World):
    owner, officer = world.owners(2)
    world.appoint(officer, Role.SUPERVISOR)

    def shown(name: str) -> list[tuple[bool, bool]]:
        """Of owner and officer, whether it is there, and whether the page was answered early."""
        readers.look()
        pages = [readers.page(one) for one in (owner, officer)]
        return [(page.json[name] is not None, "ETag" in page.headers) for page in pages]

    readers = Readers(world, world.announced(), (owner, officer))
    with at(VOTING):
        assert shown("cancel_asked_at") == [(False, True), (False, True)]
        reason = {"reason": "公告的投票时间写错了"}
        asked = world.api(world.secretary)("POST", f"{readers.path}/cancellation", reason)
        assert asked.status_code < 300, asked.text
        assert shown("cancel_asked_at") == [(False, True), (True, False)]
    readers = Readers(world, world.announced(), (owner, officer))
    with at(LATER):
        for person in (world.secretary, world.supervisor):
            world.api(person)("POST", f"{readers.path}/count")
        assert shown("record") == [(False, True), (True, False)]
        assert world.api(world.secretary)("POST", f"{readers.path}/publication").status_code == 200
        assert shown("record") == [(True, True), (True, True)]


def test_where_a_version_comes_at_every_try_the_page_is_the_routes(world: World, monkeypatch: pytest.MonkeyPatch):
    [owner] = world.owners(1)
    readers, renew = looked(world, world.announced(), owner), reading.renewed

    def something_happens() -> None:
        db.session.execute(text("UPDATE home_version SET version = version + 1"))
        db.session.commit()

    def outrun(*asked: Any) -> Any:
        something_happens()
        found = renew(*asked)
        something_happens()
        return found

    something_happens()
    monkeypatch.setattr(reading, "renewed", outrun)
    page = readers.page(owner)
    assert (page.status_code, "ETag" in page.headers) == (200, False)


def test_what_a_stranger_asked_for_is_not_kept(world: World):
    world.owners(1)
    path = world.announced()
    refused = Readers(world, path, ()).page(world.person())
    assert (refused.status_code, shared.kept.get((world.compound, UUID(path.rpartition("/")[2])))) == (403, None)


def test_once_counted_the_ballots_are_not_counted_at_every_look(world: World):
    published = Published(world)
    owner, *_ = published.owners
    with at(LATER):
        readers = looked(world, published.path, owner)
        with recorded() as statements:
            page = readers.page(owner)
            again = readers.page(owner, page.headers["ETag"])
            shared.kept.clear()
            anew = readers.page(owner, page.headers["ETag"])
    left = Left(guardians=False, delivers=False, counts=False, staff=False)
    assert statements == [of(left).text, GLANCE_ONCE_COUNTED.text, GLANCE.text]
    assert (again.status_code, anew.status_code) == (304, 304)
    assert page.json["turnout"]["persons"] > 0


def deliveries() -> list[Any]:
    rows = select(Delivery.party_id, Delivery.item, Delivery.account_id, Delivery.delivered_at)
    return sorted(map(str, db.session.execute(rows.where(Delivery.way == "opened"))))


def test_the_first_look_at_notice_and_ballot_is_recorded_whatever_another_has_seen(world: World):
    flat = world.unit("101")
    wife, husband, other = world.owner(flat), world.owner(flat), world.owner(world.unit("102"))
    path = world.announced()
    readers = Readers(world, path, (wife, husband, other))
    for moment, recorded_by in ((OPENS - timedelta(days=1), 1), (OPENS, 3)):
        with at(moment):
            before = deliveries()
            assert "ETag" not in readers.page(wife).headers
            once = deliveries()
            assert "ETag" in readers.page(wife).headers
            assert "ETag" in readers.page(husband).headers, "the party has it already"
            assert deliveries() == once
            assert len(once) - len(before) == 1
            assert "ETag" not in readers.page(other).headers
            assert len(deliveries()) == recorded_by + 1


def sign_out(world: World, owner: Person) -> None:
    assert world.api(owner)("DELETE", "/auth/session").status_code == 204


def unbind(world: World, owner: Person) -> None:
    bound = update(Binding).where(Binding.account_id == owner.account_id).values(state="revoked")
    db.session.execute(bound)


def get_a_guardian(world: World, owner: Person) -> None:
    assert record(world, owner, proven(world.person())).status_code == 200


@pytest.mark.parametrize("act", [sign_out, unbind, get_a_guardian])
def test_whoever_may_not_see_it_any_more_is_shown_nothing_though_all_is_kept(world: World, act: Any):
    owner, neighbour = world.owners(2)
    path = world.announced()
    with at(VOTING):
        readers = looked(world, path, owner, neighbour)
        kept = readers.page(owner)
        act(world, owner)
        committed()
        for etag in (None, kept.headers["ETag"]):
            refused, by_route = readers.page(owner, etag), readers.by_route(owner)
            assert (refused.status_code, "ETag" in refused.headers) == (by_route.status_code, False)
            assert refused.status_code != 304
            if refused.status_code == 200:
                assert [party["refusal"]["code"] for party in refused.json["my_parties"]] == ["guardian_votes"]
        assert readers.page(neighbour).headers["ETag"]


def test_a_tag_is_good_for_one_reader_of_one_meeting_and_cannot_be_made_up(world: World):
    owner, neighbour = world.owners(2)
    first, second = (looked(world, world.announced(), owner, neighbour) for _ in range(2))
    mine = first.page(owner).headers["ETag"]
    assert first.page(owner, mine).status_code == 304
    longer = mine.replace('"', '"f', 1)
    for readers, reader, tag in ((first, neighbour, mine), (second, owner, mine), (first, owner, longer)):
        assert readers.page(reader, tag).status_code == 200


def opens(world: World) -> tuple[Person, str, datetime]:
    return world.owners(1)[0], world.announced(), OPENS


def closes(world: World) -> tuple[Person, str, datetime]:
    return world.owners(1)[0], world.announced(), CLOSES


def a_ward_comes_of_age(world: World) -> tuple[Person, str, datetime]:
    ward, guardian = world.owners(2)
    path, moment = world.announced(), OPENS + timedelta(hours=3)
    assert record(world, ward, proven(guardian)).status_code == 200
    db.session.execute(update(Guardianship).values(ground="minor", until=moment))
    db.session.commit()
    return guardian, path, moment


@pytest.mark.parametrize("turn", [opens, closes, a_ward_comes_of_age])
def test_a_meeting_that_the_time_alone_changes_is_sent_anew_at_that_very_moment(world: World, turn: Any):
    reader, path, moment = turn(world)
    with at(moment - timedelta(microseconds=1)):
        readers = looked(world, path, reader)
        before = readers.page(reader)
        assert readers.page(reader, before.headers["ETag"]).status_code == 304
    with at(moment):
        readers.look()
        assert readers.page(reader).data != before.data


def test_a_ballot_that_may_be_changed_is_the_routes_until_the_close(world: World):
    adopt_one_change(world)
    owner, neighbour = world.owners(2)
    path = world.announced()
    with at(VOTING):
        assert world.cast(owner, path).status_code == 201
        readers = looked(world, path, owner, neighbour)
        assert readers.answered == {"route": 1, "early": 1}
        assert readers.page(owner).json["my_parties"][0]["change_until"]
    with at(LATER):
        readers.look()
    assert (readers.answered["route"], readers.answered["early"]) == (1, 3)


def test_a_cancelled_meeting_is_shown_as_such(world: World):
    [owner] = world.owners(1)
    readers = looked(world, world.announced(), owner)
    reason = {"reason": "公告的投票时间写错了"}
    assert world.api(world.secretary)("POST", f"{readers.path}/cancellation", reason).status_code == 200
    readers.look()
    assert readers.page(owner).json["state"] == "cancelled"


def test_an_annulled_result_is_shown_as_such(world: World):
    published = Published(world)
    owner, *_ = published.owners
    with at(LATER):
        readers = looked(world, published.path, owner)
        objection = published.object(owner).json["id"]
        assert published.decide(world.supervisor, objection, "count_wrong").status_code == 200
        assert published.post(world.secretary, "annulment", {"reason": "核实有三张表决票漏计"}).status_code == 200
        readers.look()
        shown = readers.page(owner)
    assert (shown.json["state"], shown.json["annul_reason"]) == ("annulled", "核实有三张表决票漏计")
    assert shown.headers["ETag"]


def test_a_change_of_any_table_that_the_page_shows_raises_the_version_that_its_tag_is_made_of(world: World):
    # the electorate changes with its meeting's row, units and their owners with the roll's, the agenda with a draft's
    with_others = {"voting_party", "voting_party_unit", "ownership", "paper_sheet", "count_record"}
    frozen = {"motion", "attachment", "candidate"}
    looked_up = {"login_session", "home_version", "appointment"}
    only_first = {"delivery"}
    read = tables(of(Left(*(True for _ in Left._fields)))) | tables(SHARED)
    assert {"ballot", "mandate", "binding", "guardianship", *with_others, *frozen, *looked_up} <= read
    assert read - raising_tables() - with_others - frozen - looked_up - only_first == set()
