"""Messages to many: the cause writes the first page and records the rest, which is written page by page."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, Uuid, cast, func, select, text

from app.core.db import db
from app.core.ids import new_id
from app.core.unit_of_work import unit_of_work
from app.notifications import fan_out
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.fan_out import PAGE
from app.notifications.models import FanOut, OutboxMessage
from app.notifications.service import notify_all
from tests.support.world import START, World, at

MANY = 2 * PAGE + 203
ANNOUNCED = {"title": "选聘物业", "compound": "测试小区", "opens_at": START, "closes_at": START, "hint": "请投票"}
CANCELLED = {"activity": "义诊", "starts_at": START, "place": "广场", "hint": "改期"}


def tell(world: World, accounts: Sequence[UUID], subject: UUID, kind: Kind = Kind.MEETING_ANNOUNCED) -> int:
    values = ANNOUNCED if kind is Kind.MEETING_ANNOUNCED else CANCELLED
    page = dict.fromkeys(("compound_id", "meeting_id", "slot_id"), world.compound)
    recipients = select(func.unnest(cast(list(accounts), ARRAY(Uuid))).label("account_id"))
    return notify_all(world.compound, kind, subject, values, recipients, page)


def accounts(number: int = MANY) -> list[UUID]:
    return [new_id() for _ in range(number)]


def written(subject: UUID) -> list[UUID]:
    found = select(OutboxMessage.account_id).where(OutboxMessage.dedup_key.contains(str(subject)))
    return sorted(db.session.scalars(found))


def left() -> list[int]:
    rest = select(func.cardinality(FanOut.recipients) - FanOut.written).order_by(FanOut.created_at)
    return list(db.session.scalars(rest))


def page() -> int | None:
    with unit_of_work():
        return fan_out.write_page()


def pages() -> list[int]:
    found = []
    while (some := page()) is not None:
        found.append(some)
    return found


def test_the_cause_writes_one_page_and_records_the_rest(world: World):
    people, subject = accounts(), new_id()
    with unit_of_work():
        assert tell(world, people, subject) == MANY
    assert written(subject) == sorted(people)[:PAGE]
    assert left() == [MANY - PAGE]


def test_the_rest_is_written_in_pages_and_then_forgotten(world: World):
    people, subject = accounts(), new_id()
    with unit_of_work():
        tell(world, people, subject)
    assert pages() == [PAGE, MANY - 2 * PAGE]
    assert written(subject) == sorted(people)
    assert left() == []


def test_every_page_says_the_same_whenever_it_is_written(world: World):
    people, subject = accounts(), new_id()
    with unit_of_work():
        tell(world, people, subject)
    with at(START + timedelta(hours=1)):
        pages()
    columns = ("kind", "data", "page", "urgency", "state", "created_at", "due_at", "expires_at")
    found = db.session.execute(select(*(getattr(OutboxMessage, name) for name in columns)).distinct()).all()
    assert len(found) == 1
    assert (found[0].created_at, found[0].due_at) == (START, START)
    assert found[0].expires_at == START + CATALOGUE[Kind.MEETING_ANNOUNCED].lifetime


@pytest.mark.parametrize("number", [0, 1, PAGE])
def test_up_to_a_page_nothing_is_left_to_a_job(world: World, number: int):
    subject = new_id()
    with unit_of_work():
        assert tell(world, accounts(number), subject) == number
    assert len(written(subject)) == number
    assert left() == []
    assert page() is None


def test_a_cause_that_fails_tells_nobody_and_leaves_nothing_to_tell(world: World):
    subject = new_id()

    def cause() -> None:
        with unit_of_work():
            tell(world, accounts(), subject)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()
    assert (written(subject), left()) == ([], [])


def test_a_page_whose_transaction_fails_is_written_by_the_next_run(world: World):
    people, subject = accounts(), new_id()
    with unit_of_work():
        tell(world, people, subject)

    def crash() -> None:
        with unit_of_work():
            fan_out.write_page()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert left() == [MANY - PAGE]
    assert pages() == [PAGE, MANY - 2 * PAGE]
    assert written(subject) == sorted(people)


@pytest.mark.parametrize("after", ["no page", "one page", "all pages"])
def test_the_same_cause_again_tells_only_who_is_new(world: World, after: str):
    people, newcomers, subject = accounts(), accounts(PAGE + 7), new_id()
    with unit_of_work():
        tell(world, people, subject)
    for _ in {"no page": [], "one page": [1], "all pages": [1, 2]}[after]:
        page()
    with unit_of_work():
        new = tell(world, [*people, *newcomers], subject)
    assert new >= len(newcomers)
    if after == "all pages":
        assert new == len(newcomers)
    pages()
    assert written(subject) == sorted([*people, *newcomers])


def test_somebody_who_is_selected_twice_is_told_once(world: World):
    people, subject = accounts(PAGE + 1), new_id()
    with unit_of_work():
        assert tell(world, [*people, *people], subject) == PAGE + 1
    pages()
    assert written(subject) == sorted(people)


def test_the_most_urgent_is_written_first(world: World):
    bulk, urgent = new_id(), new_id()
    with unit_of_work():
        tell(world, accounts(), bulk)
    with at(START + timedelta(minutes=1)), unit_of_work():
        tell(world, accounts(PAGE + 1), urgent, Kind.BOOKING_CANCELLED)
    assert page() == 1
    assert (len(written(urgent)), len(written(bulk))) == (PAGE + 1, PAGE)


def test_the_database_refuses_a_fan_out_that_has_nobody_left(world: World):
    with unit_of_work():
        tell(world, accounts(), new_id())
    with pytest.raises(Exception, match="ck_fan_out_some_left"), unit_of_work():
        db.session.execute(text("UPDATE fan_out SET written = cardinality(recipients)"))


def test_what_is_still_to_be_written_is_told_to_prometheus_and_to_the_operator(world: World):
    from commands.notifications import notifications
    from miniprogram_api.metrics.collecting import Community

    with unit_of_work():
        tell(world, accounts(), new_id())
    with at(START + timedelta(minutes=5)):
        told = {sample.name: sample.value for family in Community().collect() for sample in family.samples}
        status = world.application.test_cli_runner().invoke(notifications, ["status"])
    assert told["community_fan_out_recipients"] == MANY - PAGE
    assert told["community_oldest_fan_out_seconds"] == 300
    assert (status.exit_code, "FanOutLate" in status.output, str(MANY - PAGE) in status.output) == (1, True, True)
    pages()
    with at(START + timedelta(minutes=5)):
        told = {sample.name: sample.value for family in Community().collect() for sample in family.samples}
    assert (told["community_fan_out_recipients"], told["community_oldest_fan_out_seconds"]) == (0, 0)
