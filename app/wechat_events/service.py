"""Taking events in.

That is one insert, so that WeChat has its answer at once; a replay finds its row and changes nothing. A sweep hands
each event to its handler (`handling`). Handled rows are kept for longer than a push is taken for fresh: what is
forgotten is refused as too old.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.wechat_events import wechat
from app.wechat_events.bodies import event_in, key_of, read
from app.wechat_events.errors import PushNotGenuine, PushTooOld, PushUnreadable
from app.wechat_events.models import WeChatEvent

KEPT_NAMES = frozenset(
    {
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "subscribe_msg_sent_event",
        "TEMPLATESENDJOBFINISH",
        "subscribe",
        "unsubscribe",
        "wxa_media_check",
    }
)
"""Other events are acknowledged and not kept: they may say where a person is, and nobody asked."""

FRESH_FOR = timedelta(days=1)
KEPT_FOR = timedelta(days=7)


def echo(settings: Settings, query: Mapping[str, str]) -> str:
    """The answer to WeChat's check of the address. Raises PushNotGenuine."""
    wechat.check(settings.secrets["wechat_event_token"], query)
    return query.get("echostr", "")


def take_in(settings: Settings, query: Mapping[str, str], body: bytes) -> bool:
    """Keep the event in a push; whether it is new to us.

    Raises PushNotGenuine, PushTooOld, PushUnreadable.
    """
    message = read(_opened(settings, query, _decoded(body)))
    event = event_in(message)
    if event is None or event.name not in KEPT_NAMES:
        return False
    now = clock.now()
    values = {"name": event.name, "openid": event.openid, "data": event.data, "pushed_at": event.pushed_at}
    kept = insert(WeChatEvent).values(key=key_of(message), received_at=now, due_at=now, attempts=0, **values)
    return db.session.scalar(kept.on_conflict_do_nothing().returning(WeChatEvent.key)) is not None


def forget_old() -> int:
    """Delete the handled events that nobody can push again; how many. What is not handled waits, however old."""
    old = delete(WeChatEvent).where(
        WeChatEvent.received_at < clock.now() - KEPT_FOR, WeChatEvent.handled_at.is_not(None)
    )
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def _opened(settings: Settings, query: Mapping[str, str], body: str) -> str:
    """The message itself, after the checks of the mode that is set up."""
    token, aes_key = settings.secrets["wechat_event_token"], settings.secrets["wechat_event_aes_key"]
    if settings.wechat_event_plain_mode:
        wechat.check(token, query)
    else:
        appids = [appid for name in ("wechat_appid", "wechat_official_appid") if (appid := settings.secrets[name])]
        body = wechat.decrypted(token, aes_key, appids, query, body)
    _require_fresh(query.get("timestamp", ""))
    return body


def _require_fresh(timestamp: str) -> None:
    try:
        signed_at = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise PushNotGenuine from None
    if signed_at < clock.now() - FRESH_FOR:
        raise PushTooOld


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise PushUnreadable from None
