"""What checking in and acts on hours can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class CodeExpired(Conflict):
    code = "check_in_code_expired"
    message = "这个二维码已经过期（可能是之前拍的照片）。请扫描现场正在显示的二维码，它每 30 秒更换一次。"


class CodeWrong(Invalid):
    code = "check_in_code_wrong"
    message = "这不是本场活动的签到二维码，请扫描现场屏幕上的二维码。"


class NotOnTheList(Forbidden):
    code = "not_on_the_list"
    message = "您不在这一场的名单上（没有报名、还在候补、已取消，或者已登记未到场）。请联系组织者补登。"


class NotTimeToCheckIn(Conflict):
    code = "not_time_to_check_in"
    message = "现在不能签到：开始前 30 分钟到结束之前可以签到。请届时再来，或者请组织者补登。"


class NotCheckedIn(Conflict):
    code = "not_checked_in"
    message = "您还没有签到，请先签到；已经结束的，请组织者补登。"


class TooLateToCheckOut(Conflict):
    code = "too_late_to_check_out"
    message = "活动结束已超过 2 小时，不能再签退，请组织者补登您的服务时间。"


class RecordNotFound(NotFound):
    code = "service_record_not_found"
    message = "没有找到这条服务记录，请刷新列表后再看。"


class WrongRecordState(Conflict):
    """`state` is where the record stands."""

    code = "wrong_record_state"
    message = "这条服务记录当前为“{state_text}”，不能办理这一步。请刷新列表后再看。"


class OwnHours(Forbidden):
    code = "own_hours"
    message = "不能认定自己的服务时长，请由组织者、书记或社区工作人员办理。"


class HoursWrong(Invalid):
    """Ends before it starts, lies in the future, or is longer than a day."""

    code = "hours_wrong"
    message = "服务时间有误：结束要在开始之后，不能晚于现在，一次不超过 24 小时。请改正后再提交。"


class CorrectionWaiting(Conflict):
    code = "correction_waiting"
    message = "这条记录已有一份更正申请等待办理，请等它办完再提交。"


class CorrectionNotFound(NotFound):
    code = "correction_not_found"
    message = "没有找到这份更正申请，或者它已经办理。请刷新列表后再看。"


class NotServing(Conflict):
    code = "not_serving"
    message = "只能给已确认在岗的志愿者登记岗位服务时间，请先确认认领。"
