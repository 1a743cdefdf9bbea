"""Forms of the desk: registering a sheet, entering it, mandates, objections, lots."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.meetings.paper.items import SheetItem
from app.meetings.paper.viewing import EntryView
from app.meetings.results.models import ObjectionDecision
from app.meetings.tally import Choice
from console.forms import Form

MOMENT = "%Y-%m-%dT%H:%M"
FILES = "image/jpeg,image/png,application/pdf"
FILE_HINT = "手机可以直接拍照；电脑请选 JPG、PNG 或 PDF 文件，不超过 20 MB。"

PLAIN = {
    Choice.FOR.value: "同意",
    Choice.AGAINST.value: "反对",
    Choice.ABSTAIN.value: "弃权",
    Choice.BLANK.value: "没有选",
    "spoiled": "多选或看不清（废票）",
}
MARKED = "marked"


def said(what: str) -> InputRequired:
    """The field must be filled in; what to do."""
    return InputRequired(what)


def options(choices: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """What a field lets choose among: values with their labels."""
    return [SelectChoice(str(value), label) for value, label in choices]


class FileGiven(InputRequired):  # type: ignore[misc]
    """A file with a name; browsers send an empty one where none is chosen."""

    def __call__(self, form: Any, field: Any) -> None:
        """Stop unless a file was chosen."""
        if not (field.data and getattr(field.data, "filename", "")):
            field.raw_data = []
        super().__call__(form, field)


class ReceiveForm(Form):
    """A sheet that was handed in, of a party."""

    key = HiddenField()
    received_at = DateTimeLocalField(
        "业主交票的时间",
        [said("请填写业主交票的时间。")],
        format=MOMENT,
        description="以收件登记为准，不是录入的时间。",
    )
    file = FileField("表决票照片或扫描件", [FileGiven("请拍照或者选择表决票的扫描件。")], description=FILE_HINT)
    joint = BooleanField(
        "这是一张共有人联名票：票上有全体共有人的签名",
        description="只在共有人线上投票互相矛盾、现在一起签了纸质票时勾选。",
    )


class UnidentifiedForm(ReceiveForm):
    """A sheet of which nobody can say whose it is."""

    reason = StringField(
        "为什么认不出来",
        [said("请写明原因，例如：二维码破损，没有门牌，也没有签名。"), Length(max=200, message="最多 200 字。")],
    )


class SettleForm(Form):
    """Why a sheet is set aside, or that a clash was seen."""

    reason = StringField(
        "原因", [said("请写明原因，例如：业主本人更正，已重新递交。"), Length(max=200, message="最多 200 字。")]
    )


class ReleaseForm(Form):
    """Why a place of enterer is freed."""

    reason = StringField(
        "为什么换人", [said("请写明原因，例如：录入人外出，改由他人录入。"), Length(max=200, message="最多 200 字。")]
    )


class ItemsForm(Form):
    """What is said of each item of a sheet: one thing, and of an election no more names than it has seats."""

    items: Sequence[SheetItem] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """As of every form; what an election contradicts is said beside its names."""
        good: bool = super().validate(extra_validators)
        for item in self.items:
            wrong = self.contradiction(item) if item.seats else ""
            if wrong:
                self.marks_of(item).errors = [wrong]
                good = False
        return good

    def marks_of(self, item: SheetItem) -> Any:
        """The field of the names of an election's item."""
        raise NotImplementedError

    def contradiction(self, item: SheetItem) -> str:
        """What is wrong with what is said of an election, in a sentence; empty if nothing is."""
        raise NotImplementedError


class EntryForm(ItemsForm):
    """What stands on a sheet; its fields are those of the sheet's items."""

    def marks_of(self, item: SheetItem) -> Any:
        """The field of the names that are marked."""
        return self._fields[_marks(item)]

    def contradiction(self, item: SheetItem) -> str:
        """Names are marked if and only if names are said to be, and no more than there are seats."""
        choice, marks = self._fields[_choice(item)].data, self.marks_of(item).data
        if choice == MARKED and not marks:
            return "请勾选票上选的人；票上一个也没有选的，请选“一个也没有选”。"
        if choice == MARKED and len(marks) > item.seats:
            return f"应选 {item.seats} 人，勾选了 {len(marks)} 人。票上确实多选的，请选“多选或看不清”。"
        if choice in (Choice.BLANK.value, "spoiled") and marks:
            return "没有选或者废票的，请不要勾选候选人。"
        return ""

    def read(self) -> dict[str, Any]:
        """The entry as the service takes it."""
        chosen = [(item, self._fields[_choice(item)].data) for item in self.items]
        return {
            "choices": {one.motion_id: Choice(data) for one, data in chosen if data in set(Choice)},
            "marks": {
                one.motion_id: [UUID(name) for name in self._fields[_marks(one)].data]
                for one, data in chosen
                if data == MARKED
            },
            "spoiled": [one.motion_id for one, data in chosen if data == "spoiled"],
            "joint": bool(self._fields["joint"].data) if "joint" in self._fields else False,
        }


