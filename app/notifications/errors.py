"""What the notification acts can be refused for."""

from app.core.errors import Invalid


class UnknownTemplate(Invalid):
    code = "unknown_template"
    message = "订阅的消息类型不存在，请更新小程序后重试。"
