"""The operator is told once of what is wrong, and sees it until it is over."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from app.core import alerts
from app.core.alerts import AlertCode, OperatorAlert
from app.core.db import db
from app.core.ids import new_id
from app.core.unit_of_work import unit_of_work
from tests.support.world import START, World, at

CODE, SUBJECT = AlertCode.TEMPLATE_UNKNOWN, "sim_voting_opened"


def rows() -> list[tuple[str, int, str | None]]:
    db.session.expire_all()
    found = db.session.scalars(select(OperatorAlert).order_by(OperatorAlert.first_at))
    return [(alert.subject, alert.times, alert.resolved_by) for alert in found]


def test_what_is_wrong_is_news_once_and_then_counted(world: World):
    assert [alerts.seen(CODE, SUBJECT) for _ in range(3)] == [True, False, False]
    assert rows() == [(SUBJECT, 3, None)]


def test_two_subjects_are_two_alerts(world: World):
    assert [alerts.seen(CODE, subject) for subject in ("a", "b")] == [True, True]


def test_a_success_ends_an_alert(world: World):
    alerts.seen(CODE, SUBJECT)
    assert alerts.over([SUBJECT, "another"]) == 1
    assert alerts.over([SUBJECT]) == 0
    assert rows() == [(SUBJECT, 1, "success")]
    assert alerts.open_alerts() == []


def test_an_alert_about_values_ends_only_when_it_has_been_quiet_besides(world: World):
    alerts.seen(AlertCode.TEMPLATE_MISMATCH, SUBJECT)
    assert alerts.over([SUBJECT]) == 0
    with at(START + timedelta(minutes=11)):
        assert alerts.over([SUBJECT]) == 1


def test_what_comes_back_within_the_hour_is_the_same_alert(world: World):
    alerts.seen(CODE, SUBJECT)
    alerts.over([SUBJECT])
    with at(START + timedelta(minutes=59)):
        assert not alerts.seen(CODE, SUBJECT)
        assert rows() == [(SUBJECT, 2, None)]


def test_what_comes_back_later_is_news(world: World):
    alerts.seen(CODE, SUBJECT)
    alerts.over([SUBJECT])
    with at(START + timedelta(minutes=61)):
        assert alerts.seen(CODE, SUBJECT)
    assert rows() == [(SUBJECT, 1, "success"), (SUBJECT, 1, None)]


def test_what_the_operator_ended_is_news_when_it_comes_back(world: World):
    alerts.seen(CODE, SUBJECT)
    [alert_id] = [alert.id for alert in alerts.open_alerts()]
    with unit_of_work():
        assert alerts.resolve(alert_id, by="wang")
    with unit_of_work():
        assert not alerts.resolve(alert_id, by="wang"), "it is over already"
        assert not alerts.resolve(new_id(), by="wang")
    assert alerts.seen(CODE, SUBJECT)
    assert rows() == [(SUBJECT, 1, "wang"), (SUBJECT, 1, None)]


def test_the_detail_is_wechats_own_words_without_the_request_id(world: World):
    alerts.seen(CODE, SUBJECT, "invalid ip 1.2.3.4, not in whitelist rid: 6b04bf25-96b649b8-b7d764f0")
    [alert] = alerts.open_alerts()
    assert alert.detail == "invalid ip 1.2.3.4, not in whitelist"


def test_a_success_is_looked_at_now_and_then_but_at_once_after_a_failure(world: World):
    alerts.work(["sign_in"])
    alerts.seen(AlertCode.ADDRESS_NOT_ALLOWED, "sign_in")
    alerts.work(["sign_in"])
    assert rows() == [("sign_in", 1, "success")]


def test_an_alert_outlives_the_transaction_in_which_it_was_seen(application: Flask):
    def act() -> None:
        with unit_of_work():
            alerts.seen(CODE, "rolled-back")
            raise RuntimeError

    with application.app_context():
        with pytest.raises(RuntimeError):
            act()
        assert rows() == [("rolled-back", 1, None)]
        forget()


def test_many_workers_that_see_the_same_make_one_alert_and_one_piece_of_news(application: Flask):
    news: list[bool] = []

    def see() -> None:
        with application.app_context():
            news.append(alerts.seen(CODE, "at-once"))

    for _ in range(2):
        threads = [threading.Thread(target=see) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with application.app_context():
            alerts.over(["at-once"])
    with application.app_context():
        assert rows() == [("at-once", 16, "success")]
        forget()
    assert sum(news) == 1


def forget() -> None:
    with unit_of_work():
        db.session.execute(delete(OperatorAlert))
        assert db.session.scalar(select(func.count()).select_from(OperatorAlert)) == 0
