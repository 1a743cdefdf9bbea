"""The first screen: what it shows to whom, and that an unchanged one is not sent again."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core.db import HotStatement, db, fetch_one_alone, fetch_text_alone
from app.home import feed, shared
from app.home.statements import MORE, WHOLE
from app.org import service as org
from app.org.models import Appointment, Role
from miniprogram_api.home.schemas import FirstScreenSchema
from tests.support.homes import home
from tests.support.kept import kept
from tests.support.notices import HEARD, Notices
from tests.support.volunteering import Volunteering, shift
from tests.support.wishes import TEXT, Wishes
from tests.support.world import CLOSES, OPENS, START, World, at


@pytest.fixture
def wishes(world: World) -> Wishes:
    return kept(Wishes)(world)


@pytest.fixture
def round_trips(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that homes have asked since the list was cleared."""
    asked: list[str] = []

    def counted(fetch: Callable[..., Any]) -> Callable[..., Any]:
        def counting(statement: HotStatement, parameters: Mapping[str, Any]) -> Any:
            asked.append(statement.text)
            return fetch(statement, parameters)

        return counting

    for fetch in (fetch_one_alone, fetch_text_alone):
        monkeypatch.setattr(feed, fetch.__name__, counted(fetch))
    shared.kept.clear()
    yield asked
    shared.kept.clear()


def to_dos(answer: TestResponse) -> dict[str, int]:
    return {one["what"]: one["count"] for one in answer.json["to_dos"]}


def test_an_empty_compound_shows_an_empty_home_in_its_documented_shape(world: World):
    shown = home(world, world.owner(world.unit("101"))).json
    assert shown == {
        "compound_id": str(world.compound),
        "compound": "测试小区",
        "unread": 0,
        "to_dos": [],
        "meetings": [],
        "wishes": [],
        "activities": [],
        "notices": [],
    }
    assert FirstScreenSchema().validate(shown) == {}


def test_an_owner_sees_the_meeting_from_the_announcement_and_is_asked_to_vote_while_it_is_open(world: World):
    owner, other = world.owner(world.unit("101")), world.owner(world.unit("102"))
    meeting = world.announced()
    [shown] = home(world, owner).json["meetings"]
    assert (shown["state"], shown["state_text"], shown["to_cast"]) == ("announced", "已公告", 0)
    with at(OPENS):
        answer = home(world, owner)
        assert answer.json["meetings"][0]["to_cast"] == 1
        assert answer.json["to_dos"][0] == {
            "what": "vote",
            "count": 1,
            "text": "1 场业主大会等您投票",
            "page": "pages/meeting/list",
        }
        assert FirstScreenSchema().validate(answer.json) == {}
        assert world.cast(owner, meeting).status_code == 201
        assert to_dos(home(world, owner)) == {}
        assert to_dos(home(world, other)) == {"vote": 1}
    with at(CLOSES):
        assert home(world, other).json["meetings"] == []


def test_whoever_only_serves_the_compound_is_not_asked_to_vote(world: World):
    world.owner(world.unit("101"))
    world.announced()
    with at(OPENS):
        [shown] = home(world, world.secretary).json["meetings"]
    assert (shown["state"], shown["to_cast"]) == ("voting", 0)


def test_wishes_of_the_own_building_come_first_and_hide_whom_they_are_for(world: World, wishes: Wishes):
    for room in range(11, 21):
        world.unit(str(room))  # enough homes that the building tells nobody's door
    wish = wishes.published()
    with at(START + timedelta(hours=1)):
        elsewhere = world.owner(*[world.unit(str(room), building="9栋") for room in range(11, 21)], name="别家业主")
        home_id = str(elsewhere.unit_ids[0])
        later = wishes.published(elsewhere, text="想找人陪着去一趟医院复查。", unit_id=home_id)
    answer = home(world, wishes.other)
    assert [(one["id"], one["near"], one["building"]) for one in answer.json["wishes"]] == [
        (wish, True, "1栋"),
        (later, False, "9栋"),
    ]
    assert (answer.json["wishes"][0]["text"], answer.json["wishes"][0]["category_text"]) == (TEXT, "家政维修")
    assert "张三丰" not in answer.text
    assert [one["id"] for one in home(world, elsewhere).json["wishes"]] == [later, wish]


def test_shifts_with_places_are_shown_and_the_own_first(world: World):
    volunteering = Volunteering(world)
    reader, other = volunteering.volunteers(2)
    later, next_one = shift(START + timedelta(days=3), capacity=1), shift(START + timedelta(days=2), capacity=1)
    slots = [slot["id"] for slot in volunteering.activity(next_one, later)["slots"]]
    assert [one["id"] for one in home(world, reader).json["activities"]] == slots
    volunteering.book(reader, f"{volunteering.path}/slots/{slots[1]}")
    shown = home(world, reader).json["activities"]
    assert [(one["id"], one["mine"], one["free"]) for one in shown] == [(slots[1], "booked", 0), (slots[0], None, 1)]
    assert FirstScreenSchema().validate(home(world, reader).json) == {}
    assert [one["id"] for one in home(world, other).json["activities"]] == [slots[0]]
    with at(START + timedelta(days=2)):
        assert home(world, other).json["activities"] == []


