"""Taking events in, and having them handled.

Taking in is one insert, so that WeChat has its answer at once; a replay finds its row and changes nothing. A sweep
hands each event to its handler, and a handler that fails is tried again. Rows are kept for longer than a push is
taken for fresh: what is forgotten is refused as too old.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.wechat_events import wechat
from app.wechat_events.bodies import Event, event_in, key_of, read
from app.wechat_events.errors import PushNotGenuine, PushTooOld, PushUnreadable
from app.wechat_events.models import WeChatEvent

log = structlog.get_logger(__name__)

Handler = Callable[[Event], str]
"""Does what an event asks for, in the sweep's transaction, and returns a short word for the record."""

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
MAX_ATTEMPTS = 5
BATCH = 100


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
    values = {"name": event.name, "openid": event.openid, "data": event.data, "pushed_at": event.pushed_at}
    kept = insert(WeChatEvent).values(key=key_of(message), received_at=clock.now(), attempts=0, **values)
    return db.session.scalar(kept.on_conflict_do_nothing().returning(WeChatEvent.key)) is not None


def handle_some(handlers: Mapping[str, Handler]) -> int:
    """Hand the events that waited longest to their handlers, in the caller's transaction; how many there were.

    An event whose handler fails leaves no trace of it and is tried again, at most five times.
    """
    waiting = (
        select(WeChatEvent)
        .where(WeChatEvent.handled_at.is_(None), WeChatEvent.name.in_(list(handlers)))
        .order_by(WeChatEvent.attempts, WeChatEvent.received_at, WeChatEvent.pushed_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = db.session.scalars(waiting).all()
    for row in rows:
        _handle(row, handlers[row.name])
    return len(rows)


def forget_old() -> int:
    """Delete the events that nobody can push again; how many."""
    old = delete(WeChatEvent).where(WeChatEvent.received_at < clock.now() - KEPT_FOR)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def _handle(row: WeChatEvent, handler: Handler) -> None:
    row.attempts += 1
    try:
        with db.session.begin_nested():
            row.outcome = handler(Event(row.name, row.openid, row.pushed_at, row.data))
        row.handled_at = clock.now()
    except Exception as error:
        row.outcome = type(error).__name__
        log.exception("wechat_event_not_handled", name=row.name, attempts=row.attempts)
        if row.attempts >= MAX_ATTEMPTS:
            row.handled_at = clock.now()
    db.session.flush()


def _opened(settings: Settings, query: Mapping[str, str], body: str) -> str:
    """The message itself, after the checks of the mode that is set up."""
    token, aes_key = settings.secrets["wechat_event_token"], settings.secrets["wechat_event_aes_key"]
    if aes_key:
        appids = [appid for name in ("wechat_appid", "wechat_official_appid") if (appid := settings.secrets[name])]
        body = wechat.decrypted(token, aes_key, appids, query, body)
    else:
        wechat.check(token, query)
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
