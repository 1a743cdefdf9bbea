"""What signing in to the console can be refused for."""

from app.core.errors import AppError, Unauthenticated


class ScanEnded(AppError):
    code = "scan_ended"
    status = 409
    message = "这个登录二维码已过期或已使用，请在电脑上刷新后重新扫码。"


class NotSignedIn(Unauthenticated):
    code = "not_signed_in"
    message = "您还没有登录，或者登录已超时。请扫码登录。"
