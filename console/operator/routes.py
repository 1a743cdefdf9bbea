"""How messages, jobs and processes stand, for the operator; what to do stands in docs/runbook.md."""

from dataclasses import dataclass, field
from typing import Final

import redis
from flask import Response

from app.core import alerts, queueing
from app.core.alerts import AlertCode
from app.core.errors import Forbidden
from app.core.queueing import FailedJob, Process, QueueSize, Urgency
from app.identity.actor import Actor
from app.notifications.outbox import parking, standing
from app.wechat_events import handling
from console.pages import Blueprint, operates, page, signed_in

DOUBTFUL_SHOWN = 20
URGENCIES: Final = {Urgency.CRITICAL: "紧急", Urgency.NORMAL: "普通", Urgency.BULK: "批量"}
ALERTS: Final = {
    AlertCode.ADDRESS_NOT_ALLOWED: "服务器地址不在微信的白名单里，请在微信公众平台添加",
    AlertCode.CREDENTIALS_REFUSED: "微信不认小程序的 AppID 或 AppSecret，请核对配置",
    AlertCode.TEMPLATE_MISSING: "有一类消息没有配置模板",
    AlertCode.TEMPLATE_UNKNOWN: "微信找不到这个消息模板",
    AlertCode.TEMPLATE_MISMATCH: "消息模板的字段与内容不符",
    AlertCode.PAGE_UNKNOWN: "消息要打开的小程序页面不存在",
    AlertCode.SENDING_BANNED: "微信暂停了我们的发送权限",
    AlertCode.TEMPLATE_BANNED: "微信停用了这个消息模板",
    AlertCode.CONTENT_REFUSED: "微信认为消息内容违规",
    AlertCode.QUOTA_USED_UP: "今天的发送额度已用完，明天自动继续",
}

bp = Blueprint("console_operator", __name__, "/operator")


@dataclass(frozen=True)
class Background:
    """What Redis knows of processes and queues. `missing`: kinds of process of which none lives."""

    redis_answers: bool = False
    processes: list[Process] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    sizes: dict[Urgency, QueueSize] = field(default_factory=dict)
    failed: list[FailedJob] = field(default_factory=list)


@bp.get("/")
@signed_in
def show(actor: Actor) -> Response:
    """All of it on one page, which renews itself."""
    if not operates(actor):
        raise Forbidden
    on_the_way = standing.on_the_way()
    messages = [(URGENCIES[urgency], unsent, *on_the_way[urgency]) for urgency, unsent in standing.waiting().items()]
    return page(
        "operator/show.html",
        messages=messages,
        doubtful=standing.oldest_in_doubt(DOUBTFUL_SHOWN),
        fan_outs=standing.fan_outs(),
        alerts=[(ALERTS[AlertCode(one.code)], one) for one in alerts.open_alerts()],
        parked=parking.parked(),
        events=handling.failures(),
        background=_background(),
        urgencies=URGENCIES,
    )


def _background() -> Background:
    try:
        processes = queueing.processes()
        living = {one.kind for one in processes if one.alive}
        missing = sorted(set(queueing.BACKGROUND) - living)
        return Background(True, processes, missing, queueing.queue_sizes(), queueing.failed_jobs())
    except redis.RedisError:
        return Background()
