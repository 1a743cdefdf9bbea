"""Uploading a roll: check it, read what was found and what would change, import it."""

from typing import Final
from uuid import UUID

import wtforms
from flask import Response, g, request
from flask.typing import ResponseReturnValue
from wtforms import validators

from app.compounds import queries, roll_lists, service
from app.core import progress
from app.core.ids import new_id
from app.org.permissions import Act
from console.forms import Form
from console.pages import Desk, accepts_upload, acted, at_compound, page, submitted
from console.roll.blueprint import address, bp

ROLL_LIMIT: Final = 31 * 1024 * 1024
FINDINGS_PER_PAGE: Final = 100
CHANGES_SHOWN: Final = 100


class UploadForm(Form):
    """A roll as a table."""

    file = wtforms.FileField(
        "名册表格",
        [validators.InputRequired("请先选择名册表格。")],
        description="把文件拖到下面的框里，或点一下选择。支持 .xlsx 和 .csv，不超过 30 MB。",
        render_kw={"accept": ".xlsx,.csv", "class": "drop"},
    )


@bp.get("/uploads")
@at_compound(Act.MANAGE_ROLL)
def upload(desk: Desk) -> Response:
    """Where a roll is uploaded."""
    return _upload_page(desk, UploadForm())


@bp.post("/uploads")
@accepts_upload(ROLL_LIMIT)
@at_compound(Act.MANAGE_ROLL)
def check(desk: Desk) -> ResponseReturnValue:
    """Check the uploaded roll; the roll itself stays as it is."""
    form = UploadForm()
    report = progress.reporter(desk.actor.account_id, g.request_id)

    def act() -> UUID:
        sent = form.file.data
        return service.check_roll(desk.actor, desk.compound_id, sent.filename, sent.read(), report).id

    return submitted(
        form,
        act,
        lambda import_id: address(desk, "checked", import_id=import_id),
        lambda: _upload_page(desk, form),
    )


@bp.get("/progress/<string:request_id>")
@at_compound(Act.MANAGE_ROLL)
def reached(desk: Desk, request_id: str) -> Response:
    """How far a check or an import has come: a part of a page that asks again every second."""
    try:
        so_far = progress.reached(desk.actor.account_id, request_id)
    except progress.ProgressUnknown:
        so_far = None
    return page("roll/progress.html", so_far=so_far, request_id=request_id)


@bp.get("/uploads/<uuid:import_id>")
@at_compound(Act.MANAGE_ROLL)
def checked(desk: Desk, import_id: UUID) -> Response:
    """What was found in a roll, and what importing it would change."""
    found = queries.get_roll_import(desk.actor, desk.compound_id, import_id)
    first = max(0, request.args.get("from", 0, int))
    return page(
        "roll/checked.html",
        upload=found,
        counts=found.difference["counts"],
        findings=found.findings[first : first + FINDINGS_PER_PAGE],
        first=first,
        per_page=FINDINGS_PER_PAGE,
        shown=CHANGES_SHOWN,
        stale=found.state == "checked" and found.roll_version != queries.roll_version(desk.compound_id),
        request_id=new_id(),
    )


@bp.post("/uploads/<uuid:import_id>/import")
@at_compound(Act.MANAGE_ROLL)
def carry_out(desk: Desk, import_id: UUID) -> ResponseReturnValue:
    """Import what was checked, all of it or nothing; once more changes nothing."""
    report = progress.reporter(desk.actor.account_id, g.request_id)
    return acted(
        lambda: service.apply_roll(desk.actor, desk.compound_id, import_id, report),
        address(desk, "checked", import_id=import_id),
        "名册已导入。",
    )


def _upload_page(desk: Desk, form: UploadForm) -> Response:
    return page(
        "roll/upload.html",
        form=form,
        uploads=roll_lists.uploads(desk.actor, desk.compound_id),
        request_id=new_id(),
    )
