"""The notices that people agree to, each under a version. A new text is a new version: PIPL 14, 17."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """What a consent is for. Separate consents for what is sensitive stand with what they are for (`app.privacy`)."""

    PRIVACY = "privacy"


@dataclass(frozen=True)
class Notice:
    """A notice in its version of today. `if_withdrawn`: what taking the consent back means."""

    version: str
    title: str
    text: str
    if_withdrawn: str


NOTICES: Final = {
    Purpose.PRIVACY: Notice(
        version="2026-12",
        title="个人信息保护说明",
        text=(
            "线上社区由您所在的街道、社区和小区党支部使用。登录时取得您在本小程序的微信标识；您授权手机号后，用它核对业主名册，"
            "以确认您的房屋和表决权。姓名、手机号、证件号加密保存，列表中只显示一部分，谁查看过都有记录。"
            "保存多久：业主大会的表决记录五年以上，志愿服务记录长期，消息两年，操作日志六个月以上，其余到注销账号为止。"
            "需要您单独同意的事项（实名志愿者、党员报到、红榜署名等）会在办理时另行征求。"
            "您可以随时查看、导出、更正自己的信息，撤回同意，或者注销账号；有疑问请联系小区党支部或者社区居民委员会。"
            "不满十四周岁的，须由监护人同意（个人信息保护法第十五、十七、三十一、四十四至四十七条）。"
        ),
        if_withdrawn=(
            "撤回后不能再绑定手机号、申请房屋、发布或认领心愿、登记志愿者、党员报到、认领岗位、报名、预约、提供服务、"
            "自荐书记人选，也不能推荐他人或者同意自己登上红榜；已经依法形成的表决记录和志愿服务记录继续保存，"
            "业主的表决、联名、异议等权利不受影响。如果不再使用，可以注销账号。"
        ),
    ),
}
