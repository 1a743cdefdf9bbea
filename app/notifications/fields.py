"""Values fitted into WeChat's message fields: never empty, never too long, never of another form.

Texts are cleaned and cut. What would turn into another thing when cut (a number, an amount, a phone or car number, a
value of a list) is taken as it is or not at all.

Source: developers.weixin.qq.com, subscribe message, "parameter value limits of message data".
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from app.core.clock import SHANGHAI

MOMENTS = frozenset({"time", "date"})
NOTHING = "—"
_CHINESE = "\u4e00-\u9fff"
_ELLIPSIS = "…"


class Unfit(ValueError):
    """A value that a field cannot hold without becoming another value: the caller's mistake."""


def type_of(field: str) -> str:
    """The type in a field's name: `thing` of `thing1`."""
    return field.rstrip("0123456789")


@lru_cache(maxsize=1024)
def fitted(field: str, value: str) -> str:
    """A stored value as the field's type allows it: `thing1` takes 20 characters, `time2` reads 2026年5月1日 09:00.

    The last ones are remembered: a fan-out says the same to everybody.
    Raises Unfit where an exact value does not fit, and KeyError for an unknown type.
    """
    return _FITTERS[type_of(field)](value)


def shown(field: str, value: str) -> str:
    """A stored value for the inbox, whole: moments as people read them, texts as they were written."""
    return fitted(field, value) if type_of(field) in MOMENTS else value


def moment_text(value: str) -> str:
    """`2026年5月1日 09:00` of a moment in ISO 8601, or two of them around `~` of an interval `start/end`."""
    return "~".join(f"{_day(part)} {_local(part):%H:%M}" for part in value.split("/"))


def _days(value: str) -> str:
    return "~".join(_day(part) for part in value.split("/"))


def _local(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(SHANGHAI)


def _day(value: str) -> str:
    local = _local(value)
    return f"{local.year:04}年{local.month}月{local.day}日"


def _clean(value: str) -> str:
    """One line without control, format or private characters."""
    spaced = re.sub(r"\s+", " ", value)
    return "".join(one for one in spaced if not unicodedata.category(one).startswith("C")).strip()


def _cut(value: str, limit: int, ellipsis: str = _ELLIPSIS) -> str:
    """The text, cut to `limit` characters as WeChat counts them: UTF-16 units, so that an emoji counts twice."""
    if _units(value) <= limit:
        return value
    kept = ""
    for one in value:
        if _units(kept + one) > limit - len(ellipsis):
            break
        kept += one
    return kept.rstrip() + ellipsis


def _units(value: str) -> int:
    return len(value.encode("utf-16-le")) // 2


def _thing(value: str) -> str:
    return _cut(_clean(value), 20) or NOTHING


def _character_string(value: str) -> str:
    ascii_only = re.sub(r"[^\x20-\x7e]", "", unicodedata.normalize("NFKC", _clean(value)))
    return _cut(ascii_only.strip(), 32, "...") or "-"


def _name(value: str) -> str:
    text = re.sub(r"\d", "", _clean(value)).strip()
    cut = _cut(text, 10)
    if re.search(f"[{_CHINESE}]", cut):
        return cut
    chinese = re.sub(f"[^{_CHINESE}]", "", text)
    latin = re.sub(r"[^A-Za-z .·'-]", "", text).strip()
    return chinese[:10] or latin[:20] or "未填写"


def _phrase(value: str) -> str:
    return re.sub(f"[^{_CHINESE}]", "", value)[:5] or "见详情"


def _symbol(value: str) -> str:
    return _cut(re.sub(r"[\w\s]", "", _clean(value)), 5, "") or NOTHING


def _number(value: str) -> str:
    return _exact(_clean(value), r"(?=.{1,32}$)[0-9]+(?:\.[0-9]+)?", "a number of up to 32 digits")


def _amount(value: str) -> str:
    try:
        yuan = Decimal(_clean(value))
    except InvalidOperation:
        raise Unfit("not an amount in yuan") from None
    return _exact(f"{yuan:.2f}元", r"[0-9]{1,10}\.[0-9]{2}元", "an amount of up to ten digits")


def _phone_number(value: str) -> str:
    return _exact(_clean(value), r"(?=.*[0-9])[0-9+\-() ]{1,17}", "a phone number")


def _car_number(value: str) -> str:
    number = re.sub(r"[\s·]", "", _clean(value)).upper()
    return _exact(number, f"[{_CHINESE}A-Z0-9](?:[A-Z0-9]{{0,6}}[{_CHINESE}A-Z0-9])?", "a car number")


def _letter(value: str) -> str:
    return _exact(_clean(value), r"[A-Za-z]{1,32}", "up to 32 letters")


def _enum(value: str) -> str:
    return _exact(_clean(value), r".{1,20}", "a value of the template's list")


def _exact(text: str, pattern: str, what: str) -> str:
    if not re.fullmatch(pattern, text):
        raise Unfit(f"not {what}")  # without the value, which may be personal
    return text


_FITTERS: dict[str, Callable[[str], str]] = {
    "thing": _thing,
    "number": _number,
    "letter": _letter,
    "symbol": _symbol,
    "character_string": _character_string,
    "time": moment_text,
    "date": _days,
    "amount": _amount,
    "phone_number": _phone_number,
    "car_number": _car_number,
    "name": _name,
    "phrase": _phrase,
    "enum": _enum,
}
FIELD_TYPES = frozenset(_FITTERS)
