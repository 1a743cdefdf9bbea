"""The templates that an account has added, as WeChat lists them."""

from wechat_simulator.simulator import Simulator
from wechat_simulator.template_registry import Template
from wechat_simulator.wechat.call import OK, Call, Reply

ONE_TIME, LONG_TERM = 2, 3


def subscribe_templates(simulator: Simulator, call: Call) -> Reply:
    """GET /wxaapi/newtmpl/gettemplate: the mini-program's templates of subscribe messages."""
    listed = [
        {
            "priTmplId": template.template_id,
            "title": template.title,
            "content": _content(template),
            "example": _example(template),
            "type": LONG_TERM if template.long_term else ONE_TIME,
        }
        for template in simulator.templates.all("subscribe")
    ]
    return {**OK, "data": listed}


def official_templates(simulator: Simulator, call: Call) -> Reply:
    """GET /cgi-bin/template/get_all_private_template: those of the official account. No errcode on success."""
    listed = [
        {
            "template_id": template.template_id,
            "title": template.title,
            "primary_industry": "政府与公共事业",
            "deputy_industry": "行政机构",
            "content": _content(template),
            "example": _example(template),
        }
        for template in simulator.templates.all("official")
    ]
    return {"template_list": listed}


def _content(template: Template) -> str:
    return "".join(f"{label}:{{{{{name}.DATA}}}}\n" for name, label in template.labels.items())


def _example(template: Template) -> str:
    return "".join(f"{label}:示例\n" for label in template.labels.values())
