"""What WeChat tells us about messages and about who wants them: the handlers of its events."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from app.identity.models import WeChatLogin
from app.notifications import accepts, arrivals, followers
from app.notifications.catalogue import Kind
from app.notifications.channels import ledger
from app.notifications.kinds import Channel
from app.notifications.wechat import template_id
from app.wechat_events.bodies import Event
from app.wechat_events.handling import Handler

UNKNOWN_PERSON = "unknown_person"
SUCCESS = "0"
JOB_SUCCESS = "success"
BLOCKED = "user block"


def handlers(settings: Settings) -> Mapping[str, Handler]:
    """Event -> what handles it."""
    return {
        "subscribe_msg_popup_event": popup,
        "subscribe_msg_change_event": change,
        "subscribe_msg_sent_event": partial(sent, settings),
        "TEMPLATESENDJOBFINISH": job_finished,
        "subscribe": partial(following, follows=True),
        "unsubscribe": partial(following, follows=False),
    }


def popup(event: Event) -> str:
    """Somebody answered wx.requestSubscribeMessage. A rejection there takes nothing back."""
    account_id = _account(event)
    if account_id is None:
        return UNKNOWN_PERSON
    accepted = _templates(event, "accept")
    for template in accepted:
        accepts.push(account_id, template, event.pushed_at)
    return f"{len(accepted)} accepted"


def change(event: Event) -> str:
    """Somebody switched templates off in the mini-program's settings: what was accepted is gone."""
    account_id = _account(event)
    if account_id is None:
        return UNKNOWN_PERSON
    rejected = _templates(event, "reject")
    ledger.clear(((account_id, template) for template in rejected), event.pushed_at)
    return f"{len(rejected)} rejected"


def sent(settings: Settings, event: Event) -> str:
    """A subscribe message was sent, which settles a doubt; or was not, and the other channels are tried."""
    account_id = _account(event)
    if account_id is None:
        return UNKNOWN_PERSON
    found = []
    for item in event.items:
        template, msgid, code = (str(item.get(name, "")) for name in ("TemplateId", "MsgID", "ErrorCode"))
        kinds = [kind for kind in Kind if template_id(settings, kind) == template]
        if code == SUCCESS:
            found.append(arrivals.arrived(account_id, Channel.SUBSCRIBE, msgid, kinds, event.pushed_at))
        else:
            found.append(arrivals.undelivered(account_id, Channel.SUBSCRIBE, msgid, f"event_{code}"[:40]))
    return ", ".join(found)


def job_finished(event: Event) -> str:
    """A message of the official account arrived, or did not: then the other channels are opened for it."""
    status = str(event.data.get("Status", ""))
    if status == JOB_SUCCESS:
        return JOB_SUCCESS
    account_id = followers.account_of(event.openid)
    if account_id is None:
        return UNKNOWN_PERSON
    if BLOCKED in status:
        followers.lost([account_id])
    return arrivals.undelivered(account_id, Channel.OFFICIAL, str(event.data.get("MsgID", "")), status[:40])


def following(event: Event, *, follows: bool) -> str:
    """Somebody began or stopped to follow the official account."""
    followers.change(event.openid, event.pushed_at, follows=follows)
    return "follows" if follows else "follows no more"


def _account(event: Event) -> UUID | None:
    return db.session.scalar(select(WeChatLogin.account_id).where(WeChatLogin.openid == event.openid))


def _templates(event: Event, answer: str) -> list[str]:
    """The templates that got this answer, in the order of the ledger's locks."""
    given = [item for item in event.items if item.get("SubscribeStatusString") == answer]
    return sorted({template for item in given if isinstance(template := item.get("TemplateId"), str)})
