"""Forms of mandates and of co-owners' delegates, entered from the signed paper."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import FileField, RadioField, SelectMultipleField, StringField, TelField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.meetings.mandates.acts import Wish
from app.meetings.paper.items import SheetItem
from app.meetings.tally import Choice
from console.count.forms import FILE_HINT, PLAIN, FileGiven, ItemsForm, options, said
from console.forms import Form

FREE = "free"
FIXED = "fixed"
LEFT_TO_PROXY = "由代理人决定"


class MandateForm(ItemsForm):
    """A paper mandate: who gives it, to whom, its scan, and what it fixes: fields `fix_…`, `names_…` of the items."""

    owner = RadioField("委托人", [said("请选是哪位业主签的委托书。")])
    proxy_name = StringField(
        "代理人姓名", [said("请填写委托书上代理人的姓名。"), Length(max=60, message="最多 60 字。")]
    )
    proxy_phone = TelField(
        "代理人手机号",
        [said("请填写代理人的手机号。"), Length(max=20, message="手机号太长了，请核对。")],
        description="代理人用这个手机号登录小程序后，就能替委托人投票。",
    )
    file = FileField("委托书照片或扫描件", [FileGiven("请拍照或者选择委托书的扫描件。")], description=FILE_HINT)

    def contradiction(self, item: SheetItem) -> str:
        """An election says either names, no more than it has seats, or nothing."""
        choice, marks = self.choice_of(item).data, self.marks_of(item).data
        if choice == FIXED and not marks:
            return "请勾选委托书上写明的人；没有写明的，请选“由代理人决定”。"
        if choice == FIXED and len(marks) > item.seats:
            return f"应选 {item.seats} 人，勾选了 {len(marks)} 人，请核对委托书。"
        if choice != FIXED and marks:
            return "由代理人决定的，请不要勾选候选人。"
        return ""

    def choice_of(self, item: SheetItem) -> Any:
        """The field that says whether, and how, an item is fixed."""
        return self._fields[f"fix_{item.number}"]

    def marks_of(self, item: SheetItem) -> Any:
        """The field of the names that an election's item fixes."""
        return self._fields[f"names_{item.number}"]

    @property
    def fixes(self) -> bool:
        """Whether an item is fixed, or was filled in wrongly: then it is shown."""
        return any(
            self.choice_of(item).data != FREE or (item.seats and self.marks_of(item).data) for item in self.items
        )

    def wish(self) -> Wish:
        """The mandate as the service takes it."""
        said_of = [(item, self.choice_of(item).data) for item in self.items]
        upload = self.file.data
        return Wish(
            self.proxy_phone.data,
            self.proxy_name.data,
            upload.filename,
            upload.read(),
            {item.motion_id: Choice(choice) for item, choice in said_of if choice in set(Choice)},
            {
                item.motion_id: [UUID(name) for name in self.marks_of(item).data]
                for item, choice in said_of
                if choice == FIXED
            },
        )


def mandate_form(items: Sequence[SheetItem]) -> MandateForm:
    """The form of a mandate of a party that votes on these items. Nothing is fixed unless somebody says so."""
    fields: dict[str, Any] = {"items": items}
    for item in items:
        fields[f"fix_{item.number}"] = RadioField(item.title, choices=options(_choices(item).items()), default=FREE)
        if item.seats:
            fields[f"names_{item.number}"] = SelectMultipleField(
                "委托书写明选的人",
                choices=options(item.candidates),
                widget=ListWidget(),
                option_widget=CheckboxInput(),
            )
    made: MandateForm = type("MandateForm", (MandateForm,), fields)()
    return made


def _choices(item: SheetItem) -> Mapping[str, str]:
    if item.seats:
        return {FREE: LEFT_TO_PROXY, FIXED: "只选下面勾选的人"}
    return {FREE: LEFT_TO_PROXY} | {one.value: PLAIN[one] for one in (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)}


class RevokeForm(Form):
    """Why a mandate ends."""

    reason = StringField(
        "为什么撤销", [said("请写明原因，例如：委托人改为自己投票。"), Length(max=200, message="最多 200 字。")]
    )


class DelegateForm(Form):
    """Whom the co-owners chose, on a paper that all of them signed."""

    owner = RadioField("推选谁代表投票", [said("请选共有人推选的是哪一位。")])
    file = FileField(
        "推选书照片或扫描件",
        [FileGiven("请拍照或者选择推选书的扫描件。")],
        description="推选书要有全体共有人的签名。" + FILE_HINT,
    )
