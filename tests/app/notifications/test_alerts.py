"""What sending shows to be wrong is told to the operator once, and over with the next success."""

import pytest
from structlog.testing import capture_logs

from app.core import alerts
from app.core.settings import Settings
from tests.app.notifications.test_sending import TEMPLATE, Resident, drain, states
from tests.support.wechat import WeChat
from tests.support.world import START, World, at

SEND, TOKEN = "/cgi-bin/message/subscribe/send", "/cgi-bin/stable_token"
CHANNEL = "subscribe_message"


def open_now() -> list[tuple[str, str]]:
    return sorted((alert.code, alert.subject) for alert in alerts.open_alerts())


def crowd(world: World, wechat: WeChat, number: int = 6) -> list[Resident]:
    residents = [Resident(world, wechat, accepts=2) for _ in range(number)]
    for resident in residents:
        resident.notify()
    return residents


@pytest.mark.parametrize(
    ("path", "errcode", "code", "subject"),
    [
        (SEND, 40164, "address_not_allowed", CHANNEL),
        (TOKEN, 40164, "address_not_allowed", CHANNEL),
        (TOKEN, 40125, "credentials_refused", CHANNEL),
        (SEND, 40013, "credentials_refused", CHANNEL),
        (SEND, 40037, "template_unknown", TEMPLATE),
        (SEND, 47003, "template_mismatch", TEMPLATE),
        (SEND, 41030, "page_unknown", TEMPLATE),
        (SEND, 43107, "sending_banned", CHANNEL),
        (SEND, 43116, "template_banned", TEMPLATE),
        (SEND, 45168, "content_refused", TEMPLATE),
        (SEND, 45009, "quota_used_up", CHANNEL),
    ],
)
def test_many_refusals_are_one_alert_and_the_next_success_ends_it(
    world: World,
    wechat: WeChat,
    settings: Settings,
    path: str,
    errcode: int,
    code: str,
    subject: str,
):
    crowd(world, wechat)
    wechat.fails(path=path, errcode=errcode, probability=1)
    with capture_logs() as lines:
        drain(settings)
    [alert] = alerts.open_alerts()
    assert (alert.code, alert.subject, alert.resolved_at) == (code, subject, None)
    assert alert.detail, "WeChat's own words"
    assert "rid" not in alert.detail
    assert [one["event"] for one in lines].count("operator_alert") == 1
    wechat.reset()
    Resident(world, wechat).notify()
    with at(START.replace(day=START.day + 2)):
        drain(settings)
    assert open_now() == []


@pytest.mark.parametrize("errcode", [-1, 40001, 40003, 43101, 43108])
def test_what_is_no_matter_of_the_operator_raises_nothing(
    world: World, wechat: WeChat, settings: Settings, errcode: int
):
    crowd(world, wechat)
    wechat.fails(path=SEND, errcode=errcode, probability=1)
    drain(settings)
    assert open_now() == []


def test_a_lost_reply_raises_nothing(world: World, wechat: WeChat, settings: Settings):
    crowd(world, wechat, 1)
    wechat.fails(path=SEND, lose_reply=True, probability=1)
    drain(settings)
    assert open_now() == []


def test_a_batch_with_both_leaves_the_alert_open(world: World, wechat: WeChat, settings: Settings):
    residents = crowd(world, wechat)
    wechat.fails(path=SEND, errcode=47003, probability=1, count=1)
    drain(settings)
    assert sorted(states(resident)[0][0] for resident in residents) == ["failed"] + ["sent"] * 5
    assert open_now() == [("template_mismatch", TEMPLATE)]


def test_a_kind_without_a_template_is_told_once(world: World, wechat: WeChat, settings: Settings):
    crowd(world, wechat)
    drain(settings.model_copy(update={"wechat_template_ids": {}, "database_url": "x"}))
    assert open_now() == [("template_missing", "application_decided")]
