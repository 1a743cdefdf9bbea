"""What agreeing can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class NoticeOutdated(Conflict):
    code = "notice_outdated"
    message = "说明已经更新，请看过新的说明后再同意。"


class ConsentNotGiven(NotFound):
    code = "consent_not_given"
    message = "您没有同意过这一项，不需要撤回。"


class ConsentWithdrawn(Forbidden):
    code = "consent_withdrawn"
    message = "您已撤回对个人信息保护说明的同意。如需继续，请在“我的—个人信息”里重新同意。"


class GuardianNeeded(Forbidden):
    code = "guardian_needed"
    message = "不满十四周岁，需要监护人同意。请在“我的—监护人”里生成口令，请监护人用自己的微信确认。"


class NotAChild(Conflict):
    code = "not_a_child"
    message = "这个账号没有登记为不满十四周岁，不需要监护人确认。"


class GuardianCodeWrong(Invalid):
    code = "guardian_code_wrong"
    message = "口令不对或者已过期，请让孩子重新生成一个。"


class NotAGuardian(Forbidden):
    code = "not_a_guardian"
    message = "监护人要用自己的账号并且绑定过手机号，孩子的账号不能确认。"


class WardNotFound(NotFound):
    code = "ward_not_found"
    message = "没有找到由您监护的这个账号。"


CONSENT_REFUSALS = (ConsentWithdrawn, GuardianNeeded)
"""What an act is refused with that needs the consent, or the guardian's (`acts.require`)."""
