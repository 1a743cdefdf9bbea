"""The rule of three: when a branch may be formed, and what is to be done where it may not be kept.

Regulations on the work of party branches (中国共产党支部工作条例（试行）) 4 (three formal members; usually 50 at most)
and 5 (joint branches of neighbours, usually five units at most), and the party's constitution 30. That a functional
branch, of members who stay registered elsewhere, needs three too is practice.
"""

from dataclasses import dataclass
from typing import Final

from app.org.branches.models import BranchKind

LEAST: Final = 3
"""Formal members of a branch, at least."""
USUAL_MOST: Final = 50
"""Members of a branch, usually at most."""
JOINT_LEAST: Final = 2
"""Compounds of a joint branch, at least."""
JOINT_MOST: Final = 5
"""Compounds of a joint branch, usually at most."""

_BELOW: Final = {
    BranchKind.OWN: "正式党员不足三名：请街道、社区撤销单独支部，与相邻小区成立联合支部，或者加入相邻的联合支部。",
    BranchKind.JOINT: "各小区的正式党员合计不足三名：请再吸收相邻小区，或者撤销后并入别的联合支部。",
    BranchKind.FUNCTIONAL: "正式党员不足三名：请再吸收组织关系在别处的党员，或者撤销这个功能型支部。",
}


@dataclass(frozen=True)
class Size:
    """How many members a branch has, the formal ones among them, and how many compounds it serves."""

    formal: int
    members: int
    compounds: int


def enough(formal: int) -> bool:
    """Whether so many formal members may form a branch."""
    return formal >= LEAST


def advice(kind: BranchKind, size: Size) -> str | None:
    """What is to be done about a branch of this size; None: nothing."""
    if not enough(size.formal):
        return _BELOW[kind]
    if kind is BranchKind.JOINT and size.compounds < JOINT_LEAST:
        return "只剩一个小区：请撤销联合支部，改为单独支部。"
    if kind is BranchKind.JOINT and size.compounds > JOINT_MOST:
        return f"联合支部一般不超过 {JOINT_MOST} 个单位：请考虑分设。"
    if size.members > USUAL_MOST:
        return f"支部党员一般不超过 {USUAL_MOST} 名：请考虑分设支部。"
    return None


def advice_without(formal: int) -> str:
    """What is to be done in a compound that no own or joint branch serves."""
    if enough(formal):
        return f"本小区有 {formal} 名正式党员，可以成立单独支部。"
    if formal:
        return f"本小区只有 {formal} 名正式党员，不足三名：请与相邻小区成立联合支部，或者加入相邻的联合支部。"
    return "本小区还没有登记正式党员：请先登记，或者由相邻的联合支部覆盖。"
