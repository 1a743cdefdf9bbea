"""One's own data in the console: agreeing and taking that back, taking it away, closing the account."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from app.core import rate_limits
from app.core.db import db
from app.identity.consents.models import Consent
from app.identity.consents.notices import NOTICES, Purpose
from app.org.models import Role
from app.privacy.models import Closing
from tests.support.console import ConsoleWorld, Visitor, visitor
from tests.support.world import Person

NOTICE = NOTICES[Purpose.PRIVACY]


@pytest.fixture(autouse=True)
def _counted_anew(town: ConsoleWorld) -> None:
    rate_limits.forget()


@pytest.fixture
def person(town: ConsoleWorld) -> Person:
    """Somebody without a role, who may be closed at once."""
    return town.person()


@pytest.fixture
def guest(town: ConsoleWorld, person: Person) -> Visitor:
    return visitor(town, person)


def answers_of(person: Person) -> list[tuple[str, bool]]:
    db.session.rollback()
    found = db.session.query(Consent).filter_by(account_id=person.account_id).order_by(Consent.id)
    return [(one.version, one.withdrawn_at is not None) for one in found]


def is_closing(person: Person) -> bool:
    db.session.rollback()
    return db.session.get(Closing, person.account_id) is not None


def test_who_is_signed_in_agrees_and_takes_that_back(guest: Visitor, person: Person):
    first = guest.get("/console/me").text
    assert NOTICE.text in first
    assert "还没有表示过" in first
    unticked = guest.post("/console/me/consent", version=NOTICE.version)
    assert (unticked.status_code, "请先看过说明并勾选" in unticked.text) == (422, True)
    outdated = guest.post("/console/me/consent", version="2020-01", fourteen="y")
    assert (outdated.status_code, "说明已经更新" in outdated.text) == (409, True)
    assert answers_of(person) == []
    assert guest.post("/console/me/consent", version=NOTICE.version, fourteen="y").status_code == 303
    agreed = guest.get("/console/me").text
    assert "已同意" in agreed
    assert NOTICE.if_withdrawn in agreed
    assert answers_of(person) == [(NOTICE.version, False)]
    assert guest.post("/console/me/consent/withdrawal").status_code == 303
    assert "已撤回" in guest.get("/console/me").text
    assert answers_of(person) == [(NOTICE.version, True)]


def test_the_own_data_is_taken_away_a_few_times_a_minute(guest: Visitor, person: Person):
    answer = guest.post("/console/me/export")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        [account] = json.loads(archive.read("account.json"))["items"]
    assert account["id"] == str(person.account_id)
    assert [guest.post("/console/me/export").status_code for _ in range(3)] == [200, 200, 429]


def test_closing_is_asked_for_knowingly_and_taken_back(guest: Visitor, person: Person):
    shown = guest.get("/console/me/closing").text
    assert "微信标识、手机号、全部登录" in shown
    assert "业主名册" in shown
    unticked = guest.post("/console/me/closing")
    assert (unticked.status_code, "请先看过上面的说明并勾选" in unticked.text) == (422, True)
    assert not is_closing(person)
    for _ in range(2):
        assert guest.post("/console/me/closing", understood="y").status_code == 303
    assert is_closing(person)
    asked = guest.get("/console/me/closing").text
    assert "撤回注销申请" in asked
    assert "申请注销</button>" not in asked
    assert "已申请注销" in guest.get("/console/me").text
    for _ in range(2):
        assert guest.post("/console/me/closing/withdrawal").status_code == 303
        assert not is_closing(person)


def test_what_others_count_on_is_named_and_closing_waits(town: ConsoleWorld):
    steward = town.official(Role.STEWARD, town.compound)
    holder = visitor(town, steward)
    shown = holder.get("/console/me/closing").text
    assert "您还有任职" in shown
    assert "申请注销</button>" not in shown
    refused = holder.post("/console/me/closing", understood="y")
    assert (refused.status_code, "您还有任职" in refused.text) == (409, True)
    assert not is_closing(steward)


def test_an_account_is_closed_only_with_the_forms_of_its_own_pages(town: ConsoleWorld, person: Person):
    forged = visitor(town, person)
    assert forged.post("/console/me/closing", understood="y", csrf_token="0" * 64).status_code == 403
    assert not is_closing(person)


def test_a_person_who_asked_is_signed_out_once_the_account_is_closed(guest: Visitor, person: Person):
    from app.privacy import closing

    assert guest.post("/console/me/closing", understood="y").status_code == 303
    row = db.session.get_one(Closing, person.account_id, populate_existing=True)
    row.asked_at, row.due_at = row.asked_at - timedelta(days=8), row.due_at - timedelta(days=8)
    db.session.commit()
    assert closing.close(person.account_id)
    db.session.commit()
    assert "/console/sign-in" in guest.get("/console/me").location
