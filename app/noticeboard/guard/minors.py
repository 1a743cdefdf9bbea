"""Words for minors (未成年人). Places that are called after children are places."""

import re
from collections.abc import Iterator

from app.noticeboard.guard.findings import Finding, FindingKind
from app.noticeboard.guard.reading import Reading

_PLACES = "乐园|游乐|活动|滑梯|设施|娱乐|公园|沙|游戏|广场|区|医院|节|园|车|座椅|秋千|泳池|友好"
_WORDS = tuple(
    re.compile(pattern)
    for pattern in (
        r"未\s*成\s*年",
        r"[小熊男女]?\s*孩\s*子?|[幼男女学]\s*童",
        r"小\s*朋\s*友|小\s*娃|娃\s*娃?(?=家|儿|们|在|把|乱|的|,|。|$)|宝宝|小宝贝|青少年|少年(?!宫)|少女|小家伙",
        rf"(?:儿\s*童|幼\s*儿|婴\s*儿|婴幼儿)(?!{_PLACES})",
        r"(?<!大)(?<!留)学\s*生(?!公寓|宿舍)|[初高]\s*中\s*生",
        r"儿\s*子|女\s*儿(?!墙)|孙\s*子|孙\s*女|外\s*孙|之\s*子(?=[,。在乱把]|$)",
        r"(?:上|读|念)\s*(?:小学|初中|高中|幼儿园|中学)",
        r"(?<![升提])(?:初|高)[1-3](?=的|学|年|男|女|班)|[1-9]年级",
    )
)
_AGE = re.compile(r"(?<!\d)(?P<age>\d{1,2}|\d?十\d?|十?几)\s*(?:多|来)?\s*(?:周\s*)?岁")
_MAJORITY = 18
"""Civil Code 17."""


def minors(reading: Reading) -> Iterator[Finding]:
    """Words for children, kinship in the younger line, school years, ages under 18."""
    yield from reading.digits.all_of(FindingKind.MINOR, _WORDS)
    for match in _AGE.finditer(reading.digits.text):
        if _years(match["age"]) < _MAJORITY:
            yield reading.digits.finding(FindingKind.MINOR, *match.span())


def _years(age: str) -> int:
    if age.isdigit():
        return int(age)
    if "几" in age:
        return 10
    tens, _, ones = age.partition("十")
    return int(tens or 1) * 10 + int(ones or 0)
