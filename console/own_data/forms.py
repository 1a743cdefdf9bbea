"""What a person says about the own data."""

import wtforms
from wtforms import validators

from console.forms import Form


class AgreeForm(Form):
    """That the person agrees to the notice in the version that the page showed."""

    version = wtforms.HiddenField()
    fourteen = wtforms.BooleanField(
        "我已满十四周岁，看过上面的说明，同意按说明处理我的个人信息",
        [validators.InputRequired("请先看过说明并勾选。不满十四周岁的，请在手机小程序里请监护人同意。")],
    )


class CloseForm(Form):
    """That the person knows what closing means."""

    understood = wtforms.BooleanField(
        "我看明白了：哪些信息会删除，哪些依法保存", [validators.InputRequired("请先看过上面的说明并勾选。")]
    )
