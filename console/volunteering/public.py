"""The check of a certificate, for anybody who holds the paper: no sign-in, and nothing about the person."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.core import rate_limits
from app.core.errors import AppError, TooManyRequests
from app.core.unit_of_work import unit_of_work
from app.volunteering.certificates import checking
from app.volunteering.telling import duration_text
from console.forms import Form
from console.pages import Blueprint, page
from console.volunteering.asking import line

CHECKS_A_MINUTE = 30

bp = Blueprint("console_public_certificates", __name__, "/public")


class CheckForm(Form):
    """What the holder of a certificate knows."""

    serial = line("证明编号", 40, "印在证明上，例如 7K2QD-M9XPA-34TRB-WE6HN；大小写、有没有横线都可以。")
    name = line("证明上的姓名", 60, "填了会告诉您姓名对不对。", required=False)


@bp.get("/certificates")
def show() -> Response:
    """The form."""
    return _shown(CheckForm())


@bp.post("/certificates")
def check() -> ResponseReturnValue:
    """Whether the certificate is good."""
    if not rate_limits.allows(CHECKS_A_MINUTE, "certificate_check", request.remote_addr or ""):
        raise TooManyRequests
    form = CheckForm()
    if not form.validate():
        return _shown(form, 422)
    try:
        with unit_of_work():
            found = checking.check(form.serial.data, form.name.data or None)
    except AppError as error:
        form.refuse(error)
        return _shown(form, error.status)
    return _shown(form, found=found)


def _shown(form: CheckForm, status: int = 200, found: checking.Check | None = None) -> Response:
    return page("volunteering/public_check.html", status, form=form, found=found, duration=duration_text)
