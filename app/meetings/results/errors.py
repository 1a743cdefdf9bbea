"""What objections to a result, its final announcement and its annulment can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class ObjectionPeriodOver(Conflict):
    code = "objection_period_over"
    message = "结果公示期已满，不能再提出异议。您仍可以在一年内请求人民法院撤销决定（《民法典》第二百八十条）。"


class ReceivedOnWrong(Invalid):
    """Handed in before the result was published, or in the future; `published_on` is the first day that can be."""

    code = "received_on_wrong"
    message = "收到日期应当在结果公示之日（{published_on}）以后，并且不晚于今天。请核对收件登记后重新填写。"


class ResultIsFinal(Conflict):
    code = "result_is_final"
    message = (
        "结果已经正式公告，不能再登记异议。请把异议书存档，书面告知业主：可以在一年内请求人民法院撤销决定"
        "（《民法典》第二百八十条）；认为收件有误的，请报告社区监督员。"
    )


class ObjectionWaiting(Conflict):
    code = "objection_waiting"
    message = "您对这一事项已经提出异议，正在办理，请等待答复。"


class ResultObjectionNotFound(NotFound):
    code = "result_objection_not_found"
    message = "没有找到这条异议，请刷新页面后再试。"


class ObjectionDecided(Conflict):
    code = "objection_decided"
    message = "这条异议已经答复，不能再改。请刷新页面查看。"


class OwnObjection(Forbidden):
    code = "own_objection"
    message = "不能答复自己提出或者录入的异议，请由书记或者监督员中的另一人答复。"


class ObjectionPeriodRunning(Conflict):
    """`until` is the first moment at which the result may become final, in ISO 8601."""

    code = "objection_period_running"
    message = "结果公示期还没有满，期满后才能正式公告。请在公示期满后再办理。"


class ObjectionsOpen(Conflict):
    """Objections without an answer; `open` is how many."""

    code = "objections_open"
    message = "还有 {open} 条异议没有答复，请逐条答复后再正式公告。"


class CountFoundWrong(Conflict):
    code = "count_found_wrong"
    message = "有异议经核实计票有误，结果不能正式公告。请撤销结果，并重新召开会议表决。"


class NothingToAnnul(Conflict):
    code = "nothing_to_annul"
    message = "只有异议经核实计票有误，才能撤销结果。请先答复异议。"


class AnnulledByAnother(Forbidden):
    code = "annulled_by_another"
    message = "认定计票有误的人不能同时撤销结果，请由书记或者监督员中的另一人办理。"