def test_published_entries_are_shown_while_they_last_and_whom_they_are_about_is_asked(world: World):
    notices = Notices(world)
    entry = notices.hearing(about=notices.concerned)
    assert to_dos(home(world, notices.concerned)) == {"answer_entry": 1}
    assert home(world, notices.other).json["notices"] == []
    appeal = notices.appealed(notices.concerned, entry)
    assert to_dos(home(world, notices.officer))["decide_appeal"] == 1
    assert "decide_appeal" not in to_dos(home(world, notices.steward))
    notices.decide_appeal(notices.officer, appeal, uphold=False)
    with at(HEARD):
        assert notices.call(notices.secretary, "POST", f"/{entry}/publication").status_code == 200
        answer = home(world, notices.other)
        [shown] = answer.json["notices"]
        assert (shown["id"], shown["colour_text"], shown["title"]) == (entry, "黑榜", "楼道堆物")
        assert FirstScreenSchema().validate(answer.json) == {}
        assert "answer_entry" not in to_dos(home(world, notices.concerned))
    with at(HEARD + timedelta(days=8)):
        assert home(world, notices.other).json["notices"] == []


def test_each_reader_gets_the_own_to_dos(world: World, wishes: Wishes):
    wishes.in_state("returned")
    wish = wishes.claimed()
    assert to_dos(home(world, wishes.poster)) == {"mend_wish": 1}
    assert to_dos(home(world, wishes.helper)) == {"begin_claim": 1}
    assert to_dos(home(world, wishes.other)) == {}
    wishes.call(wishes.helper, "POST", f"/{wish}/claim/start")
    assert to_dos(home(world, wishes.helper)) == {"fulfil_wish": 1}
    wishes.call(wishes.helper, "POST", f"/{wish}/fulfilment", {})
    assert to_dos(home(world, wishes.poster)) == {"mend_wish": 1, "rate_wish": 1}


def test_a_claim_that_lapsed_frees_the_wish_on_the_home_by_the_time_alone(world: World, wishes: Wishes):
    wish = wishes.claimed()
    assert home(world, wishes.other).json["wishes"] == []
    with at(START + timedelta(days=8)):
        assert [one["id"] for one in home(world, wishes.other).json["wishes"]] == [wish]
        assert to_dos(home(world, wishes.helper)) == {}


def test_reviewers_are_told_what_waits_but_not_of_their_own(world: World, wishes: Wishes):
    wishes.submitted()
    assert to_dos(home(world, wishes.secretary)) == {"review": 1}
    assert to_dos(home(world, wishes.steward)) == {}
    world.appoint(wishes.poster, Role.SECRETARY, world.compound)
    assert "review" not in to_dos(home(world, wishes.poster))


def test_unread_messages_are_counted_for_this_compound(world: World, wishes: Wishes):
    wishes.in_state("returned")
    assert home(world, wishes.poster).json["unread"] == 1
    [message] = world.api(wishes.poster)("GET", "/me/messages").json["items"]
    world.api(wishes.poster)("POST", f"/me/messages/{message['id']}/reading")
    assert home(world, wishes.poster).json["unread"] == 0


def test_an_unchanged_home_is_not_sent_again(world: World, wishes: Wishes):
    first = home(world, wishes.other)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = home(world, wishes.other, first.headers["ETag"])
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


@pytest.mark.parametrize("act", ["published", "claimed", "shift", "notice", "message", "role"])
def test_whatever_changes_a_home_changes_its_etag(world: World, wishes: Wishes, act: str):
    person = wishes.helper
    before = home(world, person).headers["ETag"]
    if act == "published":
        wishes.published()
    elif act == "claimed":
        wishes.claimed()
    elif act == "shift":
        Volunteering(world).activity()
    elif act == "notice":
        entry = {"colour": "black", "category": "noise", "title": "夜间施工", "text": "有人夜间施工，影响邻居休息。"}
        assert world.api(world.secretary)("POST", f"/compounds/{world.compound}/notices", entry).status_code == 201
    elif act == "message":
        db.session.execute(
            text(
                "INSERT INTO outbox (compound_id, account_id, kind, data, page, dedup_key, urgency, created_at, due_at,"
                " expires_at) VALUES (:compound, :account, 'wish_claimed', '{}', '', 'one', 'normal', now(),"
                " now(), now())"
            ),
            {"compound": world.compound, "account": person.account_id},
        )
    elif act == "role":
        world.appoint(person, Role.SECRETARY, world.compound)
    assert home(world, person, before).status_code == 200


def test_two_readers_never_share_an_etag(world: World, wishes: Wishes):
    assert home(world, wishes.other).headers["ETag"] != home(world, wishes.helper).headers["ETag"]


