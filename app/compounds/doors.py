"""How a door is written (房屋坐落): one spelling for each, so that equal doors compare equal.

A building keeps the word that its roll uses (1号楼, 1栋, 1幢); `building_key` says which of them are the same.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_SPACES = re.compile(r"\s+")
_DIGITS = "零一二三四五六七八九"
_NUMERAL = r"(?:\d+|[一二三四五六七八九十]{1,3})"
_BUILDING = re.compile(rf"第?([A-Z]{{0,3}}{_NUMERAL}?[A-Z]?)(号楼|栋楼|#楼|栋|幢|座|#|号|楼)?")
_STAIRWELL = re.compile(rf"第?({_NUMERAL}|[A-Z])(?:单元|门栋|梯|门|#)?")
_ROOM_SUFFIX = re.compile(r"(?<=[\dA-Z])(?:号房|号室|室|号|房)$")
_FLOAT = re.compile(r"(\d+)\.0+")
_WORDED = re.compile(
    rf"(?P<building>.*?(?:号楼|栋|幢|座|#楼?))?(?P<stairwell>第?(?:{_NUMERAL}|[A-Z])(?:单元|梯))?(?P<room>[^-]*)"
)


class Door(NamedTuple):
    """A door in parts; a part that is not said is empty."""

    building: str
    stairwell: str
    room: str


def tidy(text: str) -> str:
    """Full-width characters made half-width (NFKC), no spaces, capitals."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


@lru_cache(4096)
def building_name(text: str) -> str:
    """The building as shown: "1号楼" stays, a bare number gets its word: "1" is "1栋"."""
    name = _FLOAT.sub(r"\1", tidy(text))
    return f"{int(name)}栋" if name.isdecimal() else name


@lru_cache(4096)
def building_key(text: str) -> str:
    """What all spellings of a building have in common: "1号楼", "01栋", "一幢" and "1#" are "1"."""
    name = building_name(text)
    match = _BUILDING.fullmatch(name)
    return _plain(match[1]) if match and match[1] else name


@lru_cache(4096)
def stairwell_name(text: str) -> str:
    """The stairwell in one spelling: "1", "一单元" and "1梯" are "1单元"; empty stays empty."""
    name = _FLOAT.sub(r"\1", tidy(text)).strip("-/无")
    match = _STAIRWELL.fullmatch(name)
    return f"{_plain(match[1])}单元" if match else name


def room_name(text: str, building: str = "", stairwell: str = "") -> str:
    """The room without its word or a repeated door before it: "501室" and, in 1栋2单元, "1-2-501" are "501"."""
    if text.isascii() and text.isdecimal():
        return text
    room = tidy(text)
    if room.isdecimal():
        return room
    number = _FLOAT.fullmatch(room)
    room = _ROOM_SUFFIX.sub("", number[1] if number else room)
    *before, last = room.split("-")
    said = [building_key(building), stairwell.removesuffix("单元")]
    if last and before and [_plain(part) for part in before] in (said, said[:1], said[1:]):
        return last
    return room


def split_door(text: str) -> Door | None:
    """The parts of a door in one text: "3栋2单元501室", "3-2-501", "3-501"; None where there is no room in it."""
    whole = tidy(text).replace("—", "-").replace("/", "-")
    parts = [part for part in whole.split("-") if part]
    if len(parts) in (2, 3):
        building, room = parts[0], parts[-1]
        return Door(building_name(building), stairwell_name(parts[1] if parts[2:] else ""), room_name(room))
    match = _WORDED.fullmatch(whole)
    if not match or not match["room"] or not match["building"]:
        return None
    return Door(building_name(match["building"]), stairwell_name(match["stairwell"] or ""), room_name(match["room"]))


def _plain(number: str) -> str:
    """ "01" and "一" are "1"; other text stays."""
    if number.isdecimal():
        return str(int(number))
    tens, ten, ones = number.rpartition("十")
    if (number and not number.strip(_DIGITS[1:] + "十")) and len(tens) < 2 and len(ones) < 2:
        high = _DIGITS.index(tens) if tens else 1
        return str((high * 10 if ten else 0) + (_DIGITS.index(ones) if ones else 0))
    return number
