"""What acts on committees can be refused for."""

from app.core.errors import Conflict, Invalid, NotFound


class TermUnlawful(Invalid):
    """A kind or term of what is no committee, or a term that GR 32 or the rules do not allow."""

    code = "term_unlawful"
    message = "任期不符合规定：{reason}。请改正后再提交。"


class CommitteeElectedTwice(Conflict):
    """A meeting elects a committee of one kind once, with all its seats: GR 31.

    `motion_id` is the other election; None in a petition.
    """

    code = "committee_elected_twice"
    message = "一次会议只能选举一届{kind}，另一项“{title}”已经选举它。请合并为一项，或者删去其中一项。"


class PropertyCompanyServes(Conflict):
    """A compound with a property company has no self-management committee. People of the company hold a role here."""

    code = "property_company_serves"
    message = (
        "小区有物业服务人员登记在册，说明已聘请物业服务企业；自行管理委员会适用于没有物业服务企业的小区。"
        "如物业服务企业已经退出，请先联系运营人员结束其人员的登记，再来办理。"
    )


class CommitteeNotFound(NotFound):
    code = "committee_not_found"
    message = "没有找到这个委员会，请刷新页面后再试。"


class CommitteeEnded(Conflict):
    code = "committee_ended"
    message = "这一届委员会已经换届，不能再变更成员。"


class CommitteeMemberNotFound(NotFound):
    code = "committee_member_not_found"
    message = "没有找到这位委员，请刷新页面后再试。"


class MemberHasLeft(Conflict):
    code = "member_has_left"
    message = "这位委员已经离任，不需要再登记。"


class RemovalNeedsMotion(Conflict):
    code = "removal_needs_motion"
    message = (
        "罢免委员由业主共同决定（《民法典》第二百七十八条第一款第（三）项）。"
        "请指明正式公告的、已通过的更换成员事项；辞职或者资格自行终止的，不需要指明。"
    )


class MotionNotDecided(Conflict):
    code = "motion_not_decided"
    message = "这个事项不是已通过并且正式公告的一般事项，不能据此登记自行管理委员会。"


class CommitteeRecorded(Conflict):
    code = "committee_recorded"
    message = "这个事项产生的委员会已经登记过了，请刷新页面查看。"
