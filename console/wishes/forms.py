"""What a neighbour wishes, who it is, and how that person agreed."""

from uuid import UUID

from wtforms import FileField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from app.compounds.neighbours import DoorFound
from app.wishes.models import LONGEST_TEXT, ConsentForm, WishCategory
from console.forms import Form, choices, identifier

SOMEBODY_ELSE = "other"


class WordsForm(Form):
    """What is wished."""

    category = RadioField(
        "哪一类",
        [InputRequired("请选择是哪一类。")],
        choices=choices(*((one.value, one.chinese) for one in WishCategory)),
    )
    text = TextAreaField(
        "心愿内容",
        [
            DataRequired("请写明心愿，让愿意帮忙的邻居一看就明白。"),
            Length(max=LONGEST_TEXT, message=f"请不超过 {LONGEST_TEXT} 字。"),
        ],
        description="不要写姓名、门牌和电话，认领的人会另外看到。",
        render_kw={"rows": 4},
    )
    phone = StringField(
        "邻居的电话",
        [Optional(), Regexp(r"^(1\d{10}|0\d{2,3}-?\d{7,8})$", message="请填手机号，或带区号的座机号。")],
        description="只给认领的人看。",
        filters=[lambda text: "".join((text or "").split())],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )


class NeighbourForm(WordsForm):
    """Whose wish it is, and how that person agreed."""

    owner = RadioField("是谁的心愿", [InputRequired("请选择是谁的心愿。")])
    name = StringField(
        "姓名",
        [Optional(), Length(max=60, message="姓名请不要超过 60 个字。")],
        description="上面选“住在这里的其他人”时填写。",
        filters=[lambda text: (text or "").strip()],
        render_kw={"autocomplete": "off"},
    )
    consent = RadioField(
        "本人怎样同意的",
        [InputRequired("请选择本人怎样同意的。")],
        choices=choices((ConsentForm.SPOKEN.value, "当面或电话同意"), (ConsentForm.WRITTEN.value, "书面同意")),
    )
    consent_note = StringField(
        "同意书存放在哪里，或者谁在场",
        [Optional(), Length(max=200, message="请不超过 200 字。")],
        render_kw={"autocomplete": "off"},
    )

    def offer(self, home: DoorFound) -> "NeighbourForm":
        """Offer those who own the home today, and whoever else lives there."""
        owners = [(str(owner_id), name) for owner_id, name in home.owners]
        self.owner.choices = choices(*owners, (SOMEBODY_ELSE, "住在这里的其他人"))
        return self

    def validate(self, extra_validators: object = None) -> bool:
        """Who is no owner is named."""
        valid = bool(super().validate(extra_validators))
        if self.owner.data == SOMEBODY_ELSE and not self.name.data:
            self.name.errors = ["请填写姓名。"]
            return False
        return valid

    def owner_id(self) -> UUID | None:
        """The owner whose wish it is; None: somebody else's."""
        return None if self.owner.data == SOMEBODY_ELSE else identifier(self.owner.data)


class PhotoForm(Form):
    """A photograph."""

    photo = FileField(
        "照片",
        [InputRequired("请先选择照片。")],
        description="JPG 或 PNG。不要拍到人脸、门牌和车牌。",
        render_kw={"accept": "image/jpeg,image/png"},
    )
