"""What is doubtful in a roll, told in Chinese: where, what was found, what to do. Personal data is masked before."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

KEPT_OF_A_KIND = 200


class Severity(StrEnum):
    """An error blocks the import as a whole; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class _Kind(NamedTuple):
    severity: Severity
    what: str
    to_do: str


_E, _W = Severity.ERROR, Severity.WARNING

KINDS: dict[str, _Kind] = {
    # the door
    "building_missing": _Kind(_E, "没有楼栋。", "请填写这套房屋的楼号。"),
    "room_missing": _Kind(_E, "没有房号。", "请填写房号；如果这一行不是房屋，请删掉这一行。"),
    "door_unclear": _Kind(_E, "“{value}”看不出楼栋和房号。", "请写成“3栋2单元501”或“3-2-501”。"),
    "room_is_date": _Kind(_E, "房号被表格软件变成了日期。", "请把这一列设为“文本”格式，再重新填写房号。"),
    "filled_down": _Kind(
        _W, "有 {number} 行没写楼栋，已按上面一行的“{value}”填入，这是第一行。", "请核对；不对的请补上楼栋。"
    ),
    "same_unit_again": _Kind(_W, "这套房屋与第 {row} 行完全相同，已略过。", "可以删去重复的一行。"),
    "same_unit_differs": _Kind(
        _E,
        "这套房屋在“{sheet}”第 {row} 行已经出现，两处内容不同。",
        "已过户的请删去旧的一行；共有人请写在相邻的行，只在第一行写房号和面积。",
    ),
    # areas
    "area_missing": _Kind(_E, "没有面积。", "请按产权证填写建筑面积，例如 89.57。"),
    "area_unreadable": _Kind(_E, "面积“{value}”不是数字。", "请只填数字，例如 89.57，不要写文字。"),
    "area_not_positive": _Kind(_E, "面积“{value}”不大于 0。", "请按产权证填写建筑面积。"),
    "area_absurd": _Kind(_E, "面积“{value}”超过 10 万平方米。", "请核对小数点；单位是平方米。"),
    "area_rounded": _Kind(_W, "面积“{value}”超过两位小数，已四舍五入为 {area}。", "请与产权证核对。"),
    "source_unknown": _Kind(_E, "面积来源“{value}”看不懂。", "请填“登记”“测绘”或“合同”。"),
    "use_unknown": _Kind(_E, "用途“{value}”看不懂。", "请填“住宅”“商铺”“车位”或“储藏”。"),
    # owners
    "owner_missing": _Kind(
        _W, "没有业主姓名，按“业主不明”导入，面积照样计入总数。", "请补上业主；开发商未售的请注明“未售”。"
    ),
    "owner_too_long": _Kind(_E, "业主姓名超过 60 个字。", "请只写姓名或单位名称，多位业主之间用“、”隔开。"),
    "owner_and_others": _Kind(_W, "“{value}”没有写全共有人。", "请写出每一位产权人的姓名，用“、”隔开。"),
    "owner_twice": _Kind(_W, "业主“{value}”在同一套房屋里写了两次，按一位导入。", "请核对是否写错。"),
    "developer_unclear": _Kind(_E, "“{value}”看不出是否由开发商持有。", "请填“是”或“否”。"),
    "id_number_lost": _Kind(
        _W,
        "证件号被表格软件改成了“{value}”，后几位已经丢失，本次不导入。",
        "请把这一列设为“文本”格式，按证件重新填写。",
    ),
    "id_number_wrong": _Kind(_W, "证件号“{value}”的校验位或出生日期不对，本次不导入。", "请对照证件改正。"),
    "id_number_form": _Kind(_W, "“{value}”不像证件号，本次不导入。", "请对照证件填写完整的号码。"),
    "id_number_count": _Kind(
        _E, "业主 {owners} 位、证件号 {number} 个，对不上。", "请按姓名的顺序逐一填写，或先清空这一格。"
    ),
    "id_number_two_names": _Kind(_E, "证件号“{value}”在表格里对应了不同的姓名。", "请对照证件改正姓名或证件号。"),
    "minor": _Kind(_W, "业主“{value}”未满 18 周岁，投票时由监护人代理。", "请联系其监护人，备好监护关系证明。"),
    "phone_lost": _Kind(
        _W, "手机号被表格软件改成了“{value}”，本次不导入。", "请把这一列设为“文本”格式，重新填写手机号。"
    ),
    "phone_landline": _Kind(_W, "“{value}”是座机号，不能用来验证身份，本次不导入。", "请改填业主本人的手机号。"),
    "phone_form": _Kind(_W, "“{value}”不是 11 位手机号，本次不导入。", "请改填业主本人的手机号。"),
    "phone_first_only": _Kind(
        _W, "业主 {owners} 位、手机号 {number} 个，只把第一个记在第一位业主名下。", "请按姓名的顺序补全。"
    ),
    "phone_count": _Kind(
        _W, "业主 {owners} 位、手机号 {number} 个，对不上，本次不导入手机号。", "请按姓名的顺序逐一填写。"
    ),
    "phone_shared": _Kind(
        _W,
        "手机号“{value}”登记在 {number} 位业主名下。",
        "请核对是否误填了物业或中介的电话：谁验证这个号码，谁就会绑定这些房屋。",
    ),
    "share_unreadable": _Kind(_E, "份额“{value}”看不懂。", "请写成“1/2”或“50%”；共同共有的可以不填。"),
    "share_count": _Kind(_E, "业主 {owners} 位、份额 {number} 个，对不上。", "请按姓名的顺序逐一填写，或全部不填。"),
    "share_sum": _Kind(_E, "份额合计是 {value}，不等于 1。", "请按产权证核对各人份额。"),
    "share_nearly": _Kind(_W, "份额合计是 {value}，差一点到 1，按四舍五入看待。", "可以改写成分数，例如“1/3”。"),
    # the file
    "total_skipped": _Kind(_W, "合计行，已略过。", "不用处理。"),
    "line_skipped": _Kind(_W, "这一行没有房号、面积和业主，已略过。", "如果它是一套房屋，请补全后重新上传。"),
    "sheet_skipped": _Kind(_W, "工作表“{sheet}”里没有名册的表头，已略过。", "如果它也是名册，请补上表头后重新上传。"),
    "sheet_hidden": _Kind(_W, "工作表“{sheet}”是隐藏的，已略过。", "如果它也是名册，请取消隐藏后重新上传。"),
}


