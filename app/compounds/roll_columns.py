"""Which column of a roll is what: the headers that property offices use, and where the header row is."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.compounds.roll_sheets import Cell


class Column(StrEnum):
    """What a column of a roll says."""

    __hash__ = str.__hash__
    """Enum's own is written in Python, and every cell asks for its column."""

    BUILDING = "building"
    STAIRWELL = "stairwell"
    ROOM = "room"
    DOOR = "door"
    USE = "use"
    AREA = "area"
    AREA_REGISTER = "area_register"
    AREA_SURVEY = "area_survey"
    AREA_CONTRACT = "area_contract"
    AREA_SOURCE = "area_source"
    OWNER = "owner"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    SHARE = "share"
    DEVELOPER = "developer"
    SOLD = "sold"


_NAMES: Mapping[Column, str] = {
    Column.BUILDING: "楼栋 楼号 楼幢 幢 幢号 栋 栋号 楼 楼座 座 座号 楼宇 楼栋号 楼幢号 楼名 楼栋名称 楼宇名称 建筑物",
    Column.STAIRWELL: "单元 单元号 梯 梯号 门栋 单元名称",
    Column.ROOM: "房号 室号 房间号 房间 室 房屋号 门牌号 户号 房屋编号 房间编号 户室号 房室号 房屋室号 车位号 部位",
    Column.DOOR: "房屋坐落 坐落 房屋地址 地址 房产地址 房屋位置 房屋 房产 楼栋单元房号 住址 详细地址 物业地址 资产名称",
    Column.USE: "用途 房屋用途 房屋类型 类型 物业类型 房屋性质 性质 业态 使用性质 规划用途 房产类型",
    Column.AREA: "建筑面积 面积 房屋面积 专有面积 专有部分面积 房屋建筑面积 总面积 计费面积 收费面积 投票面积",
    Column.AREA_REGISTER: "产权面积 登记面积 产证面积 不动产登记面积 证载面积 房产证面积 产权登记面积 登记建筑面积",
    Column.AREA_SURVEY: "测绘面积 实测面积 实测建筑面积 测绘建筑面积 竣工面积",
    Column.AREA_CONTRACT: "合同面积 购房合同面积 合同建筑面积 预测面积 预售面积 预测建筑面积",
    Column.AREA_SOURCE: "面积来源 面积依据 面积性质 面积类型 面积数据来源",
    Column.OWNER: "业主姓名 产权人 姓名 业主 业主名称 产权人姓名 权利人 权利人姓名 房主 户主 户主姓名 所有权人 "
    "产权所有人 业主名字 共有人 共有人姓名 共有产权人 买受人 购房人 业主1 业主2 业主3 产权人1 产权人2",
    Column.ID_NUMBER: "证件号 身份证号 证件号码 身份证号码 身份证 公民身份号码 身份证件号 身份证件号码 证件编号 "
    "业主身份证号 共有人证件号 共有人证件号码 共有人身份证号 共有人身份证号码 统一社会信用代码",
    Column.PHONE: "手机号 联系电话 手机 电话 手机号码 联系方式 电话号码 移动电话 业主电话 业主手机 业主手机号 联系手机 "
    "共有人手机号 共有人手机 共有人电话 共有人联系电话",
    Column.SHARE: "产权份额 份额 产权比例 占有份额 共有份额 持有份额 所占份额 共有人份额 共有比例 共有情况 份额比例",
    Column.DEVELOPER: "开发商持有 是否开发商持有 未售 是否未售 开发商自持 建设单位持有 是否开发商 未售未交付",
    Column.SOLD: "销售状态 是否已售 已售 出售状态 房屋状态 交付状态 是否交付 已售未售 售出状态 状态",
}
HEADERS = {name: column for column, names in _NAMES.items() for name in names.split()}
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_UNITS = re.compile(r"(?:[/:：]?(?:M2|M\^2|㎡|平方米|平米|平方))$")
_DECORATION = re.compile(r"[\s*:：_、.]")

AREAS = (Column.AREA, Column.AREA_REGISTER, Column.AREA_SURVEY, Column.AREA_CONTRACT)
PERSONAL = frozenset({Column.OWNER, Column.ID_NUMBER, Column.PHONE, Column.SHARE})
HEADER_WITHIN = 40
"""Rows from the top among which the header is looked for."""


@dataclass(frozen=True)
class Header:
    """A header row. `places`: columns of each meaning, from 0, in order; `names`: headers as written, by place."""

    last_row: int
    places: Mapping[Column, Sequence[int]]
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_roll(self) -> bool:
        """Whether there are doors here, and something to say about them."""
        doors = Column.ROOM in self.places or Column.DOOR in self.places
        return doors and (self.has_area or Column.OWNER in self.places)

    @property
    def has_area(self) -> bool:
        """Whether some column gives areas."""
        return any(column in self.places for column in AREAS)


def column_of(text: str) -> Column | None:
    """What a header cell announces: "建筑面积（㎡）" and "面 积" are areas; None for anything else."""
    plain = _DECORATION.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", text).upper()))
    return HEADERS.get(plain) or HEADERS.get(_UNITS.sub("", plain))


def find_header(rows: Sequence[Sequence[Cell]], first_column: int = 0) -> Header | None:
    """The header among the first rows: the row, or two rows under each other, with most known columns.

    A header of two rows has group names above ("业主信息" over "姓名" and "电话") or merged cells.
    """
    best: Header | None = None
    for position in range(min(len(rows), HEADER_WITHIN)):
        single = _header(position, first_column, rows[position])
        double = _header(position + 1, first_column, *rows[position : position + 2])
        longer = position + 1 < len(rows) and _known(double) > _known(single) and _plain_words(rows[position + 1])
        header = double if longer else single
        if header.is_roll and (best is None or _known(header) > _known(best)):
            best = header
    return best


def _header(last_row: int, first_column: int, *rows: Sequence[Cell]) -> Header:
    """The header that the rows make together; in each column the lowest known cell counts."""
    found: dict[int, tuple[Column, str]] = {}
    for row in rows:
        for place, cell in enumerate(row, start=first_column):
            if isinstance(cell, str) and (column := column_of(cell)):
                found[place] = (column, " ".join(cell.split()))
    places: dict[Column, list[int]] = {}
    for place in sorted(found):
        places.setdefault(found[place][0], []).append(place)
    return Header(last_row, places, {place: name for place, (_, name) in found.items()})


def _known(header: Header) -> int:
    return len(header.names)


def _plain_words(row: Sequence[Cell]) -> bool:
    """Whether the row may belong to a header: words only."""
    return all(isinstance(cell, str) for cell in row)
