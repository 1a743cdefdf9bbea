"""What was taken in is handled, again where that fails, and never lost."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from click.testing import Result
from sqlalchemy import select

from app.core.audit import PLATFORM, AuditEvent
from app.core.db import db
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.wechat_events import handling, service
from app.wechat_events.bodies import Event
from app.wechat_events.handling import FAILING_FROM, MAX_ATTEMPTS, Handler
from app.wechat_events.models import WeChatEvent
from miniprogram_api.metrics.collecting import Community
from tasks.wechat_events import handlers
from tests.support.pushes import Pusher
from tests.support.world import START, World, at

POPUP, CHANGE = "subscribe_msg_popup_event", "subscribe_msg_change_event"


@pytest.fixture
def pusher(world: World, settings: Settings) -> Pusher:
    return Pusher(world.application, settings)


def done(event: Event) -> str:
    return "done"


def fail(event: Event) -> str:
    values = {"pushed_at": START, "received_at": START, "due_at": START}
    db.session.add(WeChatEvent(key=b"trace", name="x", openid="x", data={}, **values))
    db.session.flush()
    raise RuntimeError


def handle(handlers: Mapping[str, Handler]) -> int:
    with unit_of_work():
        return handling.handle_some(handlers)


def kept() -> list[tuple[str, str | None, int]]:
    db.session.expire_all()
    rows = db.session.scalars(select(WeChatEvent).order_by(WeChatEvent.name))
    return [(row.name, row.outcome, row.attempts) for row in rows]


def tried_in_vain(times: int) -> timedelta:
    """Let the popup handler fail so often, each time it is due; how long that took."""
    moment = START
    for attempt in range(1, times + 1):
        with at(moment):
            assert handle({POPUP: fail}) == 1
            moment = handling.next_attempt(attempt)
    return moment - START


def standing() -> tuple[int, int, int]:
    with unit_of_work():
        return tuple(handling.standing())  # type: ignore[return-value]


def test_an_event_waits_for_its_handler_and_is_handled_once(pusher: Pusher):
    pusher.push(pusher.accept("oResident", "t1"))
    seen: list[Event] = []

    def note(event: Event) -> str:
        seen.append(event)
        return "done"

    assert handle({"wxa_media_check": note}) == 0
    assert [handle({POPUP: note}) for _ in range(2)] == [1, 0]
    assert [event.openid for event in seen] == ["oResident"]
    assert kept() == [(POPUP, "done", 1)]


def test_a_handler_that_fails_leaves_no_trace_and_holds_nobody_up(pusher: Pusher):
    pusher.push(pusher.accept("oResident", "t1"))
    pusher.push(pusher.accept("oOther", "t1", answer="reject", kind="change"))
    assert handle({POPUP: fail, CHANGE: done}) == 2
    assert kept() == [(CHANGE, "done", 1), (POPUP, "RuntimeError", 1)]
    assert handle({POPUP: fail, CHANGE: done}) == 0, "it rests before it is tried again"


def test_an_event_whose_handler_recovers_after_hours_is_not_lost(pusher: Pusher):
    pusher.push(pusher.accept("oResident", "t1"))
    passed = tried_in_vain(12)
    assert passed > timedelta(hours=2)
    with at(START + passed):
        assert handle({POPUP: done}) == 1
    assert kept() == [(POPUP, "done", 13)]
    assert standing() == (0, 0, 0)


def test_what_fails_for_half_a_day_waits_for_an_operator_however_long(pusher: Pusher):
    pusher.push(pusher.accept("oResident", "t1"))
    assert timedelta(hours=10) < tried_in_vain(MAX_ATTEMPTS) < timedelta(hours=14)
    with at(START + timedelta(days=400)):
        assert handle({POPUP: done}) == 0
        with unit_of_work():
            assert service.forget_old() == 0
    assert standing() == (0, 0, 1)


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [(1, (1, 0, 0)), (FAILING_FROM, (0, 1, 0)), (MAX_ATTEMPTS, (0, 0, 1))],
)
def test_how_events_stand_is_told_to_prometheus(pusher: Pusher, attempts: int, expected: tuple[int, int, int]):
    pusher.push(pusher.accept("oResident", "t1"))
    tried_in_vain(attempts)
    found = {
        sample.labels["state"]: sample.value
        for family in Community().collect()
        for sample in family.samples
        if sample.name == "community_wechat_events_open"
    }
    assert tuple(found[state] for state in ("waiting", "failing", "failed")) == expected


def test_every_event_that_is_kept_has_a_handler(world: World):
    assert handlers().keys() == service.KEPT_NAMES


# ---- the operator


def run(world: World, *args: str, code: int = 0) -> str:
    from commands.events import events

    result: Result = world.application.test_cli_runner().invoke(events, list(args))
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def test_where_nothing_failed_the_operator_hears_so(world: World, pusher: Pusher):
    pusher.push(pusher.accept("oResident", "t1"))
    assert "No event failed; 1 wait" in run(world, "failed")


def test_the_operator_sees_what_failed_and_nobody_whom_it_is_about(world: World, pusher: Pusher):
    pusher.push(pusher.accept("oResident", "t1"))
    tried_in_vain(MAX_ATTEMPTS)
    told = run(world, "failed", code=1)
    assert (POPUP in told, "RuntimeError" in told, "oResident" in told) == (True, True, False)
    assert "1 were given up" in told


def test_the_operator_has_it_handled_after_the_mistake_is_mended(world: World, pusher: Pusher):
    pusher.push(pusher.accept("oResident", "t1"))
    tried_in_vain(MAX_ATTEMPTS)
    assert "1 events; nothing was done" in run(world, "retry")
    assert standing() == (0, 0, 1)
    assert "0 will be tried" in run(world, "retry", "--name", CHANGE, "--really")
    assert "1 will be tried" in run(world, "retry", "--name", POPUP, "--really")
    assert handle({POPUP: done}) == 1
    assert kept() == [(POPUP, "done", 1)]


def test_the_operator_drops_what_is_of_no_use_any_more(world: World, pusher: Pusher):
    pusher.push(pusher.accept("oResident", "t1"))
    tried_in_vain(MAX_ATTEMPTS)
    assert "1 dropped" in run(world, "drop", "--really", "--operator", "wang")
    [noted] = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "drop_events")).all()
    assert (noted.compound_id, noted.account_id) == (PLATFORM, None)
    assert noted.after is not None
    assert (noted.after["operator"], noted.after["number"], len(noted.after["keys"])) == ("wang", 1, 1)
    assert standing() == (0, 0, 0)
    with at(START + timedelta(days=8)), unit_of_work():
        assert service.forget_old() == 1


def test_status_names_events_that_cannot_be_handled(world: World, pusher: Pusher):
    from commands.notifications import notifications

    pusher.push(pusher.accept("oResident", "t1"))
    tried_in_vain(FAILING_FROM)
    told = world.application.test_cli_runner().invoke(notifications, ["status"])
    assert told.exit_code == 1
    assert POPUP in told.output