@dataclass(frozen=True)
class Finding:
    """One doubt. `row` counts from 1 as Excel does, 0: the sheet as a whole; `column` is Excel's letter."""

    severity: Severity
    kind: str
    sheet: str
    row: int
    column: str
    header: str
    what: str
    to_do: str

    def to_json(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return asdict(self)


@dataclass
class Findings:
    """Findings in the order of the file: all are counted, the first of each kind are kept."""

    kept: list[Finding] = field(default_factory=list)
    by_kind: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        kind: str,
        sheet: str,
        row: int = 0,
        column: str = "",
        header: str = "",
        facts: Mapping[str, str | int] = MappingProxyType({}),
    ) -> None:
        """Record a finding of a kind of KINDS; `facts` fill its sentence."""
        self.by_kind[kind] += 1
        if self.by_kind[kind] <= KEPT_OF_A_KIND:
            severity, what, to_do = KINDS[kind]
            told = what.format(**{"sheet": sheet, **facts})
            self.kept.append(Finding(severity, kind, sheet, row, column, header, told, to_do))

    def count(self, severity: Severity) -> int:
        """How many of a severity there are, kept or not."""
        return sum(number for kind, number in self.by_kind.items() if KINDS[kind].severity is severity)

    def to_json(self) -> list[Any]:
        """The kept findings as JSON, errors first."""
        return [one.to_json() for one in sorted(self.kept, key=lambda one: one.severity is not Severity.ERROR)]
