"""Sending one message over its channels."""

from dataclasses import replace

from app.core.settings import Settings
from app.notifications import wechat
from app.notifications.channels.preparing import Prepared
from app.notifications.delivery import Outcome


def deliver(settings: Settings, prepared: Prepared) -> Outcome:
    """Send one message. Runs on a thread, knows no database, and never raises for what a channel does."""
    answer = wechat.send(
        prepared.openid,
        prepared.template_id,
        prepared.message.page,
        prepared.fields,
        settings.wechat_miniprogram_state,
    )
    outcome = prepared.outcome(answer.delivery, answer.code)
    return replace(outcome, errcode=answer.errcode, words=answer.words)
