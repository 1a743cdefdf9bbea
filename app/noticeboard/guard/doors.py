"""Doors (门牌) in every spelling, storeys inside a building, numbered parking spaces.

A number that may be a door or a quantity ("120户", "3-501") is taken for a door if the roll has such a room.
"""

import re
from collections.abc import Collection, Iterator

from app.noticeboard.guard.findings import Finding, FindingKind
from app.noticeboard.guard.reading import Layer, Reading

_NUMBER = r"[\d一二三四五六七八九十]{1,3}"
_HOUSE = rf"第?\s?(?:[A-Z]\d{{0,2}}|{_NUMBER}|[甲乙丙丁东西南北])\s*(?:号\s*楼|栋\s*楼?|幢|座|#\s*楼?"
_BUILDING = _HOUSE + ")"
_NUMBERED_BUILDING = _HOUSE + "|号院|号)"
_STAIRWELL = rf"第?\s?(?:(?:{_NUMBER}|[A-Z甲乙丙丁东西中])\s*单\s*元|{_NUMBER}\s*(?:门栋|门洞|梯|门|单|U))"
_GAP = r"[\s\-‐-―−_.·•・,:;()\[\]/|#、的之住在第]{0,4}"
_DASH = r"\s*[\-‐-―−_~/.·•#、,]\s*"
_AFTER_A_QUANTITY = (
    "元|块|平|米|M2|M²|人(?!家)|名|位|个|年|月|日(?![夜日常])|天(?!天)|周|小时|秒|分钟|分贝|岁|斤|公斤|千克|克|吨|KG|升|%|℃|度|余|万"
    "|亿|多(?![次人日年天])|辆|台|盏|棵|株|件|条|只|份|次|层|楼|公里|厘米|CM|MM"
)
_NUMBER_OF_ROOM = r"(?P<room>(?<!\d)(?:\d{3,4}|\d百0\d|1千\d百0\d)(?:[A-Z](?![A-Z]))?)(?![\d十百千万])"
_ANY_ROOM = rf"{_NUMBER_OF_ROOM}(?!\s*(?:{_AFTER_A_QUANTITY}))"
_ROOM = rf"{_ANY_ROOM}(?!\s*[户家])"
_SURE_ROOM = rf"{_NUMBER_OF_ROOM}(?!\s*(?:元|平|米|M2|%|度|年|人(?!家)|户(?![主外内门])))"
_PERSONS = "业主|住户|户主|租户|租客|房东|房主"
_SERVICE = re.compile(r"(?:110|119|120|122)(?=\s*(?:民警|警|报|急救|救护|电话|热线|消防|出|到|来|赶|指挥|平台))")
_YEAR = re.compile(r"(?:19|20)\d\d")

_DOORS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NUMBERED_BUILDING}{_GAP}{_STAIRWELL}{_GAP}(?:{_NUMBER}[楼层]{_GAP})?{_SURE_ROOM}",
        rf"{_STAIRWELL}{_GAP}(?:{_NUMBER}[楼层]{_GAP})?{_SURE_ROOM}",
        rf"{_BUILDING}{_GAP}(?:{_NUMBER}[楼层]{_GAP})?{_ROOM}",
        rf"(?<!\d){_NUMBER}[楼层]{_GAP}{_SURE_ROOM}",
        rf"(?<![\d\-.])[A-Z]?\d{{1,2}}{_DASH}[A-Z]?\d{{1,2}}{_DASH}{_SURE_ROOM}",
        rf"{_ROOM}\s*(?:室|号\s*室|号\s*房|房(?![屋租产价间东子型管]))",
        rf"{_ROOM}\s*号?\s*(?:的\s*)?(?:{_PERSONS})",
    )
)
_DOORS_ON_ROLL = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d\-.])[A-Z]?\d{{1,2}}{_DASH}{_ANY_ROOM}",
        rf"(?<!\d)\d{{1,2}}\s+\d{{1,2}}\s+{_ANY_ROOM}",
        rf"(?<![有共计约近达过是为余]){_ANY_ROOM}\s*(?:户|家|居民|这家|那家)",
        rf"(?<![路街巷道第文字]){_ANY_ROOM}\s*号",
        rf"[楼栋幢座元苑阁轩区]\s*{_ANY_ROOM}",
    )
)
_SPOTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\dA-Z])(?:[A-Z]\d?区?[\s\-]*)?\d{1,4}\s*号\s*(?:车位|停车位|车库)",
        r"(?<![\dA-Z])[A-Z]\d?[\s\-]*\d{2,4}\s*(?:车位|停车位|车库)",
        r"(?:车位|停车位|车库)\s*(?:编号|号码|号)?[\s:是为]*[A-Z]?\d?[\s\-]*\d{2,4}(?![\d个元年.:])(?=\s*(?:号|[^\d\s]|$))",
        rf"(?:{_BUILDING}|{_STAIRWELL}|{_NUMBER}[楼层]){_GAP}(?:(?:{_NUMBER}|顶|底)[楼层]{_GAP})?[东西南北中左右][边侧面头]?(?:的|[那这]一?)?\d?户",
    )
)
_STOREY = re.compile(
    rf"(?:{_BUILDING}(?:{_GAP}{_STAIRWELL})?|{_STAIRWELL}){_GAP}(?<![负\d十])(?P<storey>{_NUMBER})\s*[楼层](?!以|至|到)"
)


def doors(reading: Reading, rooms: Collection[str]) -> Iterator[Finding]:
    """Door numbers and numbers of parking spaces; `rooms` are those of `numbers` that the roll has."""
    for layer in _layers(reading):
        for on_roll, patterns in ((False, _DOORS), (True, _DOORS_ON_ROLL)):
            for match in (match for pattern in patterns for match in pattern.finditer(layer.text)):
                known = match["room"] in rooms
                if known or not (on_roll or _another_number(layer.text, *match.span("room"))):
                    yield layer.finding(FindingKind.DOOR, *match.span())
        yield from layer.all_of(FindingKind.DOOR, _SPOTS)


def storeys(reading: Reading) -> Iterator[Finding]:
    """A storey above the first, of a building or stairwell that is named."""
    for layer in _layers(reading):
        for match in _STOREY.finditer(layer.text):
            if match["storey"] not in ("1", "0", "一"):
                yield layer.finding(FindingKind.STOREY, *match.span())


def numbers(reading: Reading) -> frozenset[str]:
    """What in the text could be a room of the roll."""
    return frozenset(room for layer in _layers(reading) for room in re.findall(r"\d{3,4}[A-Z]?", layer.text))


def _layers(reading: Reading) -> Iterator[Layer]:
    """With Chinese numerals as they are ("501一家" is 501) and as digits; with spaces and without."""
    for layer in (reading.capital, reading.digits):
        yield layer
        yield layer.without(frozenset(" "))


def _another_number(text: str, start: int, end: int) -> bool:
    """Whether it is a year in a date, or an emergency number that was called."""
    return bool(_SERVICE.match(text, start) or _YEAR.fullmatch(text, start, end))
