"""What signing in can be refused for."""

from app.core.errors import AppError, Unavailable


class LoginCodeInvalid(AppError):
    code = "login_code_invalid"
    status = 401
    message = "登录凭证已过期或已使用，请重新点击登录。"


class PhoneCodeInvalid(AppError):
    code = "phone_code_invalid"
    status = 422
    message = "手机号授权已过期，请重新点击“手机号授权”按钮。"


class LoginBlocked(AppError):
    code = "login_blocked"
    status = 403
    message = "微信提示该账号存在风险，暂时不能登录。请在微信中解除限制，或到小区党支部办理。"


class TooManyLogins(AppError):
    code = "too_many_logins"
    status = 429
    message = "登录过于频繁，请一分钟后再试。"


class WeChatBusy(Unavailable):
    code = "wechat_busy"
    message = "微信服务暂时繁忙，请过一会儿再试。"


class ForeignPhone(AppError):
    code = "foreign_phone"
    status = 422
    message = "目前只支持中国大陆的手机号。请换一个手机号授权，或向小区党支部申请人工绑定。"
