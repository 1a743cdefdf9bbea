"""What acts on certificates can be refused for."""

from app.core.errors import Conflict, Invalid, NotFound


class CertificateNotFound(NotFound):
    code = "certificate_not_found"
    message = "没有这个编号的证明，请核对编号的每一位；仍查不到的，请联系证明上的出具单位。"


class IssuerMissing(Conflict):
    code = "certificate_issuer_missing"
    message = "小区还没有登记证明的出具单位和负责人，请联系小区党支部书记登记后再来开具。"


class IdMissing(Conflict):
    code = "volunteer_id_missing"
    message = "证明上要写证件类型和号码（号码会打码），请先在志愿者登记里补充，再来开具。"


class NothingToCertify(Conflict):
    code = "nothing_to_certify"
    message = "这段时间里没有已确认的服务时长，请换一段时间，或者等时长确认后再来开具。"


class PeriodWrong(Invalid):
    code = "certificate_period_wrong"
    message = "起止日期有误：结束日期要在开始日期之后，并且不能晚于今天。"


class AlreadyRevoked(Conflict):
    code = "certificate_already_revoked"
    message = "这份证明已经撤销，不用再次办理。"
