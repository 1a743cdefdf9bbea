"""What acts on activities and services can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class OfferingNotFound(NotFound):
    code = "offering_not_found"
    message = "没有找到这个活动或服务，它可能已被删除，或不属于您的小区。"


class OfferingCancelled(Conflict):
    code = "offering_cancelled"
    message = "这个活动或服务已经取消，请看看其他的。"


class OfferingNotOpen(Conflict):
    """`state` is where the review stands."""

    code = "offering_not_open"
    message = "这个服务{state_text}，暂时不能预约。"


class OfferingReviewed(Conflict):
    """`state` is where the review stands."""

    code = "offering_reviewed"
    message = "这个服务已经审核过（{state_text}），不用再次办理。请刷新列表后再看。"


class OwnOffering(Forbidden):
    code = "own_offering"
    message = "不能审核自己提供的服务，请由社区工作人员办理。"


class RuleWrong(Invalid):
    """`reason` is a Chinese sentence."""

    code = "recurrence_wrong"
    message = "{reason}。请改正后再提交。"


class TimesWrong(Invalid):
    """A shift or slot that is over already, ends before it starts, or is longer than a day."""

    code = "slot_times_wrong"
    message = "时间有误：开始时间要在现在之后，结束时间要在开始之后，并且一次不超过 24 小时。请改正后再提交。"
