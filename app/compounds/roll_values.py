"""Cells of a roll as values: areas in 0.01 m² exactly, shares as fractions, words as what they mean."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from app.compounds.models import UnitUse
from app.compounds.persons import is_plain
from app.compounds.roll_columns import Column
from app.compounds.roll_sheets import Cell

AREA_LIMIT_CENTI = 100_000 * 100
EXACT_INTEGERS = 10**15
"""Excel keeps 15 digits of a number; a longer one has lost its end."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AREA_UNIT = re.compile(r"(?:M2|M\^2|㎡|平方米|平米|平方|平)$")
_AROUND = " \t\r\n\u3000\xa0'\ufeff"
_MARKS = frozenset("='\ufeff")
_SEPARATORS = re.compile(r"[、,;/|\n\r]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_WHOLE = re.compile(r"(\d+)\.0+")
_FRACTION = re.compile(r"(\d{1,6})/(\d{1,6})")
_CHINESE_FRACTION = re.compile(r"([一二三四五六七八九十百]+)分之([一二三四五六七八九十百]+)")
_NUMERALS = {sign: value for value, sign in enumerate("一二三四五六七八九", start=1)}
_NOTHING = frozenset({"", "/", "-", "--", "—", "——", "无", "空", "暂无", "不详", "未知", "待定", "N/A", "#N/A", "NULL"})
_NO_SHARES = frozenset({"共同共有", "共有", "单独所有", "单独", "夫妻共有", "家庭共有", "按份共有"})
_CHINESE_PAIR = re.compile(r"([㐀-鿿]{2,4})((?: [㐀-鿿]{2,4})+)")

_USES = {
    UnitUse.RESIDENCE: "住宅 公寓 别墅 普通住宅 高层住宅 洋房 住房 居住 成套住宅 商品房 安置房 RESIDENCE",
    UnitUse.SHOP: "商铺 商业 门面 店铺 商业用房 商服 办公 写字楼 商业服务 底商 门面房 非住宅 营业 SHOP",
    UnitUse.PARKING: "车位 车库 停车位 地下车位 机动车位 地下车库 产权车位 PARKING",
    UnitUse.STORAGE: "储藏 储藏室 储物间 杂物间 地下室 储藏间 仓库 储物室 杂物房 自行车库 STORAGE",
}
_USE_OF = {word: use for use, words in _USES.items() for word in words.split()}
_SOURCES = {
    Column.AREA_REGISTER: "登记 产权 产权证 不动产登记 不动产权证 房产证 产证 登记簿 证载 不动产登记簿",
    Column.AREA_SURVEY: "测绘 实测 测绘报告 竣工测绘 实测面积 测绘面积",
    Column.AREA_CONTRACT: "合同 购房合同 买卖合同 预测 预售 商品房买卖合同 合同面积",
}
_SOURCE_OF = {word: source for source, words in _SOURCES.items() for word in words.split()}
_HELD = _words("未售 未出售 未交付 开发商 开发商持有 自持 持有 在售 未售出 建设单位 开发公司 库存")
_NOT_HELD = _words("已售 已出售 已交付 业主 售出 已售出 入住 已入住 空置 出租 自住 装修 未入住 装修中")
_YES, _NO = _words("是 √ ✓ ✔ Y YES 1 TRUE 有 对"), _words("否 × ✗ X N NO 0 FALSE 没有 不是")
_DEVELOPER_AS_OWNER = _words("开发商 未售 未售出 开发商未售 开发商持有 未出售 建设单位 开发公司 房产公司")


class Area(NamedTuple):
    """An area in 0.01 m², or the kind of finding that tells why there is none; `rounded`: it had more decimals."""

    centi: int | None
    problem: str = ""
    rounded: bool = False


def text_of(cell: Cell) -> str:
    """The cell as text: 501.0 is "501", numbers that lost digits stay "4.1E+17", line breaks stay."""
    if isinstance(cell, str):
        text = cell.strip()
        if text[:1] in _MARKS:
            text = text[2:-1] if text[:2] == '="' and text[-1] == '"' else text.strip(_AROUND)
        return "" if text in _NOTHING else text
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if abs(cell) < EXACT_INTEGERS and cell == int(cell):
            return str(int(cell))
        return f"{cell:.15G}"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)


def means_nothing(text: str) -> bool:
    """Whether the text only says that there is nothing to say: 无, 不详, a dash."""
    return text in _NOTHING


def is_moment(cell: Cell) -> bool:
    """Whether a spreadsheet has made a date or time of what was typed."""
    return isinstance(cell, date | datetime | time | timedelta)


