"""Certificates (志愿服务记录证明): who issues them, issued for a volunteer who asks, downloaded, revoked."""

from io import BytesIO
from uuid import UUID

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.word.filling import MEDIA_TYPE
from app.org.permissions import Act
from app.volunteering.certificates import desk as certificates
from app.volunteering.certificates import document, issuing
from app.volunteering.telling import duration_text
from console.forms import Form
from console.pages import Blueprint, Desk, answered, at_compound, page, submitted
from console.volunteering.asking import PREFIX, ReasonForm, ask, day, line

bp = Blueprint("console_certificates", __name__, f"{PREFIX}/certificates")

FREE = "《志愿服务记录与证明出具办法（试行）》（民政部令第67号）：志愿者要证明，就应当如实、无偿地出具。"


class IssuerForm(Form):
    """Who stands on the certificates."""

    issuer = line("出具单位", 100, "例如：某某社区居民委员会")
    responsible = line("负责人", 60)
    contact = line("联系方式", 100, "拿到证明的单位来核实时，打给谁。")


class PeriodForm(Form):
    """Which days to certify."""

    first_day = day("开始日期")
    last_day = day("结束日期", "不能晚于今天。")


@bp.get("/")
@at_compound(Act.MANAGE_VOLUNTEERING)
def index(desk: Desk) -> Response:
    """What was issued, and who issues."""
    return page(
        "volunteering/certificates.html",
        issuer=certificates.get_issuer(desk.actor, desk.compound_id),
        issued=certificates.list_issued(desk.actor, desk.compound_id),
        duration=duration_text,
        law=FREE,
    )


@bp.get("/issuer")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_issuer(desk: Desk) -> Response:
    """The form with who issues today."""
    today = certificates.get_issuer(desk.actor, desk.compound_id)
    names = ("issuer", "responsible", "contact")
    return _issuer(desk, IssuerForm(**{name: getattr(today, name) for name in names} if today else {}))


@bp.post("/issuer")
@at_compound(Act.MANAGE_VOLUNTEERING)
def set_issuer(desk: Desk) -> ResponseReturnValue:
    """Say who issues from now on."""
    form = IssuerForm()
    return submitted(
        form,
        lambda: issuing.set_issuer(desk.actor, desk.compound_id, **form.data),
        _list_address(desk),
        lambda: _issuer(desk, form),
        "已保存，今后的证明都用它；已经开出的不变。",
    )


@bp.get("/new")
@at_compound(Act.MANAGE_VOLUNTEERING)
def find(desk: Desk) -> Response:
    """Find the volunteer, by number or whole name."""
    asked = request.args.get("q", "")[:60].replace("\x00", "")
    found = certificates.find_volunteers(desk.actor, desk.compound_id, asked)
    return page("volunteering/certificate_find.html", asked=asked, found=found, duration=duration_text)


@bp.get("/new/<uuid:volunteer_id>")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_issue(desk: Desk, volunteer_id: UUID) -> Response:
    """The form for the period."""
    today = clock.today()
    return _issue(desk, volunteer_id, PeriodForm(first_day=today.replace(month=1, day=1), last_day=today))


@bp.post("/new/<uuid:volunteer_id>")
@at_compound(Act.MANAGE_VOLUNTEERING)
def issue(desk: Desk, volunteer_id: UUID) -> ResponseReturnValue:
    """Issue it."""
    form = PeriodForm()
    return submitted(
        form,
        lambda: (
            issuing.issue_for(
                desk.actor, desk.compound_id, volunteer_id, form.first_day.data, form.last_day.data
            ).serial
        ),
        lambda serial: _address(desk, serial),
        lambda: _issue(desk, volunteer_id, form),
        "证明已开好。请下载、打印、盖章。",
    )


@bp.get("/<serial>/")
@at_compound(Act.MANAGE_VOLUNTEERING)
def show(desk: Desk, serial: str) -> Response:
    """A certificate."""
    found = certificates.get_issued(desk.actor, desk.compound_id, serial)
    return page("volunteering/certificate.html", certificate=found, duration=duration_text)


@bp.get("/<serial>/document")
@at_compound(Act.MANAGE_VOLUNTEERING)
def download(desk: Desk, serial: str) -> Response:
    """The certificate as a Word document."""
    content = BytesIO(document.make_document(desk.actor, desk.compound_id, serial))
    return send_file(content, mimetype=MEDIA_TYPE, as_attachment=True, download_name=document.NAME, etag=False)


@bp.get("/<serial>/revocation")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_revoke(desk: Desk, serial: str) -> Response:
    """Why it is revoked."""
    return _revoke(desk, serial, ReasonForm())


@bp.post("/<serial>/revocation")
@at_compound(Act.MANAGE_VOLUNTEERING)
def revoke(desk: Desk, serial: str) -> ResponseReturnValue:
    """Revoke it."""
    said = "已撤销。今后有人查验，会看到“已撤销”。"
    return answered(desk, (serial,), ReasonForm(), issuing.revoke, _address(desk, serial), _revoke, said)


def _issuer(desk: Desk, form: IssuerForm) -> Response:
    return ask(form, "证明的出具单位", "保存", _list_address(desk), law=FREE)


def _issue(desk: Desk, volunteer_id: UUID, form: PeriodForm) -> Response:
    one = certificates.get_volunteer(desk.actor, desk.compound_id, volunteer_id)
    intro = f"{one.name}（编号 {one.number}），已认定的服务时间一共 {duration_text(one.minutes)}。"
    back = url_for("console_certificates.find", compound_id=desk.compound_id)
    return ask(form, "开具证明", "开具", back, intro, FREE)


def _revoke(desk: Desk, serial: str, form: ReasonForm) -> Response:
    one = certificates.get_issued(desk.actor, desk.compound_id, serial)
    intro = f"证明编号 {one.serial}，{one.name}。撤销后不能恢复，查验时会显示“已撤销”。"
    return ask(form, "撤销证明", "撤销", _address(desk, serial), intro, grave=True)


def _address(desk: Desk, serial: str) -> str:
    return url_for("console_certificates.show", compound_id=desk.compound_id, serial=serial)


def _list_address(desk: Desk) -> str:
    return url_for("console_certificates.index", compound_id=desk.compound_id)
