"""Names of persons and bodies on the compound's roll, and what else points at a person: 王某, 李女士, 张**.

The roll is asked for the few thousand short strings that a text contains, by their keyed hashes: what it costs depends
on the length of the text, not of the roll, and no name is decrypted.
"""

import re
from collections.abc import Collection, Iterator

from app.noticeboard.guard.findings import Finding, FindingKind
from app.noticeboard.guard.reading import Layer, Reading
from app.noticeboard.guard.words import COMMON_WORDS, SURNAMES

SHORTEST, LONGEST = 2, 8
"""Characters of a Chinese name without a middle dot."""
LONGEST_BODY = 30

_HAN = r"[㐀-鿿豈-﫿]"
_HAN_RUN = re.compile(rf"{_HAN}+")
_DOTTED = re.compile(rf"{_HAN}+(?:·{_HAN}+)+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'-]*(?: +[A-Za-z][A-Za-z.'-]*){0,3}")
_BODY_ENDS = re.compile(
    r"公司|委员会|合作社|中心|学校|医院|超市|商行|酒店|饭店|药店|商店|银行|支行|工厂|事务所|研究所|工作室|经营部|门市部|协会|店"
)

_TRANSCRIBED = re.compile(
    "[阿艾埃安巴白贝比布卜达迪丁都杜尔法凡古哈海汗合吉加贾江杰卡凯克库拉勒黎丽里力利莉鲁罗洛马买麦曼米木穆那纳娜乃尼努帕皮普恰其齐青"
    "热日赛色沙山斯思苏塔提铁图吐娃瓦外维乌吾西夏谢雅亚依伊以优尤玉扎孜则祖]{4,12}"
)
"""Characters with which names of other languages are transcribed: their middle dot is easily left out."""
_SHORTEST_PART, _LONGEST_PART = 2, 6

_FREQUENT = "王李张刘陈杨赵黄周吴徐孙朱胡郭何郑梁宋谢韩冯邓曹彭曾董潘袁蔡蒋杜魏吕沈姚卢姜崔谭范汪陆廖贾邹孟秦"
_SURNAME = f"[{''.join(sorted(SURNAMES))}]"
_NOT_SOME = "些个种日处天位栋单业住户家人时小楼月年次商品项类方事地区车段层间房件条"
_POINTING = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SURNAME}某(?![{_NOT_SOME}])某?",
        rf"姓{_SURNAME}(?!名)的?",
        rf"{_SURNAME}[*×]{{1,3}}(?!\d)",
        rf"{_SURNAME}[XxOo]{{1,2}}(?![A-Za-z0-9])",
        rf"[老小][{_FREQUENT}](?=头|家|夫妻|两口|在|把|将|又|总|每|经常|多次|的)",
    )
)
_TITLED = re.compile(
    rf"(?P<name>{_SURNAME}{_HAN}?)(?:先生|女士|小姐|太太|老师|阿姨|大爷|大妈|大叔|大姐|大哥|大嫂|奶奶|爷爷|同志)"
)
_BEFORE_A_PERSON = re.compile(r"(?:业主|住户|户主|房主|租户|租客|房东|邻居|居民|名叫|叫做|叫|姓名|名字|同志|[是为:])$")
_AFTER_A_PERSON = re.compile(
    r"先生|女士|同志|师傅|老师|夫妇|夫妻|本人|一家|家(?:里|的|人|养|把|将|在)|某|等人|的(?:车|狗|猫|妻|丈夫|父|母|儿|女|孩|租)|养的"
    r"|乱|把|将|违规|私自|擅自|占用|堆放|拒绝|辱骂|殴打|经常|多次|长期|屡次|在(?:[\dA-Z一二三四五六七八九十]|楼|公共|小区|车库|电梯)"
)


def candidates(reading: Reading) -> frozenset[str]:
    """Every string of the text that could be a name on a roll, in the roll's own spelling (`persons.clean_name`)."""
    found: set[str] = set()
    for run in _HAN_RUN.findall(reading.close.text):
        for length in range(SHORTEST, LONGEST + 1):
            found.update(run[start : start + length] for start in range(len(run) - length + 1))
    for end in (match.end() for match in _BODY_ENDS.finditer(reading.close.text)):
        found.update(reading.close.text[start:end] for start in range(max(0, end - LONGEST_BODY), end - LONGEST))
    for first, *middle, last in (dotted.split("·") for dotted in _DOTTED.findall(reading.dotted.text)):
        for start in range(len(first)):
            found.update("·".join([first[start:], *middle, last[:stop]]) for stop in range(1, len(last) + 1))
    for run in _TRANSCRIBED.findall(reading.close.text):
        found.update(_with_dots(run))
    for words in (latin.split() for latin in _LATIN.findall(reading.plain.text)):
        for start in range(len(words)):
            found.update(" ".join(words[start:stop]) for stop in range(start + 1, len(words) + 1))
    return frozenset(found)


def _with_dots(run: str) -> Iterator[str]:
    """What of a run could be two parts of a name whose middle dot was left out."""
    for middle in range(_SHORTEST_PART, len(run) - _SHORTEST_PART + 1):
        for start in range(max(0, middle - _LONGEST_PART), middle - _SHORTEST_PART + 1):
            for end in range(middle + _SHORTEST_PART, min(len(run), middle + _LONGEST_PART) + 1):
                yield f"{run[start:middle]}·{run[middle:end]}"


def names(reading: Reading, on_roll: Collection[str], words: Collection[str]) -> Iterator[Finding]:
    """Names `on_roll` (of the `candidates`), and what else points at a person.

    A name that is an everyday word (高兴) is refused where the context shows a person; elsewhere it is asked about,
    unless the drafter says that it is one of the `words` that mean nobody.
    """
    for name in on_roll:
        for layer, spelled in (
            (reading.close, name.replace("·", "")),
            (reading.dotted, name),
            (reading.plain, name),
        ):
            for start in _places(layer.text, spelled):
                kind = _kind(layer, spelled, start)
                if kind is FindingKind.NAME or name not in words:
                    yield layer.finding(kind, start, start + len(spelled))
    yield from reading.plain.all_of(FindingKind.NAME, _POINTING)
    for match in _TITLED.finditer(reading.plain.text):
        if (
            match["name"] not in COMMON_WORDS
            and reading.plain.text[match.start() - 1 : match.end("name")] not in COMMON_WORDS
        ):
            yield reading.plain.finding(FindingKind.NAME, *match.span())


def _kind(layer: Layer, name: str, start: int) -> FindingKind:
    before, after = layer.text[:start], layer.text[start + len(name) :]
    if name not in COMMON_WORDS or _BEFORE_A_PERSON.search(before) or _AFTER_A_PERSON.match(after):
        return FindingKind.NAME
    return FindingKind.NAME_OR_WORD


def _places(text: str, name: str) -> Iterator[int]:
    start = text.find(name)
    while start >= 0:
        yield start
        start = text.find(name, start + 1)
