"""Forms of the red/black list. What the guard finds in a text stands beside the field that it was found in."""

from collections import defaultdict
from typing import Any

from flask import request
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core.errors import AppError
from app.noticeboard.errors import TellsWhoIsMeant
from app.noticeboard.guard.findings import FindingKind
from app.noticeboard.models import Category
from console.forms import Form
from console.neighbours import Chosen

CATEGORIES = {
    Category.HYGIENE: "环境卫生",
    Category.PARKING: "停车",
    Category.NOISE: "噪声",
    Category.FIRE_SAFETY: "消防安全",
    Category.ANIMALS: "养犬养宠",
    Category.COMMON_PARTS: "公共部位",
    Category.NEIGHBOURS: "邻里互助",
    Category.SERVICE: "志愿服务",
    Category.OTHER: "其他",
}


def _where_filed(description: str) -> StringField:
    """Where the paper is that something was handed in on."""
    return StringField(
        "原件存放在哪里",
        description=description,
        validators=[InputRequired("请写明原件存放在哪里。"), Length(max=200, message="请不要超过 200 个字。")],
    )


class EntryForm(Form):
    """An entry's words. `everyday`: names on the roll that the drafter may say mean nobody here."""

    colour = RadioField(
        "上哪个榜",
        choices=[
            SelectChoice("red", "红榜：表扬好人好事"),
            SelectChoice("black", "黑榜：只写行为和地点，不写是谁"),
        ],
        validators=[InputRequired("请选择红榜或黑榜。")],
    )
    category = SelectField("类别", choices=[SelectChoice(one.value, label) for one, label in CATEGORIES.items()])
    title = StringField(
        "标题",
        description="例如：楼道堆放杂物",
        validators=[InputRequired("请填写标题。"), Length(max=40, message="标题请不要超过 40 个字。")],
    )
    text = TextAreaField(
        "内容",
        description="写清什么事、在哪里（只写到楼栋或单元）。不写姓名、门牌号、电话、车牌，不写未成年人。",
        validators=[InputRequired("请填写内容。"), Length(max=500, message="内容请不要超过 500 个字。")],
    )

    nomination = HiddenField()

    def __init__(self, **initial: Any) -> None:
        super().__init__(**initial)
        self.words: list[str] = request.form.getlist("words") or list(initial.get("words", ()))
        self.everyday = list(self.words)

    def refuse(self, error: AppError) -> None:
        """Show each thing that the guard found beside its field."""
        super().refuse(error)
        if not isinstance(error, TellsWhoIsMeant):
            return
        found: dict[str, list[str]] = defaultdict(list)
        for one in error.details["findings"]:
            found[one["field"]].append(f"“{one['part']}”{one['why']}")
            if one["kind"] == FindingKind.NAME_OR_WORD and one["part"] not in self.everyday:
                self.everyday.append(one["part"])
        for name, sentences in found.items():
            self._fields[name].errors = sentences
        self.refusal = "内容里有不能写的部分，请看下面红字的说明，修改后再保存。"


class NoteForm(Form):
    """What stands in the place of an entry that is taken down."""

    note = StringField(
        "撤下后原处显示的话",
        description="小区居民都能看到，例如：情况已经整改，本条内容提前撤下。",
        validators=[InputRequired("请写一句撤下后显示的话。"), Length(max=200, message="请不要超过 200 个字。")],
    )

    def refuse(self, error: AppError) -> None:
        """Beside the field, what the guard found."""
        super().refuse(error)
        if isinstance(error, TellsWhoIsMeant):
            self.note.errors = [f"“{one['part']}”{one['why']}" for one in error.details["findings"]]


class ToldForm(Form):
    """That somebody was told on paper."""

    note = StringField(
        "送达记录",
        description="谁签收、告知书存放在哪里，例如：告知书第 3 号，本人签收。",
        validators=[InputRequired("请写明谁签收、存放在哪里。"), Length(max=200, message="请不要超过 200 个字。")],
    )


class StatementForm(Form):
    """What somebody handed in on paper."""

    kind = RadioField(
        "交来的是什么",
        choices=[
            SelectChoice("answer", "情况说明：内容涉及的业主自己写的"),
            SelectChoice("appeal", "申诉：认为内容不对，要求不公布或者撤下"),
        ],
        validators=[InputRequired("请选择交来的是情况说明还是申诉。")],
    )
    owner = RadioField("谁交来的", validators=[InputRequired("请选择是哪位业主；不在里面的，先在上面按房号查找。")])
    text = TextAreaField(
        "内容",
        description="照纸上的内容填写。",
        validators=[InputRequired("请照纸上的内容填写。"), Length(max=500, message="请不要超过 500 个字。")],
    )
    note = _where_filed("例如：申诉书第 2 号，存党支部。")


class NominationForm(Chosen):
    """A nomination for red that somebody handed in on paper."""

    category = SelectField("类别", choices=[SelectChoice(one.value, label) for one, label in CATEGORIES.items()])
    text = TextAreaField(
        "推荐的内容",
        description="照纸上的内容填写：谁做了什么好事。只有办理的人看得到。",
        validators=[InputRequired("请照纸上的内容填写。"), Length(max=500, message="请不要超过 500 个字。")],
    )
    note = _where_filed("例如：推荐表第 2 号，存党支部。")


class DeclineForm(Form):
    """Why a nomination is declined."""

    reason = TextAreaField(
        "不采纳的原因",
        description="推荐人会看到。",
        validators=[InputRequired("请写明原因，推荐人会看到。"), Length(max=200, message="请不要超过 200 个字。")],
    )
