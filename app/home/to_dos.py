"""What waits for the reader, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ToDo:
    """One line of the list. `what` is stable, `text` for people, `page` what a tap opens."""

    what: str
    count: int
    text: str
    page: str


TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "vote": ("{count} 场业主大会等您投票", "pages/meeting/list"),
    "answer_entry": ("{count} 条拟公布的内容与您有关，请查看并说明", "pages/notice/mine"),
    "agree_to_be_named": ("{count} 条红榜表扬想署您的名，请答复是否同意", "pages/notice/mine"),
    "rate_wish": ("{count} 个心愿已完成，请您评价", "pages/wish/mine"),
    "mend_wish": ("{count} 个心愿被退回，请修改后重新提交", "pages/wish/mine"),
    "begin_claim": ("{count} 个认领的心愿等您开始办理", "pages/wish/claims"),
    "fulfil_wish": ("{count} 个心愿正在办理，完成后请登记", "pages/wish/claims"),
    "review": ("{count} 条内容等您审核", "pages/review/index"),
    "decide_appeal": ("{count} 件红黑榜申诉等您处理", "pages/notice/appeals"),
    "decide_binding": ("{count} 份房屋绑定申请等您核对", "pages/binding/waiting"),
}
"""What a line says and opens, in the order of the list: the law's deadlines first."""


def to_dos(counts: Mapping[str, int]) -> Sequence[ToDo]:
    """The lines for what was counted; nothing that is not there."""
    return [
        ToDo(what, counts[what], text.format(count=counts[what]), page)
        for what, (text, page) in TEXTS.items()
        if counts.get(what)
    ]
