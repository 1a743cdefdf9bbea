"""The operator looks after messages from the command line."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.core import alerts, queueing
from app.core.alerts import AlertCode
from app.core.audit import AuditEvent
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.settings import Settings
from app.identity.models import AccountPhone
from app.notifications.catalogue import Kind
from app.notifications.models import OutboxMessage
from app.notifications.outbox import standing
from app.notifications.trial import sample
from tests.app.notifications.test_sending import TEMPLATE, Resident, drain, states
from tests.support.wechat import WeChat, fresh_number
from tests.support.world import START, World, at

SEND = "/cgi-bin/message/subscribe/send"
LATER = START + timedelta(minutes=11)


@pytest.fixture(autouse=True)
def _commands(world: World) -> None:
    from commands import register

    register(world.application)


@pytest.fixture
def doubtful(world: World, wechat: WeChat, settings: Settings) -> Iterator[Resident]:
    """A resident with a message that arrived, which nobody knows, eleven minutes ago."""
    resident = Resident(world, wechat)
    wechat.fails(path=SEND, lose_reply=True, probability=1, count=1)
    resident.notify()
    drain(settings)
    wechat.reset()
    with at(LATER):
        yield resident


def run(world: World, *args: Any, code: int = 0) -> str:
    result: Result = FlaskCliRunner(world.application).invoke(args=["notifications", *map(str, args)])
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def change(world: World, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    settings = world.application.config["SETTINGS"].model_copy(update=changes)
    monkeypatch.setitem(world.application.config, "SETTINGS", settings)


# ---- status


def test_status_shows_what_waits_and_what_is_in_doubt(world: World, doubtful: Resident):
    message_id = doubtful.messages()[0].id
    doubtful.notify()
    told = run(world, "status", code=1)
    assert str(message_id) in told
    assert "no_answer" in told
    assert "application_decided" in told
    assert "Something waits for you" in told


def test_status_shows_alerts_with_their_ids_and_the_missing_processes(world: World):
    words = "invalid ip 1.2.3.4, not in whitelist, and more words than fit into any table, as long as WeChat likes"
    alerts.seen(AlertCode.ADDRESS_NOT_ALLOWED, "subscribe", words)
    alert_id = alerts.open_alerts()[0].id
    told = run(world, "status", code=1)
    assert str(alert_id) in told
    assert "invalid ip 1.2.3.4" in told
    assert "none lives" in told


def test_status_works_while_redis_is_away(world: World, settings: Settings):
    queueing.configure("redis://127.0.0.1:1/0")
    try:
        assert "is away" in run(world, "status", code=1)
    finally:
        queueing.configure(settings.effective_redis_url)


def test_status_of_an_idle_program_with_all_its_processes_is_well(world: World, monkeypatch: pytest.MonkeyPatch):
    queueing.connection().flushdb()
    alive = [queueing.Process(kind, "x", 1) for kind in ("sender", "worker", "scheduler")]
    monkeypatch.setattr(queueing, "processes", lambda: alive)
    told = run(world, "status")
    assert "All is well" in told
    assert "open alerts" not in told


# ---- check


def test_check_finds_every_template_of_the_simulator_fitting(world: World, wechat: WeChat):
    told = run(world, "check")
    assert "All templates fit" in told
    assert all(kind in told for kind in Kind)


def test_check_names_what_is_missing_unknown_or_of_other_fields(
    world: World, wechat: WeChat, monkeypatch: pytest.MonkeyPatch
):
    ids = {kind: f"sim_{kind}" for kind in Kind} | {
        Kind.VOTING_OPENED: "sim_meeting_announced",
        Kind.VOTING_REMINDER: "made-up",
        "no_such_kind": "x",
    }
    del ids[Kind.BALLOT_RECEIVED]
    change(world, monkeypatch, wechat_template_ids=ids, database_url="postgresql://host/name")
    lines = [line for line in run(world, "check", code=1).splitlines() if "│ subscribe" in line]
    told = {line.split("│")[1].strip(): line for line in lines}
    assert "no template id is set" in told["ballot_received"]
    assert "WeChat has no such template" in told["voting_reminder"]
    assert "lacks thing4; has besides thing5, time4" in told["voting_opened"]
    assert "no such kind of message" in told["no_such_kind"]
    assert "ok" in told["meeting_announced"]


def test_check_looks_at_the_official_account_too(world: World, wechat: WeChat, monkeypatch: pytest.MonkeyPatch):
    assert "sim_official_voting_opened" in run(world, "check")
    ids = {kind: f"sim_official_{kind}" for kind in Kind} | {Kind.VOTING_OPENED: "made-up"}
    change(world, monkeypatch, wechat_official_template_ids=ids)
    told = [line for line in run(world, "check", code=1).splitlines() if "WeChat has no such template" in line]
    assert ["made-up" in line and "official" in line for line in told] == [True]


def test_check_ends_the_alert_of_a_kind_that_now_has_its_template(world: World, wechat: WeChat):
    alerts.seen(AlertCode.TEMPLATE_MISSING, Kind.VOTING_OPENED)
    run(world, "check")
    assert alerts.open_alerts() == []


def test_check_says_plainly_that_wechat_does_not_answer(world: World, wechat: WeChat):
    wechat.fails(path="/wxaapi/newtmpl/gettemplate", errcode=40164)
    assert "40164 invalid ip" in run(world, "check", code=1)


# ---- retry, arrived, give-up


def test_a_retry_is_a_dry_run_that_names_the_risk(world: World, doubtful: Resident):
    told = run(world, "retry", "--older-than", "5m")
    assert "may have arrived already" in told
    assert "Nothing was changed" in told
    assert states(doubtful) == [("sending", "no_answer")]


def test_a_retry_of_a_message_that_had_arrived_makes_no_second_one(
    world: World, doubtful: Resident, settings: Settings
):
    [message] = doubtful.messages()
    run(world, "retry", "--ids", message.id, "--really", "--operator", "wang")
    assert states(doubtful) == [("created", "retried_by_operator")]
    drain(settings)
    assert states(doubtful) == [("refused", "wechat_43101")], "the accept was used up by the first"
    assert (doubtful.inbox(), doubtful.credits()) == (1, 0)


def test_a_retry_of_a_message_that_had_not_arrived_brings_it(world: World, wechat: WeChat, settings: Settings):
    resident = Resident(world, wechat)
    wechat.fails(path=SEND, drop_connection=True, probability=1, count=1)
    resident.notify()
    drain(settings)
    with at(LATER):
        run(world, "retry", "--kind", "application_decided", "--really")
        drain(settings)
    assert states(resident) == [("sent", "ok")]
    assert (resident.inbox(), resident.credits()) == (1, 0)


def test_every_decision_is_on_the_audit_log_with_who_took_it(world: World, doubtful: Resident):
    message_id = doubtful.messages()[0].id
    run(world, "arrived", "--ids", message_id, "--really", "--operator", "wang")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == message_id)).one()
    assert (event.act, event.compound_id) == ("settle_message", world.compound)
    assert event.before == {"state": "sending", "outcome": "no_answer"}
    assert event.after == {"state": "sent", "outcome": "arrived_by_operator", "operator": "wang"}


@pytest.mark.parametrize(("command", "state"), [("arrived", "sent"), ("give-up", "failed")])
def test_messages_in_doubt_can_be_settled_without_sending(
    world: World, doubtful: Resident, settings: Settings, command: str, state: str
):
    assert "Nothing was changed" in run(world, command, "--older-than", "0m")
    assert states(doubtful)[0][0] == "sending"
    run(world, command, "--older-than", "0m", "--really")
    assert states(doubtful)[0][0] == state
    drain(settings)
    assert doubtful.inbox() == 1


def test_messages_that_failed_are_sent_again_and_those_too_late_are_not(
    world: World, wechat: WeChat, settings: Settings
):
    early, late = Resident(world, wechat), Resident(world, wechat)
    wechat.fails(path=SEND, errcode=40037, probability=1)
    for resident in (early, late):
        resident.notify()
    drain(settings)
    wechat.reset()
    [message] = late.messages()
    message.expires_at = LATER
    db.session.commit()
    with at(LATER):
        assert "1 messages wait" in run(world, "retry", "--which", "failed", "--older-than", "1m", "--really")
        drain(settings)
    assert (states(early), states(late)) == ([("sent", "ok")], [("failed", "wechat_40037")])


def test_a_message_that_is_just_being_sent_cannot_be_retried(world: World, wechat: WeChat, settings: Settings):
    resident = Resident(world, wechat)
    wechat.fails(path=SEND, lose_reply=True, probability=1)
    resident.notify()
    drain(settings)
    [message] = resident.messages()
    assert "No message that is in doubt" in run(world, "retry", "--ids", message.id, "--really", code=1)
    assert states(resident) == [("sending", "no_answer")]


@pytest.mark.parametrize("command", ["retry", "arrived", "give-up"])
def test_nobody_means_everything_by_saying_nothing(world: World, doubtful: Resident, command: str):
    assert "Say which messages" in run(world, command, "--really", code=2)
    assert states(doubtful) == [("sending", "no_answer")]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("retry", "--older-than", "soon"), "is no age; say 30m, 2h or 3d"),
        (("retry", "--ids", "abc"), "not a valid UUID"),
        (("retry", "--kind", "abc"), "is not one of"),
        (("arrived", "--older-than", "1m", "--limit", "0"), "not in the range"),
        (("preview", "abc"), "is not one of"),
        (("resolve", "abc", "--operator", "wang"), "not a valid UUID"),
    ],
)
def test_wrong_input_gets_a_clear_sentence(world: World, args: tuple[str, ...], sentence: str):
    told = run(world, *args, code=2)
    assert sentence in told
    assert "Traceback" not in told


# ---- resolve


def test_an_alert_is_ended_by_its_id_once(world: World):
    alerts.seen(AlertCode.CONTENT_REFUSED, TEMPLATE)
    alert_id = alerts.open_alerts()[0].id
    assert run(world, "resolve", alert_id, "--operator", "wang") == "resolved\n"
    assert alerts.open_alerts() == []
    assert "no open alert of this id" in run(world, "resolve", alert_id, "--operator", "wang", code=1)


# ---- jobs


def test_failed_jobs_are_listed_and_forgotten(world: World, monkeypatch: pytest.MonkeyPatch):
    queueing.connection().flushdb()
    runner = FlaskCliRunner(world.application)
    assert runner.invoke(args=["jobs", "failed"]).output == "No job failed.\n"
    failed = queueing.FailedJob("tasks.meetings.remind", "bulk", START, "sqlalchemy.exc.OperationalError")
    monkeypatch.setattr(queueing, "failed_jobs", lambda: [failed])
    listed = runner.invoke(args=["jobs", "failed"])
    assert listed.exit_code == 1
    assert "tasks.meetings.remind" in listed.output
    assert "OperationalError" in listed.output
    assert runner.invoke(args=["jobs", "forget"]).output == "0 forgotten\n"


def test_redis_that_is_away_is_one_sentence(world: World, settings: Settings):
    queueing.configure("redis://127.0.0.1:1/0")
    try:
        told = FlaskCliRunner(world.application).invoke(args=["jobs", "failed"])
    finally:
        queueing.configure(settings.effective_redis_url)
    assert (told.exit_code, told.output) == (1, "Error: Redis does not answer; see docs/runbook.md, RedisGone.\n")


def test_postgresql_that_is_away_is_one_sentence(world: World, monkeypatch: pytest.MonkeyPatch):
    def away() -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(standing, "waiting", away)
    told = FlaskCliRunner(world.application).invoke(args=["notifications", "status"])
    assert told.exit_code == 1
    assert told.output == "Error: PostgreSQL does not answer; see docs/runbook.md, PostgresqlGone.\n"


# ---- preview, send-test


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_previewed_in_chinese(world: World, kind: Kind):
    told = run(world, "preview", kind)
    assert all(text in told for text in sample(kind).values())


def proven(resident: Resident) -> str:
    number = fresh_number()
    phone_hash = lookup_hash("phone", number)
    db.session.add(AccountPhone(phone_hash=phone_hash, account_id=resident.account_id, verified_at=START))
    db.session.commit()
    return number


def test_a_test_message_arrives_uses_an_accept_and_leaves_no_row(world: World, wechat: WeChat):
    resident = Resident(world, wechat)
    told = run(world, "send-test", "application_decided", "--phone", proven(resident))
    assert told.startswith("sent over")
    assert (resident.inbox(), resident.credits()) == (1, 0)
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_a_test_message_says_why_it_was_not_sent(world: World, wechat: WeChat):
    resident = Resident(world, wechat, accepts=0)
    phone = proven(resident)
    assert "no accept left" in run(world, "send-test", "application_decided", "--phone", phone, code=1)
    wechat.accept(resident.openid, "application_decided")
    number = run(world, "send-test", "application_decided", "--phone", fresh_number(), code=1)
    assert "No account has proven this number" in number


def test_a_test_message_tells_wechats_own_words(world: World, wechat: WeChat):
    resident = Resident(world, wechat)
    wechat.fails(path=SEND, errcode=40037, probability=1)
    told = run(world, "send-test", "application_decided", "--phone", proven(resident), code=1)
    assert "invalid template_id" in told
    assert resident.credits() == 1
