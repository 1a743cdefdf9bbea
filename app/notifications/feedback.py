"""What WeChat tells us about messages and about who wants them: the handlers of its events."""

from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.identity.models import WeChatLogin
from app.notifications import accepts
from app.notifications.channels import ledger
from app.wechat_events.bodies import Event
from app.wechat_events.service import Handler

UNKNOWN_PERSON = "unknown_person"


def popup(event: Event) -> str:
    """Somebody answered wx.requestSubscribeMessage. A rejection there takes nothing back."""
    account_id = _account(event)
    if account_id is None:
        return UNKNOWN_PERSON
    accepted = _templates(event, "accept")
    for template_id in accepted:
        accepts.push(account_id, template_id, event.pushed_at)
    return f"{len(accepted)} accepted"


def change(event: Event) -> str:
    """Somebody switched templates off in the mini-program's settings: what was accepted is gone."""
    account_id = _account(event)
    if account_id is None:
        return UNKNOWN_PERSON
    rejected = _templates(event, "reject")
    ledger.clear((account_id, template_id) for template_id in rejected)
    return f"{len(rejected)} rejected"


def _account(event: Event) -> UUID | None:
    return db.session.scalar(select(WeChatLogin.account_id).where(WeChatLogin.openid == event.openid))


def _templates(event: Event, answer: str) -> list[str]:
    """The templates that got this answer, in the order of the ledger's locks."""
    given = [item for item in event.items if item.get("SubscribeStatusString") == answer]
    return sorted({template for item in given if isinstance(template := item.get("TemplateId"), str)})


HANDLERS: dict[str, Handler] = {
    "subscribe_msg_popup_event": popup,
    "subscribe_msg_change_event": change,
}
