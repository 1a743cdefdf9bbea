"""Forms of groups, their members, and roles."""

from collections.abc import Sequence

import wtforms
from wtforms import validators

from app.org.models import GroupKind
from console.forms import Form, choices


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
        filters=[lambda text: (text or "").strip()],
        render_kw={"autocomplete": "off"},
    )


def _mobile(label: str, hint: str) -> wtforms.StringField:
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

    phone = _mobile("成员的手机号", "成员在小程序里授权这个手机号后，就能以团队的名义认领。")


class AppointForm(Form):
    """Whom a role is given to."""

    role = wtforms.RadioField("担任什么职务", [validators.InputRequired("请选择担任什么职务。")])
    name = wtforms.StringField(
        "姓名",
        [validators.InputRequired("请填写姓名。"), validators.Length(max=60, message="姓名请不要超过 60 个字。")],
        filters=[lambda text: (text or "").strip()],
        render_kw={"autocomplete": "off"},
    )
    phone = _mobile("手机号", "本人在小程序里授权这个手机号后，就有这个职务的权限。")

    def __init__(self, roles: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.role.choices = choices(*roles)
        if len(roles) == 1 and not self.role.raw_data:
            self.role.data = roles[0][0]
