"""Forms of groups and their members."""

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


class MemberForm(Form):
    """A member by phone number."""

    phone = wtforms.StringField(
        "成员的手机号",
        [
            validators.InputRequired("请填写成员的手机号。"),
            validators.Regexp(r"^1\d{10}$", message="请填写 11 位手机号，例如 13900000000。"),
        ],
        description="成员在小程序里授权这个手机号后，就能以团队的名义认领。",
        filters=[lambda text: "".join((text or "").split())],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
