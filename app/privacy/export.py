"""One's data as a ZIP of JSON that people can read, with the own pictures (PIPL 45)."""

import json
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import BytesIO
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import select

from app.core import audit, clock, sealed_files
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.storage import FileMissing
from app.identity.actor import Actor
from app.moderation.check_models import Picture
from app.privacy.inventory import EXPORTED, Person, person_of, rows_of

_IN_MEMORY: Final = 4 * 1024 * 1024
_MOST_LOOKS: Final = 5000
LOOKS: Final = "^(read|see|view)_"
"""How the acts of the audit log are called by which somebody looks at personal data."""

ABOUT = """线上社区：您的个人信息

导出时间：{at}

每个 .json 文件是一类信息：title 是名称，items 是内容；时间为国际标准时间（UTC），面积单位为 0.01 平方米。
没有内容的类别不单独成文件。pictures 文件夹里是您上传过、现在仍保存的照片。
access.json 列出了谁在什么时候查看过与您有关的信息（只列办理的事项，不列姓名）。

不在这里的：别人的信息；为小区保存的签名纸张（可到现场查阅）；只有密文指纹、无法还原的检索值。
依据：《中华人民共和国个人信息保护法》第四十五条。
"""


@dataclass(frozen=True)
class Export:
    """The file, from its beginning, and its size in bytes. Whoever reads it closes it."""

    file: IO[bytes]
    size: int


def export(actor: Actor) -> Export:
    """Everything that is kept of the actor."""
    person = person_of(actor)
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        _fill(file, person)
        size = file.tell()
        file.seek(0)
        if size <= _IN_MEMORY:
            with file:
                file = BytesIO(file.read())
    except BaseException:
        file.close()
        raise
    audit.record(audit.PLATFORM, actor.account_id, "export_own_data", actor.account_id)
    return Export(file, size)


def _fill(file: IO[bytes], person: Person) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("说明.txt", ABOUT.format(at=f"{clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"))
        for kept in EXPORTED:
            _write(archive, kept.name, kept.title, rows_of(kept, person))
        _write(archive, "access", "谁查看过与本人有关的信息", _looks_at(person))
        _add_pictures(archive, person)


def _write(archive: zipfile.ZipFile, name: str, title: str, items: Sequence[dict[str, Any]]) -> None:
    if items:
        content = json.dumps({"title": title, "items": items}, ensure_ascii=False, indent=2, default=_plain)
        archive.writestr(f"{name}.json", content)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def _looks_at(person: Person) -> list[dict[str, Any]]:
    """The looks at what is the person's own, the newest first: act and time, nobody's name."""
    own = {person.account_id, *(owner_id for _, owner_id in person.owners)}
    for kept in EXPORTED:
        own |= {row["id"] for row in rows_of(kept, person) if isinstance(row.get("id"), UUID)}
    found = (
        select(AuditEvent.at, AuditEvent.act)
        .where(AuditEvent.subject_id.in_(own), AuditEvent.act.regexp_match(LOOKS))
        .where(AuditEvent.account_id.is_distinct_from(person.account_id))
        .order_by(AuditEvent.at.desc())
        .limit(_MOST_LOOKS)
    )
    return [{"at": at, "act": act} for at, act in db.session.execute(found)]


def _add_pictures(archive: zipfile.ZipFile, person: Person) -> None:
    found = select(Picture.id, Picture.storage_key, Picture.file_key).where(Picture.created_by == person.account_id)
    for picture_id, key, file_key in db.session.execute(found.order_by(Picture.id)).all():
        try:
            content = sealed_files.get(key, file_key)
        except FileMissing:
            continue  # swept since
        archive.writestr(zipfile.ZipInfo(f"pictures/{picture_id}.jpg"), content)
