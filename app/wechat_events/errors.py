"""What a push can be refused for."""

from app.core.errors import AppError


class PushNotGenuine(AppError):
    code = "push_not_genuine"
    status = 403
    message = "签名不符：请核对微信后台“消息推送”中的令牌（Token）与系统设置是否一致。"


class PushTooOld(AppError):
    code = "push_too_old"
    status = 403
    message = "这条推送已经过期，不再处理。"


class PushUnreadable(AppError):
    code = "push_unreadable"
    status = 400
    message = "推送的内容无法读取：请核对微信后台“消息推送”中的加密方式和密钥（EncodingAESKey）。"
