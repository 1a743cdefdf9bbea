"""What registering as a volunteer can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class NotAVolunteer(Forbidden):
    """The actor is not registered as a volunteer here."""

    code = "not_a_volunteer"
    message = "您还没有登记为本小区的志愿者，请先在“志愿服务”里登记，再来报名。"


class VolunteerNotFound(NotFound):
    code = "volunteer_not_found"
    message = "没有找到这位志愿者，可能已经退出。请刷新列表后再看。"


class ConsentNeeded(Invalid):
    """PIPL 29: sensitive information needs a consent of its own, given now to the notice shown now."""

    code = "consent_needed"
    message = "请先阅读并单独同意最新的个人信息告知，再提交。"


class IdNumberWrong(Invalid):
    code = "id_number_wrong"
    message = "证件号码有误，请对照证件核对每一位后再提交。"


class TooYoung(Invalid):
    """PIPL 31: under 14 the guardian consents."""

    code = "volunteer_too_young"
    message = "未满 14 周岁的，请由监护人带户口簿到社区办理登记。"


class StillEngaged(Conflict):
    """`claims` posts and `bookings` bookings are still held."""

    code = "still_engaged"
    message = "您还有 {claims} 个岗位、{bookings} 个预约没有结束，请先放弃岗位、取消预约，再退出。"
