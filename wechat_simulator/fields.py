"""Checks of message data against WeChat's field types and their limits.

Source: developers.weixin.qq.com, subscribe message, "parameter value limits of message data".
"""

import re
from collections.abc import Mapping
from typing import Any

from wechat_simulator.errors import WeChatError

_DATE = r"\d{4}年(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])日"
_TIME = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_TIME_VALUE = rf"(?:{_DATE} ?)?{_TIME}"
_DATE_VALUE = rf"{_DATE}(?: ?{_TIME})?"

_PATTERNS: dict[str, re.Pattern[str]] = {
    "thing": re.compile(r".{1,20}", re.DOTALL),
    "number": re.compile(r"(?=.{1,32}$)\d+(?:\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "time": re.compile(rf"{_TIME_VALUE}(?: ?~ ?{_TIME_VALUE})?"),
    "date": re.compile(rf"{_DATE_VALUE}(?: ?~ ?{_DATE_VALUE})?"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(?:\.\d{1,2})?元?"),
    "phone_number": re.compile(r"[\d+\-() ]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fffA-Z0-9](?:[A-Z0-9]{0,6}[\u4e00-\u9fffA-Z0-9])?"),
    "name": re.compile(r"(?=.*[\u4e00-\u9fff])[^\d]{1,10}|[A-Za-z .·'-]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "enum": re.compile(r".{1,20}"),
}
FIELD_TYPES = frozenset(_PATTERNS)


def type_of(field_name: str) -> str:
    """The type in a field's name: `thing` of `thing1`."""
    return field_name.rstrip("0123456789")


def check(expected: tuple[str, ...], data: Any) -> dict[str, str]:
    """The values of a message by field name.

    WeChatError 47003 that names the first field which is missing, unknown, empty, too long or of the wrong form.
    """
    if not isinstance(data, Mapping):
        raise _invalid("data")
    if len(data) > len(expected) or not all(name in expected for name in data):
        raise _invalid(f"data.{next(name for name in data if name not in expected)}")
    values = {}
    for name in expected:
        entry = data.get(name)
        value = entry.get("value") if isinstance(entry, Mapping) else None
        if value is None or value == "":
            raise WeChatError(47003, f"argument invalid! data.{name}.value is emtpy")  # WeChat's own spelling
        if not isinstance(value, str) or not value.strip() or not _PATTERNS[type_of(name)].fullmatch(value):
            raise _invalid(f"data.{name}.value")
        values[name] = value
    return values


def _invalid(argument: str) -> WeChatError:
    return WeChatError(47003, f"argument invalid! {argument} invalid")
