"""Typed errors. Each class has a stable code, an HTTP status and a Chinese sentence that says what to do next."""

from typing import Any, ClassVar


class ConfigurationError(Exception):
    """A setting is missing or wrong; the program must not start. The message is one plain sentence."""


class AppError(Exception):
    """An outcome that a caller must be told of. Subclasses are named after what was refused.

    code     stable identifier for programs, as `ballot_already_cast`
    status   HTTP status: 400, 401, 403, 404, 409, 422, 429 or 503
    message  Chinese sentence for people, with `{placeholders}` filled from `details`
    retry_after_s  seconds after which the same may well succeed; None: not by waiting
    details  machine-readable facts: JSON values without personal data
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    retry_after_s: ClassVar[int | None] = None
    message: ClassVar[str] = "操作没有成功，请稍后再试。"

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details

    @property
    def text(self) -> str:
        """The sentence for people."""
        return self.message.format(**self.details)


class Unauthenticated(AppError):
    code = "unauthenticated"
    status = 401
    message = "登录已失效，请重新登录。"


class Forbidden(AppError):
    code = "forbidden"
    status = 403
    message = "您没有办理这件事的权限。如有疑问，请联系小区党支部书记。"


class NotFound(AppError):
    code = "not_found"
    status = 404
    message = "没有找到您要的内容，它可能已被删除，或不属于您的小区。"


class Conflict(AppError):
    code = "conflict"
    status = 409
    message = "当前状态下不能这样操作，请刷新后再试。"


class Invalid(AppError):
    code = "invalid"
    status = 422
    message = "填写的内容有误，请检查后重新提交。"


class TooManyRequests(AppError):
    code = "too_many_requests"
    status = 429
    retry_after_s = 60
    message = "操作太频繁，请过一分钟再试。"


class Unavailable(AppError):
    code = "unavailable"
    status = 503
    retry_after_s: ClassVar[int | None] = 2
    message = "服务暂时繁忙，请稍后再试。您填写的内容没有丢失。"
