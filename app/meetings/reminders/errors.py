"""What a reminder can be refused for. Each sentence says when it can be sent."""

from app.core.errors import AppError, Conflict


class NotAtNight(Conflict):
    """`at` is when it can be sent, `when` the same for people."""

    code = "not_at_night"
    message = "现在是夜间（21:00 至次日 8:00），不打扰业主。请在{when}以后再发送提醒。"


class RemindedRecently(AppError):
    """`at` is when it can be sent, `when` the same for people."""

    code = "reminded_recently"
    status = 429
    message = "刚刚提醒过还没有投票的业主，两次提醒至少相隔 12 小时。请在{when}以后再发送。"
