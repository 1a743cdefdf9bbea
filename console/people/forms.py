"""Forms of groups, their members, and roles."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import wtforms
from dateutil.relativedelta import relativedelta
from wtforms import validators

from app.core import clock
from app.org.models import ChoiceWay, GroupKind
from app.org.places import Place
from console.forms import Form, choices, identifier


def tidy(text: str | None) -> str:
    """What was typed, without blanks around it."""
    return (text or "").strip()


class GroupForm(Form):
    """A group to enter."""

    kind = wtforms.RadioField(
        "是什么团队",
        [validators.InputRequired("请选择是什么团队。")],
        choices=choices(*((one.value, one.chinese) for one in GroupKind)),
    )
    name = wtforms.StringField(
        "名称",
        [validators.InputRequired("请填写名称。"), validators.Length(max=40, message="名称请不要超过 40 个字。")],
        description="居民在诉求和活动里看到的名称，例如“工商银行党支部”。",
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )


def mobile_field(label: str, hint: str) -> wtforms.StringField:
    """A mobile number of 11 digits."""
    return wtforms.StringField(
        label,
        [
            validators.InputRequired(f"请填写{label}。"),
            validators.Regexp(r"^1\d{10}$", message="请填写 11 位手机号，例如 13900000000。"),
        ],
        description=hint,
        filters=[lambda text: "".join((text or "").split())],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )


class MemberForm(Form):
    """A member by phone number."""

    phone = mobile_field("成员的手机号", "成员在小程序里授权这个手机号后，就能以团队的名义认领。")


def name_field() -> wtforms.StringField:
    """Somebody's name."""
    return wtforms.StringField(
        "姓名",
        [validators.InputRequired("请填写姓名。"), validators.Length(max=60, message="姓名请不要超过 60 个字。")],
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )


def _words(label: str, longest: int, hint: str, missing: str = "") -> wtforms.TextAreaField:
    """Some lines of text; `missing`: what is said where there is none, empty where there need not be any."""
    presence = validators.InputRequired(missing) if missing else validators.Optional()
    return wtforms.TextAreaField(
        label,
        [presence, validators.Length(max=longest, message=f"请不要超过 {longest} 个字。")],
        description=hint,
        filters=[tidy],
        render_kw={"rows": 3},
    )


class Placed(Form):
    """A form that asks for a building or one of its stairwells."""

    place = wtforms.SelectField("负责哪个楼栋或单元", default="")

    def offer(self, places: Sequence[Place], nothing: str) -> None:
        """What may be chosen; `nothing`: what the line for none of them says."""
        listed = [(f"{one.building_id}/{one.stairwell}", one.name) for one in places]
        self.place.choices = choices(("", nothing), *listed)

    @property
    def building(self) -> tuple[UUID, str] | None:
        """The building and stairwell that were chosen."""
        building, _, stairwell = (self.place.data or "").partition("/")
        return (identifier(building), stairwell) if building else None


class AppointForm(Placed):
    """Whom a role is given to."""

    role = wtforms.RadioField("担任什么职务", [validators.InputRequired("请选择担任什么职务。")])
    name = name_field()
    phone = mobile_field("手机号", "本人在小程序里授权这个手机号后，就有这个职务的权限。")
    term_ends = wtforms.DateField(
        "任期的最后一天",
        [validators.Optional()],
        description="书记必须填写，最长五年；其他职务没有任期的不用填。到期自动免去，会通知本人。",
    )

    def __init__(self, roles: Sequence[tuple[str, str]], places: Sequence[Place]) -> None:
        super().__init__()
        self.offer(places, "整个小区，或者不是楼栋长")
        self.role.choices = choices(*roles)
        if len(roles) == 1 and not self.role.raw_data:
            self.role.data = roles[0][0]


class NominateForm(Form):
    """Whom the office puts forward."""

    name = name_field()
    phone = mobile_field("手机号", "请先和本人说好。任命以后，本人用这个手机号登录，就有这个职务的权限。")
    grounds = _words("推荐的理由", 500, "例如：退休党员，热心，邻居信得过。", "请写一句推荐的理由。")


class NominateStewardForm(NominateForm, Placed):
    """Whom the office puts forward for a building or stairwell."""

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self.offer(places, "请选择")
        self.place.validators = [validators.InputRequired("请选择负责哪个楼栋或单元。")]


class TermForm(Form):
    """For how long somebody is appointed."""

    term_ends = wtforms.DateField(
        "任期的最后一天",
        [validators.InputRequired("请选择任期的最后一天。")],
        description="最长五年。到期自动免去，会通知本人；可以再推荐、再任命。",
    )

    def __init__(self, **initial: Any) -> None:
        super().__init__(**({"term_ends": clock.today() + relativedelta(years=3)} | initial))


class StewardTermForm(TermForm):
    """For how long, and how the steward was chosen."""

    chosen_how = wtforms.RadioField(
        "是怎样推选出来的",
        [validators.InputRequired("请选择是怎样推选出来的。")],
        choices=choices(*((one.value, one.chinese) for one in ChoiceWay)),
    )
    chosen_note = _words(
        "推选情况", 300, "谁推选的、什么时候、多少户同意，例如：5月1日楼栋会议，18 户到场，15 户同意。"
    )


class EndForm(Form):
    """Why a role is ended."""

    reason = _words("免去的原因", 100, "本人会看到。", "请写明原因，本人会看到。")


class DeclineForm(Form):
    """Why a nomination is declined."""

    reason = _words("不采纳的原因", 300, "推荐人会看到。", "请写明原因，推荐人会看到。")
