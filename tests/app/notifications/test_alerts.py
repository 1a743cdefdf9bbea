"""What attempts to send show to be wrong, and to be right again."""

import pytest

from app.core import alerts
from app.notifications.alerts import Attempt, observe, template_missing
from tests.support.world import World

TEMPLATE = "sim_voting_opened"


def open_now() -> list[tuple[str, str, int]]:
    return sorted((alert.code, alert.subject, alert.times) for alert in alerts.open_alerts())


@pytest.mark.parametrize(
    ("errcode", "code", "subject"),
    [
        (40164, "address_not_allowed", "subscribe"),
        (40013, "credentials_refused", "subscribe"),
        (40125, "credentials_refused", "subscribe"),
        (40037, "template_unknown", TEMPLATE),
        (47003, "template_mismatch", TEMPLATE),
        (41030, "page_unknown", TEMPLATE),
        (43107, "sending_banned", "subscribe"),
        (43116, "template_banned", TEMPLATE),
        (45168, "content_refused", TEMPLATE),
        (45009, "quota_used_up", "subscribe"),
    ],
)
def test_a_batch_of_the_same_refusal_is_one_alert_and_the_next_success_ends_it(
    world: World, errcode: int, code: str, subject: str
):
    observe(Attempt("subscribe", TEMPLATE, errcode, "WeChat's words rid: 1-2-3") for _ in range(100))
    assert open_now() == [(code, subject, 1)]
    observe([Attempt("subscribe", TEMPLATE)])
    assert open_now() == []


@pytest.mark.parametrize("errcode", [-1, 40001, 40003, 43004, 43101, 43108])
def test_what_is_no_matter_of_the_operator_raises_nothing(world: World, errcode: int):
    observe([Attempt("subscribe", TEMPLATE, errcode)])
    assert open_now() == []


def test_a_success_of_another_template_or_channel_ends_nothing(world: World):
    observe([Attempt("subscribe", TEMPLATE, 40037), Attempt("official", "another", 43107)])
    observe([Attempt("subscribe", "third")])
    assert len(open_now()) == 2


def test_a_batch_with_both_leaves_the_alert_open(world: World):
    batch = [Attempt("subscribe", TEMPLATE, 47003), Attempt("subscribe", TEMPLATE)]
    for _ in range(2):
        observe(batch)
    assert open_now() == [("template_mismatch", TEMPLATE, 2)]


def test_a_kind_without_a_template_is_told_once(world: World):
    for _ in range(3):
        template_missing("voting_opened")
    assert open_now() == [("template_missing", "voting_opened", 3)]
