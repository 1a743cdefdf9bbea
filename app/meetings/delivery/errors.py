"""What the recording of deliveries can be refused for. Each sentence says what to do next."""

from app.core.errors import Invalid, NotFound


class PartyUnknown(NotFound):
    """Parties that are not of this meeting's electorate; `party_ids` names them."""

    code = "party_unknown"
    message = "有的业主不在本次会议的名册里，请刷新名单后重新选择。这次没有登记任何一户。"


class DeliveryTimeWrong(Invalid):
    code = "delivery_time_wrong"
    message = "送达或者张贴的时间应当在会议公告之后，并且不晚于现在。请改正后提交。"


class NoticeNotFound(NotFound):
    code = "notice_not_found"
    message = "没有找到这次张贴的记录，请刷新页面后再试。"
