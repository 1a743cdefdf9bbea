"""The ledger of accepts: two witnesses of the same taps, and none counted twice."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.core.settings import Settings
from app.notifications import accepts
from app.notifications.catalogue import Kind
from app.notifications.channels import ledger
from app.notifications.models import SubscriptionCredit
from tasks import wechat_events as jobs
from tests.support.pushes import Pusher, openid_of
from tests.support.world import START, Person, World, at

TEMPLATE = "sim_voting_opened"


@pytest.fixture
def resident(world: World) -> Person:
    return world.person()


@pytest.fixture
def pusher(world: World, settings: Settings) -> Pusher:
    return Pusher(world.application, settings)


def balance(account_id: UUID, template: str = TEMPLATE) -> int:
    db.session.expire_all()
    found = db.session.get(SubscriptionCredit, (account_id, template))
    return found.credits if found else 0


def play(account_id: UUID, news: Sequence[str]) -> int:
    """Tell the ledger what the letters stand for; the balance after that."""
    for letter in news:
        if letter == "c":
            accepts.report(account_id, [TEMPLATE])
        elif letter == "w":
            accepts.push(account_id, TEMPLATE, clock.now())
        else:
            ledger.take([(account_id, TEMPLATE)])
    return balance(account_id)


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        ("cw", 1),
        ("wc", 1),
        ("c", 1),
        ("w", 1),
        ("ccww", 2),
        ("cwcw", 2),
        ("ccw", 2),
        ("cww", 2),
        ("c-w", 0),
        ("w-c", 0),
        ("cc-w-w", 0),
        ("cw-cw", 1),
    ],
)
def test_a_tap_counts_once_whoever_tells_of_it_and_in_whatever_order(resident: Person, news: str, expected: int):
    """c: the client reports a tap, w: WeChat pushes it, -: a message uses an accept."""
    assert play(resident.account_id, news) == expected


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(taps=st.lists(st.sampled_from(["both", "client", "wechat"]), max_size=6), data=st.data())
def test_never_more_accepts_than_taps_nor_fewer_than_either_witness_saw(
    world: World, taps: list[str], data: st.DataObject
):
    account_id = new_id()
    news = ["c" for tap in taps if tap != "wechat"] + ["w" for tap in taps if tap != "client"]
    found = play(account_id, data.draw(st.permutations(news)))
    assert found == max(news.count("c"), news.count("w")) <= len(taps)


def test_news_from_before_a_refusal_is_no_news(resident: Person):
    accepts.report(resident.account_id, [TEMPLATE])
    with at(START + timedelta(minutes=1)):
        ledger.clear([(resident.account_id, TEMPLATE)])
        accepts.push(resident.account_id, TEMPLATE, START)
        assert balance(resident.account_id) == 0
    with at(START + timedelta(minutes=2)):
        accepts.push(resident.account_id, TEMPLATE, clock.now())
        accepts.report(resident.account_id, [TEMPLATE])
        assert balance(resident.account_id) == 1


def test_the_popup_event_and_the_clients_report_of_one_tap_make_one_accept(
    world: World, resident: Person, pusher: Pusher
):
    openid = openid_of(world, resident.account_id)
    templates = [TEMPLATE, "sim_result_published"]
    assert world.api(resident)("POST", "/me/subscriptions", {"template_ids": templates}).status_code == 204
    pusher.push(pusher.accept(openid, *templates))
    assert jobs.sweep() == 1
    assert [balance(resident.account_id, one) for one in templates] == [1, 1]


def test_an_accept_that_the_client_never_reported_counts(world: World, resident: Person, pusher: Pusher):
    pusher.push(pusher.accept(openid_of(world, resident.account_id), TEMPLATE))
    assert [jobs.sweep(), jobs.sweep()] == [1, 0]
    assert balance(resident.account_id) == 1


def test_a_rejection_at_the_tap_takes_nothing_back_and_one_in_the_settings_all(
    world: World, resident: Person, pusher: Pusher
):
    openid = openid_of(world, resident.account_id)
    play(resident.account_id, "cc")
    pusher.push(pusher.accept(openid, TEMPLATE, answer="reject"))
    jobs.sweep()
    assert balance(resident.account_id) == 2
    pusher.push(pusher.accept(openid, TEMPLATE, answer="reject", kind="change"))
    jobs.sweep()
    assert balance(resident.account_id) == 0


def test_an_accept_after_a_rejection_counts_however_late_both_are_heard(world: World, resident: Person, pusher: Pusher):
    openid = openid_of(world, resident.account_id)
    play(resident.account_id, "cw")
    with at(START + timedelta(minutes=2)):
        play(resident.account_id, "c")
        pusher.push(pusher.accept(openid, TEMPLATE, age_s=60, answer="reject", kind="change"))
        pusher.push(pusher.accept(openid, TEMPLATE))
    with at(START + timedelta(minutes=10)):
        assert jobs.sweep() == 2
    assert balance(resident.account_id) == 1


def test_two_messages_to_one_person_that_were_not_sent_give_two_accepts_back(resident: Person):
    play(resident.account_id, "cc--")
    key = (resident.account_id, TEMPLATE)
    ledger.give_back([key, key])
    assert balance(resident.account_id) == 2


def test_an_event_about_somebody_who_never_signed_in_changes_nothing(world: World, pusher: Pusher):
    for kind in ("popup", "change"):
        pusher.push(pusher.accept("oStranger", TEMPLATE, kind=kind))
    assert jobs.sweep() == 2
    assert db.session.query(SubscriptionCredit).count() == 0


def test_the_client_learns_what_to_ask_for_by_name_and_sort(world: World):
    listed = {one["kind"]: one for one in world.api()("GET", "/message-templates").json["items"]}
    opened = {"kind": "voting_opened", "name": "投票开始", "template_id": TEMPLATE, "long_term": False}
    assert listed["voting_opened"] == opened
    assert set(listed) == set(Kind)
