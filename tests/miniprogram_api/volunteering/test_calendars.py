"""Calendar feeds: a secret address that says when and where, and of others nothing but how many."""

from datetime import timedelta

from icalendar import Calendar

from app.core.clock import SHANGHAI
from tests.miniprogram_api.volunteering.test_services import offer
from tests.support.answers import code
from tests.support.volunteering import TOMORROW, Volunteering, shift
from tests.support.world import Person, World


def opened(here: Volunteering, person: Person) -> str:
    answer = here.world.api(person)("POST", f"{here.path}/calendar-feed")
    assert answer.status_code == 201, answer.text
    return str(answer.json["path"]).removeprefix("/api/v1")


def read(here: Volunteering, path: str) -> Calendar:
    answer = here.world.api()("GET", path)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data)


def test_a_feed_says_where_and_when_the_person_is_booked(here: Volunteering):
    person, other = here.volunteers(2)
    first, full = here.slot(), here.slot(shift(TOMORROW + timedelta(days=1), capacity=1))
    here.book(person, first)
    here.book(other, full)
    here.book(person, full, True)
    events = read(here, opened(here, person)).walk("VEVENT")
    assert [str(one["summary"]) for one in events] == ["周末清洁家园", "周末清洁家园（候补）"]
    assert [str(one["status"]) for one in events] == ["CONFIRMED", "TENTATIVE"]
    assert events[0].decoded("dtstart") == TOMORROW.astimezone(SHANGHAI)
    assert str(events[0]["location"]) == "中心花园"
    here.cancel(person, first)
    assert len(read(here, opened(here, person)).walk("VEVENT")) == 1


def test_whoever_serves_sees_how_many_booked_and_never_who(here: Volunteering):
    volunteer, [resident] = here.volunteer(), here.world.owners(1)
    path = f"{here.path}/services/{offer(here, volunteer).json['id']}"
    slots = here.world.api(here.world.secretary)("POST", f"{path}/approval").json["slots"]
    body = {"phone": "13900000103", "note": "请敲门大声一些"}
    here.world.api(resident)("POST", f"{here.path}/slots/{slots[0]['id']}/booking", body)
    feed = opened(here, volunteer)
    assert [str(one["summary"]) for one in read(here, feed).walk("VEVENT")] == ["上门理发（1 人预约）"]
    said = here.world.api()("GET", feed).text
    assert not any(secret in said for secret in ("测试业主", "13900000103", "敲门", "1栋1单元001"))


def test_a_new_address_ends_the_one_before_and_a_closed_feed_is_gone(here: Volunteering):
    person = here.volunteer()
    first, second = opened(here, person), opened(here, person)
    assert code(here.world.api()("GET", first)) == (404, "calendar_feed_not_found")
    assert read(here, second).walk("VEVENT") == []
    for _ in range(2):
        assert here.world.api(person)("DELETE", f"{here.path}/calendar-feed").status_code == 204
    assert code(here.world.api()("GET", second)) == (404, "calendar_feed_not_found")


def test_a_secret_of_another_compound_opens_nothing(world: World, here: Volunteering):
    person, other = here.volunteer(), world.add_compound("测试二区")
    path = opened(here, person).replace(str(world.compound), str(other))
    assert code(world.api()("GET", path)) == (404, "calendar_feed_not_found")
    assert code(world.api(world.person())("POST", f"{here.path}/calendar-feed")) == (403, "forbidden")
