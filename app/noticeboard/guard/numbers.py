"""Phones and other contacts, ID numbers, plates: in any spelling, whole or masked."""

import re
from collections.abc import Iterator
from datetime import date
from re import Match

from app.noticeboard.guard.findings import Finding, FindingKind
from app.noticeboard.guard.reading import Reading

_SEP = r"[\s\-‐-―−_.·•・~,、/*+()]{0,3}"
_MASK = r"[*X×●#?某]"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"

_PHONES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d)(?:(?:\+|00)?86{_SEP}|0)?1{_SEP}[3-9](?:{_SEP}[\dO]){{9}}(?!\d)",
        rf"(?<!\d)1[3-9]\d\s?{_MASK}{{2,8}}\s?\d{{2,4}}(?!\d)",
        r"(?:手机|电话)[^\d,。;]{0,4}(?:尾号|后\d位|末\d位)[^\d,。;]{0,3}\d{3,4}(?!\d)",
        rf"(?<!\d)0[1-9]\d{{1,2}}{_SEP}[2-9]\d{{2,3}}{_SEP}\d{{4}}(?!\d)",
        rf"(?:电话|手机|座机|联系)[^\d,。;]{{0,4}}[2-9]\d{{2,3}}{_SEP}\d{{4}}(?!\d)",
        r"(?:微信|V信|VX|WX|QQ|扣扣|抖音|快手|小红书)(?:号码|账号|号|ID)?[\s:是为]{0,3}[A-Z0-9][A-Z0-9_\-]{4,}",
        r"[A-Z0-9._+-]+@[A-Z0-9-]+\.[A-Z.]+",
    )
)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{11,}X?")
_SPACED_CITIZEN = re.compile(rf"(?<![\dA-Z])[1-9](?:{_SEP}\d){{16}}{_SEP}[\dX](?![\dA-Z])")
_SPACED_OLD_CITIZEN = re.compile(rf"(?<![\dA-Z])[1-9](?:{_SEP}\d){{14}}(?![\dA-Z])")
_ID_NUMBERS = (
    re.compile(rf"(?<!\d)[1-9]\d{{2,13}}{_MASK}{{4,14}}[\dX]{{0,4}}"),
    re.compile(rf"(?<![\d*X]){_MASK}{{8,14}}\d{{3}}[\dX](?!\d)"),
    re.compile(r"(?:身份证|证件)[^\d,。;]{0,4}(?:尾号|后\d位|末\d位)[^\d,。;]{0,3}\d{3,5}[\dX]?(?!\d)"),
    re.compile(r"(?<![A-Z0-9])[EGDSPHMK]\d{8}(?!\d)"),
)
_PLATE_SEP = r"[\s\-‐-―−_.·•・~]{0,3}"
_PLATE = re.compile(
    rf"[{_PROVINCES}]{_PLATE_SEP}[A-Z](?:{_PLATE_SEP}[A-Z0-9*×●]){{4}}{_PLATE_SEP}[A-Z0-9*×●警学挂港澳领]"
    rf"(?:{_PLATE_SEP}[A-Z0-9])?(?![A-Z0-9])"
)
_PLATES = (
    re.compile(
        r"(?:车牌|牌照|号牌|车号)(?:号码|号|尾数|尾号|末尾|后\d位|是|为|[\s:])*[A-Z0-9*][A-Z0-9*·\-\s]{1,8}[A-Z0-9]"
    ),
    re.compile(r"(?<![A-Z0-9])[A-Z][\s·\-]?(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z]|[A-Z]\d{5}|\d{5}[A-Z])(?![A-Z0-9])"),
    re.compile(
        r"(?:车|尾号)[^\d,。;]{0,4}(?:尾号|尾数|后\d位)?[^\d,。;]{0,3}(?<=号|数|位|是|为|:)\s?(?=[A-Z]{0,3}\d)[A-Z0-9]{2,5}(?![A-Z\d元])"
    ),
)


def phones(reading: Reading) -> Iterator[Finding]:
    """Mobile numbers and landlines, WeChat and other accounts, mail. Service numbers such as 110 and 12345 are none."""
    yield from reading.digits.all_of(FindingKind.PHONE, _PHONES)


def id_numbers(reading: Reading) -> Iterator[Finding]:
    """Citizens' numbers of 18 and 15 characters, whole or masked; passports; any number from 11 digits."""
    for match in _LONG_NUMBER.finditer(reading.digits.text):
        kind = FindingKind.PHONE if len(match[0]) < 15 else FindingKind.ID_NUMBER
        yield reading.digits.finding(kind, *match.span())
    for pattern, birthday in ((_SPACED_CITIZEN, _birthday), (_SPACED_OLD_CITIZEN, _old_birthday)):
        for match in pattern.finditer(reading.digits.text):
            if birthday(_bare(match)):
                yield reading.digits.finding(FindingKind.ID_NUMBER, *match.span())
    yield from reading.digits.all_of(FindingKind.ID_NUMBER, _ID_NUMBERS)


def plates(reading: Reading) -> Iterator[Finding]:
    """Number plates (GA 36), those of new-energy cars too, with or without the province, and their last digits."""
    for match in _PLATE.finditer(reading.digits.text):
        if any(sign.isdigit() or sign == "*" for sign in match[0]):
            yield reading.digits.finding(FindingKind.PLATE, *match.span())
    yield from reading.digits.all_of(FindingKind.PLATE, _PLATES)


def _bare(match: Match[str]) -> str:
    return re.sub(r"[^\dX]", "", match[0])


def _birthday(number: str) -> bool:
    """Whether the place of the birthday holds one, so that a row of dates is not taken for a citizen's number."""
    try:
        return 1900 <= date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}").year < 2100
    except ValueError:
        return False


def _old_birthday(number: str) -> bool:
    return 11 <= int(number[:2]) <= 65 and _birthday(f"{number[:6]}19{number[6:]}")
