"""A form that is sent twice, without scripts: by a double click, after a lost answer, from two tabs."""

import re
from concurrent.futures import ThreadPoolExecutor

from app.core.db import db
from app.volunteering.offerings.models import Offering
from app.volunteering.posts.models import VolunteerPost
from tests.support.console import ConsoleWorld, Visitor, visitor
from tests.support.volunteering import soon

POST = {"title": "楼道防火巡查员", "duties": "每周巡查一次楼道。", "places": "2"}


def once_of(guest: Visitor, address: str) -> str:
    """The token that the page gives to its form."""
    return re.findall(r'name="once" value="([0-9a-f-]{36})"', guest.get(address).text)[0]


def test_a_post_that_is_sent_twice_is_set_up_once(town: ConsoleWorld):
    guest, address = visitor(town, town.secretary), f"/console/compounds/{town.compound}/volunteering/posts/new"
    token = once_of(guest, address)
    wrong = guest.post(address, once=token, **{**POST, "places": "0"})
    assert wrong.status_code == 422
    sent = [guest.post(address, once=token, **POST) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    assert sent[0].location == sent[1].location
    assert db.session.query(VolunteerPost).filter_by(compound_id=town.compound).count() == 1
    other = guest.post(address, once=once_of(guest, address), **POST)
    assert other.location != sent[0].location


def test_an_activity_that_is_sent_twice_at_the_same_moment_is_set_up_once(town: ConsoleWorld):
    guest, address = visitor(town, town.secretary), f"/console/compounds/{town.compound}/volunteering/activities/new"
    fields = {
        "once": once_of(guest, address),
        "title": "义务植树",
        "description": "工具由社区提供。",
        "place": "中心花园",
        "contact": "值班电话",
        "cancel_minutes": "720",
        "on": soon().strftime("%Y-%m-%d"),
        "starts": "09:00",
        "ends": "11:00",
        "capacity": "10",
        "weeks": "1",
    }
    with ThreadPoolExecutor(2) as both:
        sent = list(both.map(lambda _: guest.post(address, **fields), range(2)))
    assert [one.status_code for one in sent] == [303, 303]
    assert sent[0].location == sent[1].location
    assert db.session.query(Offering).filter_by(compound_id=town.compound).count() == 1


def test_another_persons_token_is_none(town: ConsoleWorld):
    address = f"/console/compounds/{town.compound}/volunteering/posts/new"
    token = once_of(visitor(town, town.secretary), address)
    sent = [visitor(town, person).post(address, once=token, **POST) for person in (town.secretary, town.supervisor)]
    assert sent[0].location != sent[1].location
    assert db.session.query(VolunteerPost).filter_by(compound_id=town.compound).count() == 2
