"""The forms of the review queue: reasons from a list, with own words beside them."""

from typing import Any

from wtforms import RadioField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.moderation.models import Ground
from console.forms import Form

LONGEST_WORDS = 200

SENTENCES = {
    Ground.PERSONAL_DATA: "内容里有姓名、电话或门牌号等个人信息，请删去后再提交。",
    Ground.UNCLEAR: "内容不够清楚，请写明是什么事、在什么地方、需要什么。",
    Ground.OUT_OF_SCOPE: "这件事不属于这里受理的范围，请联系社区或物业服务企业。",
    Ground.DUPLICATE: "已经有一条相同的内容，请查看原来的那一条。",
    Ground.UNLAWFUL: "内容不符合法律或公序良俗，不能公开。",
    Ground.OTHER: "其他原因（请在下面写明）",
}
"""What the list offers, and what its author is then told."""


class RefusalForm(Form):
    """Why something goes back."""

    ground = RadioField(
        "退回的原因",
        choices=[SelectChoice(ground.value, sentence) for ground, sentence in SENTENCES.items()],
        validators=[InputRequired("请选择一条退回的原因。")],
    )
    words = TextAreaField(
        "再补充一句",
        description="提交人会看到您选的原因和这里写的话。",
        validators=[Optional(), Length(max=LONGEST_WORDS, message=f"请不要超过 {LONGEST_WORDS} 个字。")],
    )

    def validate_ground(self, field: Any) -> None:
        """Another reason needs words of one's own."""
        if field.data == Ground.OTHER and not (self.words.data or "").strip():
            raise ValidationError("选“其他原因”时，请在下面写明原因，提交人会看到它。")

    @property
    def reason(self) -> str:
        """What the author is told: the sentence of the list, then the own words."""
        listed = "" if self.ground.data == Ground.OTHER else SENTENCES[Ground(self.ground.data)]
        return listed + (self.words.data or "").strip()


class AppealForm(Form):
    """Why an appeal against an entry is upheld or dismissed."""

    outcome = RadioField(
        "处理结果",
        choices=[
            SelectChoice("uphold", "申诉成立：立即撤下这条内容"),
            SelectChoice("dismiss", "申诉不成立：内容照旧"),
        ],
        validators=[InputRequired("请选择处理结果。")],
    )
    reason = TextAreaField(
        "理由",
        description="申诉人会看到，例如“经现场查看，情况不属实”。",
        validators=[InputRequired("请写明理由，申诉人会看到它。"), Length(max=300, message="请不要超过 300 个字。")],
    )