def entry_form(items: Sequence[SheetItem], joint: bool, entry: EntryView | None = None) -> EntryForm:
    """The form of a sheet with these items, filled in with an entry that was made before."""
    fields: dict[str, Any] = {"items": items}
    for item in items:
        fields[_choice(item)] = RadioField(
            item.title, [said("请选一项：票上怎么填就怎么选。")], choices=options(_choices(item).items())
        )
        if item.seats:
            fields[_marks(item)] = SelectMultipleField(
                "票上勾选的人",
                choices=options(item.candidates),
                widget=ListWidget(),
                option_widget=CheckboxInput(),
            )
    if joint:
        fields["joint"] = BooleanField("我核对过，票上有全体共有人的签名")
    made: EntryForm = type("EntryForm", (EntryForm,), fields)(data=entered(items, entry) if entry else None)
    return made


def _choices(item: SheetItem) -> Mapping[str, str]:
    if not item.seats:
        return PLAIN
    return {
        MARKED: "勾选了下面的人",
        Choice.BLANK.value: "一个也没有选",
        "spoiled": f"超过 {item.seats} 人或看不清（废票）",
    }


def entered(items: Sequence[SheetItem], entry: EntryView) -> dict[str, Any]:
    """An entry as the fields of its form."""
    spoiled = {str(one) for one in entry.spoiled}
    data: dict[str, Any] = {"joint": entry.joint}
    for item in items:
        motion = str(item.motion_id)
        choice = "spoiled" if motion in spoiled else MARKED if motion in entry.marks else entry.choices[motion]
        data[_choice(item)] = choice
        data[_marks(item)] = list(entry.marks.get(motion, ()))
    return data


def _choice(item: SheetItem) -> str:
    return f"choice_{item.number}"


def _marks(item: SheetItem) -> str:
    return f"marks_{item.number}"


class ObjectionForm(Form):
    """An objection to the result that was handed in on paper."""

    owner = RadioField("提出异议的业主", [said("请选是哪位业主提出的。")])
    motion = SelectField("针对哪一项", description="没有写明哪一项的，选“整个结果”。")
    text = TextAreaField("异议内容", [said("请照异议书填写内容。"), Length(max=1000, message="最多 1000 字。")])
    note = StringField(
        "异议书存放在哪里", [said("请写明存放处，例如：异议书卷第 2 号。"), Length(max=200, message="最多 200 字。")]
    )
    received_on = DateField("收到异议书的日期", [said("请填写收到的日期。")])


class DecisionForm(Form):
    """The answer to an objection."""

    decision = RadioField(
        "怎么答复",
        [said("请选一项。")],
        choices=options(
            [
                (ObjectionDecision.REJECTED.value, "不成立：结果没有问题"),
                (ObjectionDecision.UPHELD.value, "成立：有道理，但不影响计票"),
                (ObjectionDecision.COUNT_WRONG.value, "计票有误：结果须撤销，重新表决"),
            ]
        ),
    )
    reason = TextAreaField(
        "理由", [said("请写明理由，会告诉提出异议的业主。"), Length(max=1000, message="最多 1000 字。")]
    )

    def answers(self) -> tuple[Any, ...]:
        """The decision and its reason."""
        return ObjectionDecision(self.decision.data), self.reason.data


class AnnulForm(Form):
    """Why a result is annulled."""

    reason = StringField(
        "撤销的理由",
        [said("请写明理由，例如：核实有三张表决票漏计。"), Length(max=200, message="最多 200 字。")],
        description="会告诉全体业主，并且永久留在存证里，请不要写任何人的姓名和门牌。",
    )


class LotForm(Form):
    """The order in which tied candidates were drawn: a place is a field."""

    places: Sequence[str] = ()

    def order(self) -> list[UUID]:
        """The candidates as drawn."""
        return [UUID(self._fields[place].data) for place in self.places]

    def validate(self, extra_validators: Any = None) -> bool:
        """Nobody is drawn twice."""
        good: bool = super().validate(extra_validators)
        drawn = [self._fields[place].data for place in self.places]
        for place in self.places:
            if good and drawn.count(self._fields[place].data) > 1:
                self._fields[place].errors = ["同一个人只能抽到一个顺序，请核对。"]
        return good and len(set(drawn)) == len(drawn)


def lot_form(tied: Sequence[tuple[UUID, str]]) -> LotForm:
    """The form for a lot among these candidates."""
    choices = options([("", "请选择"), *tied])
    places = [f"place_{number}" for number in range(1, len(tied) + 1)]
    fields: dict[str, Any] = {
        place: SelectField(f"第 {number} 个抽出的", [said("请选择抽出的人。")], choices=choices)
        for number, place in enumerate(places, start=1)
    }
    made: LotForm = type("LotForm", (LotForm,), {"places": places, **fields})()
    return made
