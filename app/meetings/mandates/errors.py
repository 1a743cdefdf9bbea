"""What mandates can be refused for. Each sentence says what to do next."""

from app.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound


class TooManyMandates(AppError):
    """`limit` mandates a day and person: more is trying out numbers."""

    code = "too_many_mandates"
    status = 429
    message = "您今天已经登记了 {limit} 份委托，请明天再办理。确有需要的，请把委托书原件交小区党支部书记登记。"


class ProxyIsPrincipal(Invalid):
    code = "proxy_is_principal"
    message = "这个手机号就是委托人自己的，自己投票不用委托。请填写代理人的手机号。"


class ProxyIsEnterer(Forbidden):
    """Nobody makes a proxy of themselves: Civil Code 168, self-dealing."""

    code = "proxy_is_enterer"
    message = "不能把自己登记为代理人。请由另一位工作人员（书记或者监督员）核对委托书原件后登记。"


class ProxyIsPropertyStaff(Forbidden):
    code = "proxy_is_property_staff"
    message = "物业服务企业的工作人员不能代理业主投票。请委托其他人，或者自己投票。"


class ProxyCapReached(Conflict):
    """The proxy stands for `cap` parties already: `mandate_ids`, of the parties with these `numbers` on the list."""

    code = "proxy_cap_reached"
    message = "这位代理人已接受业主名册第 {numbers} 号的委托，达到议事规则规定的上限 {cap} 户。请改委托其他人。"


class MandateExists(Conflict):
    """`mandate_id` is the one in force."""

    code = "mandate_exists"
    message = "已经有一份有效的委托。要改委托他人，请先撤销原来的委托，再重新登记。"


class MandateNotFound(NotFound):
    code = "mandate_not_found"
    message = "没有找到这份委托，它可能已被撤销。请刷新页面后再试。"


class MandateUsed(Conflict):
    code = "mandate_used"
    message = "代理人已经按这份委托投票，不能再撤销。可在“我的表决票”里查看。"


class MandateLapsed(Conflict):
    """The principal sold the units: what could be given is gone with them. Civil Code 273."""

    code = "mandate_lapsed"
    message = "委托人的房屋已经过户，这份委托不再有效。请新业主自己投票，或者重新办理委托。"


class MandateFixesChoices(Conflict):
    """The proxy's ballot differs from what the principal fixed, on these `motion_ids`."""

    code = "mandate_fixes_choices"
    message = "委托书已写明表决意见，表决票应当与委托书一致。请按委托书填写后再提交。"


class PrincipalUnknown(Invalid):
    """No owner of this party; for the developer none is named."""

    code = "principal_unknown"
    message = "委托人不是这个表决权的业主。请从名册中重新选择；建设单位的票不用选择业主。"


class ScanNotFound(NotFound):
    code = "scan_not_found"
    message = "没有找到这份扫描件，请刷新页面后再试。"


class ScanSealed(Conflict):
    """The scan of a mandate that fixes choices: these are secret until the count."""

    code = "scan_sealed"
    message = "这份委托书写明了表决意见，计票之前不能查看。请在计票以后再查看。"
