"""The template message of the linked official account (公众号模板消息), to its followers."""

from app.core import wechat
from app.core.settings import Settings
from app.notifications.catalogue import Kind
from app.notifications.delivery import Answer, Delivery
from app.notifications.wechat import asked

TRIES = 3


def template_id(settings: Settings, kind: Kind) -> str | None:
    """The operator's template of a kind at the official account; None where there is none, or no account."""
    if not settings.secrets["wechat_official_appid"]:
        return None
    return settings.wechat_official_template_ids.get(kind) or (f"sim_official_{kind}" if settings.embedded else None)


def send(openid: str, template: str, page: str, data: dict[str, str], message_id: str) -> Answer:
    """Send one template message, which opens the mini-program. `openid`: the follower's, at the account.

    `message_id` (up to 32 characters) goes along as client_msg_id: for ten minutes the same one makes one message, so
    that an answer that was lost is asked for again at once. UNKNOWN: one was lost, and no later one says that the
    message was taken; a refusal after that says nothing of the try before.
    """
    client = wechat.official()
    body = {
        "touser": openid,
        "template_id": template,
        "miniprogram": {"appid": wechat.client().appid, "pagepath": page},
        "data": {field: {"value": value} for field, value in data.items()},
        "client_msg_id": message_id,
    }
    doubt: Answer | None = None
    for _ in range(TRIES):
        answer = asked(client, "/cgi-bin/message/template/send", body)
        if answer.delivery is Delivery.UNKNOWN:
            doubt = answer
        elif answer.delivery is Delivery.SENT or doubt is None:
            return answer
    return doubt or answer
