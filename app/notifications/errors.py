"""What the notification acts can be refused for."""

from app.core.errors import Invalid, NotFound


class UnknownTemplate(Invalid):
    code = "unknown_template"
    message = "订阅的消息类型不存在，请更新小程序后重试。"


class MessageNotFound(NotFound):
    code = "message_not_found"
    message = "没有找到这条消息，请返回消息列表。"


class KindDemandedByLaw(Invalid):
    code = "kind_demanded_by_law"
    message = "{names}是法律法规要求告知业主的消息，不能关闭。"
