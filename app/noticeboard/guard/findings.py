"""What the guard finds in a text."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What a part of a text looks like. `name_or_word`: a name on the roll that is an everyday word too."""

    NAME = "name"
    NAME_OR_WORD = "name_or_word"
    DOOR = "door"
    STOREY = "storey"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    PLATE = "plate"
    MINOR = "minor"

    @property
    def why(self) -> str:
        """The sentence after the part that was found: why it cannot stay, and what to do."""
        return _WHY[self]


_WHY = {
    FindingKind.NAME: "是姓名或者指向具体的人，请删去，只写行为和地点",
    FindingKind.NAME_OR_WORD: "与名册上一位业主同名；如果指的是人请删去，如果是普通词语请勾选“不是人名”后再提交",
    FindingKind.DOOR: "是门牌号或者车位号，请只写到楼栋或单元",
    FindingKind.STOREY: "写到了楼层，同一层只有几户，请只写到楼栋或单元",
    FindingKind.PHONE: "是电话号码或者其他联系方式，请删去",
    FindingKind.ID_NUMBER: "是证件号码，请删去",
    FindingKind.PLATE: "是车牌号，请删去，可以写“一辆汽车”",
    FindingKind.MINOR: "提到了未成年人，请删去；涉及未成年人的事不上榜，请与家长当面沟通",
}


@dataclass(frozen=True)
class Finding:
    """A part of a text that cannot stay: `text[start:end]`, as it was written, is `part`."""

    kind: FindingKind
    start: int
    end: int
    part: str

    @property
    def sentence(self) -> str:
        """Which part, and why."""
        return f"“{self.part}”{self.kind.why}"

    def longer(self, other: "Finding") -> "Finding":
        """This one up to the end of another that begins inside it."""
        return Finding(self.kind, self.start, other.end, self.part + other.part[self.end - other.start :])