def lost_digits(text: str) -> bool:
    """Whether the text is a number in scientific notation, whose last digits are gone."""
    return "E" in text.upper() and _SCIENTIFIC.fullmatch(text.upper().replace(" ", "")) is not None


def whole(text: str) -> str:
    """ "13900010001.0", a number that went through a float, without its ".0"."""
    match = _WHOLE.fullmatch(text) if "." in text else None
    return match[1] if match else text


def area_of(cell: Cell) -> Area:
    """The area in 0.01 m², exactly: a decimal number as Excel shows it, never a float; halves round up."""
    if isinstance(cell, bool) or is_moment(cell):
        return Area(None, "area_unreadable")
    if isinstance(cell, int | float):
        text = f"{cell:.15g}"
    else:
        text = unicodedata.normalize("NFKC", text_of(cell)).upper().replace(",", "").replace(" ", "")
        text = _AREA_UNIT.sub("", text)
    if not text:
        return Area(None, "area_missing")
    try:
        metres = Decimal(text)
    except InvalidOperation:
        return Area(None, "area_unreadable")
    if not metres.is_finite():
        return Area(None, "area_unreadable")
    if metres <= 0:
        return Area(None, "area_not_positive")
    if metres * 100 > AREA_LIMIT_CENTI:
        return Area(None, "area_absurd")
    centi = (metres * 100).quantize(Decimal(1), ROUND_HALF_UP)
    if not centi:
        return Area(None, "area_not_positive")
    return Area(int(centi), rounded=centi != metres * 100)


@lru_cache(1024)
def use_of(text: str) -> UnitUse | None:
    """What "住宅", "门面房" or "车位" is; None for a word that nobody knows."""
    return _USE_OF.get(_word(text))


@lru_cache(1024)
def area_source_of(text: str) -> Column | None:
    """The column that an area from this source belongs to; None for a word that nobody knows."""
    return _SOURCE_OF.get(_word(text))


@lru_cache(1024)
def held_by_developer(text: str, column: Column) -> bool | None:
    """Whether a word in a column like "开发商持有" or "销售状态" says that the developer holds the unit."""
    word = _word(text)
    if not word or word in _NOT_HELD:
        return False
    if word in _HELD:
        return True
    if word in _YES | _NO:
        return (word in _YES) == (column is Column.DEVELOPER)
    return None


def developer_as_owner(name: str) -> bool:
    """Whether the owner's name only says that the unit is unsold."""
    return name in _DEVELOPER_AS_OWNER


def split_people(text: str) -> list[str]:
    """Names in one cell: "张三、李四" and "张三 李四"; "张 三" is one name written wide."""
    if is_plain(text):
        return [text]
    names = split_cell(text)
    if len(names) == 1 and (match := _CHINESE_PAIR.fullmatch(" ".join(names[0].split()))):
        return match[0].split()
    return names


def split_cell(text: str) -> list[str]:
    """Several values in one cell, at 、 ， , ; ／ / | and line breaks; empty ones left out."""
    if is_plain(text):
        return [text]
    plain = unicodedata.normalize("NFKC", text)
    if not _SEPARATORS.search(plain):
        return [plain]
    return [part for part in (part.strip() for part in _SEPARATORS.split(plain)) if part and part not in _NOTHING]


def shares_of(text: str) -> list[Fraction] | None:
    """Shares in one cell in order: "1/2、1/2", "50%，50%", "三分之一"; none for 共同共有. None: unreadable."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if plain in _NO_SHARES or not plain:
        return []
    parts = [part for part in re.split(r"[、,;|\n\r]+", plain) if part]
    shares = [_share(part) for part in parts]
    return [share for share in shares if share is not None] if None not in shares else None


def _share(text: str) -> Fraction | None:
    text = text.removeprefix("各占").removeprefix("占").removeprefix("各")
    if match := _FRACTION.fullmatch(text):
        share = Fraction(int(match[1]), int(match[2])) if int(match[2]) else None
    elif match := _CHINESE_FRACTION.fullmatch(text):
        share = Fraction(_numeral(match[2]), _numeral(match[1])) if _numeral(match[1]) else None
    else:
        try:
            number = Fraction(Decimal(text.removesuffix("%")))
        except (InvalidOperation, ValueError, OverflowError):
            return None
        share = number / 100 if text.endswith("%") or number > 1 else number
    return share.limit_denominator(1_000_000) if share is not None and 0 < share <= 1 else None


def _numeral(text: str) -> int:
    """一 to 一百."""
    if text in ("百", "一百"):
        return 100
    tens, ten, ones = text.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)


def _word(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").upper()