def test_strangers_and_other_compounds_see_no_home(world: World, wishes: Wishes):
    elsewhere = world.add_compound("别处小区")
    neighbour = world.owner(world.unit("101", compound=elsewhere))
    assert home(world, None).status_code == 401
    assert home(world, world.person()).status_code == 403
    assert home(world, neighbour).status_code == 403
    assert world.api(neighbour)("GET", f"/compounds/{uuid4()}/home").status_code == 404
    # an ETag that somebody else got opens nothing
    assert home(world, neighbour, home(world, wishes.other).headers["ETag"]).status_code == 403


def test_a_home_takes_one_round_trip_and_what_all_share_is_read_once(
    world: World, wishes: Wishes, round_trips: list[str]
):
    first = home(world, wishes.other)
    assert round_trips == [WHOLE.text]
    round_trips.clear()
    assert home(world, wishes.helper).status_code == 200
    assert len(round_trips) == 1
    assert round_trips != [WHOLE.text], "what all share is kept"
    round_trips.clear()
    assert home(world, wishes.other, first.headers["ETag"]).status_code == 304
    assert len(round_trips) == 1
    round_trips.clear()
    assert home(world, wishes.secretary).status_code == 200
    assert len(round_trips) == 2  # those who hold a role also ask for their duties


def test_what_all_readers_share_is_read_anew_with_every_change_and_once_a_day(
    world: World, wishes: Wishes, round_trips: list[str]
):
    home(world, wishes.other)
    wish = wishes.published()
    round_trips.clear()
    assert [one["id"] for one in home(world, wishes.other).json["wishes"]] == [wish]
    assert round_trips[1:] == [WHOLE.text], "the version that is kept is an older one"
    for hours, anew in ((23, False), (24, True), (47, False)):
        with at(START + timedelta(hours=hours)):
            round_trips.clear()
            home(world, wishes.other)
            assert len(round_trips) == 1
            assert (round_trips == [WHOLE.text]) is anew


def test_only_whose_own_shifts_or_wishes_wait_are_they_asked_for(world: World, wishes: Wishes, round_trips: list[str]):
    volunteering = Volunteering(world)
    booked, other = volunteering.volunteers(2)
    assert volunteering.book(booked, volunteering.slot(shift(START + timedelta(days=2)))).status_code == 201
    wishes.claimed()
    wishes.in_state("returned")
    home(world, other)
    for reader in (booked, wishes.helper, wishes.poster, other):
        round_trips.clear()
        shown = home(world, reader).json
        waits = bool(shown["to_dos"]) or any(one["mine"] for one in shown["activities"])
        assert waits is (reader is not other)
        assert round_trips[1:] == [MORE.text] * waits
    with at(START + timedelta(days=2)):
        home(world, booked)
        round_trips.clear()
        home(world, booked)
        assert len(round_trips) == 1, "the shift has begun"


def test_what_was_known_not_to_be_there_is_asked_for_once_it_is(world: World):
    owner = world.owner(world.unit("101"))
    assert to_dos(home(world, owner)) == {}, "and it is known that nothing can be voted on"
    world.announced()
    with at(OPENS):
        assert to_dos(home(world, owner)) == {"vote": 1}


def test_the_own_buildings_wishes_are_shown_however_many_newer_ones_there_are_elsewhere(world: World, wishes: Wishes):
    own = world.owner(*[world.unit(str(room), building="7栋") for room in range(11, 21)], name="本家业主")
    elsewhere = world.owner(*[world.unit(str(room), building="8栋") for room in range(11, 21)], name="别家业主")
    old = wishes.published(own, unit_id=str(own.unit_ids[0]))
    newer = []
    for hour in range(1, 7):
        with at(START + timedelta(hours=hour)):
            text = f"想请人帮忙看看第{hour}件小家电。"
            newer.append(wishes.published(elsewhere, text=text, unit_id=str(elsewhere.unit_ids[0])))
    with at(START + timedelta(hours=7)):
        shown = home(world, own).json["wishes"]
        assert [(one["id"], one["near"]) for one in shown] == [
            (old, True),
            *((wish, False) for wish in newer[:1:-1]),
        ]
        assert "building_id" not in shown[0]
        assert [one["id"] for one in home(world, elsewhere).json["wishes"]] == newer[:0:-1]


def test_a_sign_in_that_ended_opens_no_home_even_with_the_etag_it_got(world: World, wishes: Wishes):
    etag = home(world, wishes.other).headers["ETag"]
    assert home(world, wishes.other, etag).status_code == 304
    assert world.api(wishes.other)("DELETE", "/auth/session").status_code == 204
    assert home(world, wishes.other, etag).status_code == 401
    assert home(world, wishes.other).status_code == 401


def test_a_role_that_was_withdrawn_closes_the_home_at_once_even_with_the_etag_it_gave(world: World):
    officer = world.official(Role.STEWARD, world.compound)
    etag = home(world, officer).headers["ETag"]
    assert home(world, officer, etag).status_code == 304
    org.end_appointment(db.session.scalars(select(Appointment.id).filter_by(account_id=officer.account_id)).one())
    db.session.commit()
    assert home(world, officer, etag).status_code == 403
