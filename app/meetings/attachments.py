"""Attachments of motions (附件): added while a meeting is prepared, frozen by its announcement, checked when read."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from uuid import UUID

import structlog
from sqlalchemy import func, select

from app.core import clock, sealed_files
from app.core.db import db
from app.core.errors import Conflict, NotFound, Unavailable
from app.core.sealed_files import FileChanged
from app.core.settings import Settings
from app.core.storage import FileMissing
from app.core.stored_files import keep_file, sweep_unnamed
from app.identity.actor import Actor
from app.meetings import policy, scans, states
from app.meetings.errors import MotionNotFound
from app.meetings.models import Attachment, Meeting, MeetingState, Motion, Scan

log = structlog.get_logger(__name__)

KIND = "attachments"
MOST_OF_A_MOTION = 20
_limit_mb = 20


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
    message = "没有找到这个附件，它可能已被移除，请刷新页面后再试。"


class TooManyAttachments(Conflict):
    """`most` is how many a motion may have."""

    code = "too_many_attachments"
    message = "一个表决事项最多 {most} 个附件，请合并文件或先移除不需要的附件。"


class AttachmentDamaged(Unavailable):
    """The stored file is gone, or is no longer the one that was uploaded: its SHA-256 differs."""

    code = "attachment_damaged"
    retry_after_s = None
    message = "附件暂时无法打开：文件与上传时的校验值不一致。请联系小区党支部书记，我们已经收到通知。"


@dataclass(frozen=True)
class AttachmentView:
    """An attachment as it is shown. Size in bytes; `sha256` in hexadecimal."""

    id: UUID
    position: int
    file_name: str
    media_type: str
    size: int
    sha256: str


def configure(settings: Settings) -> None:
    """Take over the largest size."""
    global _limit_mb
    _limit_mb = settings.attachment_limit_mb


def add_attachment(
    actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID, file_name: str, content: bytes
) -> AttachmentView:
    """Attach a file to a motion of a draft, after the others.

    The file is looked through and stored before the meeting is locked: a large one takes its time.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, MotionNotFound, TooManyAttachments and what
    `core.files.check_file` raises. Where anything is refused after that, the file is swept.
    """
    policy.require_manage(actor, compound_id)
    file = keep_file(compound_id, KIND, file_name, content, _limit_mb)
    motion = _motion_of_draft(actor, compound_id, meeting_id, motion_id)
    last, number = db.session.execute(
        select(func.coalesce(func.max(Attachment.position), 0), func.count()).where(
            Attachment.compound_id == compound_id, Attachment.motion_id == motion.id
        )
    ).one()
    if number >= MOST_OF_A_MOTION:
        raise TooManyAttachments(most=MOST_OF_A_MOTION)
    attachment = Attachment(
        compound_id=compound_id,
        meeting_id=meeting_id,
        motion_id=motion_id,
        position=last + 1,
        created_by=actor.account_id,
        created_at=clock.now(),
        **file,
    )
    db.session.add(attachment)
    db.session.flush()
    return view_of(attachment)


def remove_attachment(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID, attachment_id: UUID) -> None:
    """Take a file off a motion of a draft. Raises Forbidden, WrongMeetingState, MotionNotFound, AttachmentNotFound."""
    motion = _motion_of_draft(actor, compound_id, meeting_id, motion_id)
    attachment = db.session.get(Attachment, (compound_id, attachment_id))
    if attachment is None or attachment.motion_id != motion.id:
        raise AttachmentNotFound
    db.session.delete(attachment)
    db.session.flush()


def get_attachment(actor: Actor, compound_id: UUID, meeting_id: UUID, attachment_id: UUID) -> Attachment:
    """An attachment of a meeting that the actor may see. Raises Forbidden, AttachmentNotFound."""
    policy.require_see(actor, compound_id, meeting_id)
    meeting = db.session.get(Meeting, (compound_id, meeting_id))
    attachment = db.session.get(Attachment, (compound_id, attachment_id))
    if meeting is None or attachment is None or attachment.meeting_id != meeting_id:
        raise AttachmentNotFound
    if meeting.announced_at is None and not policy.can_see_drafts(actor, compound_id):
        raise AttachmentNotFound
    return attachment


def open_checked(attachment: Attachment | Scan) -> IO[bytes]:
    """The file in clear, in memory, as a stream at its start.

    Raises AttachmentDamaged unless it is to the bit the file that was uploaded.
    """
    try:
        content = sealed_files.get(attachment.storage_key, attachment.file_key)
        if hashlib.sha256(content).digest() != attachment.sha256:
            raise FileChanged(attachment.storage_key)
    except (FileMissing, FileChanged) as error:
        log.error("attachment_damaged", attachment_id=str(attachment.id), error=type(error).__name__)
        raise AttachmentDamaged from None
    return BytesIO(content)


def of_meeting(meeting: Meeting) -> Mapping[UUID, Sequence[AttachmentView]]:
    """The attachments of a meeting's motions, by the motion's id, each in order."""
    found: dict[UUID, list[AttachmentView]] = defaultdict(list)
    for attachment in db.session.scalars(
        select(Attachment)
        .where(Attachment.compound_id == meeting.compound_id, Attachment.meeting_id == meeting.id)
        .order_by(Attachment.position)
    ):
        found[attachment.motion_id].append(view_of(attachment))
    return found


def view_of(attachment: Attachment) -> AttachmentView:
    """An attachment as it is shown."""
    return AttachmentView(
        id=attachment.id,
        position=attachment.position,
        file_name=attachment.file_name,
        media_type=attachment.media_type,
        size=attachment.size,
        sha256=attachment.sha256.hex(),
    )


def copy(actor: Actor, source: Motion, target: Motion) -> None:
    """Give a motion the attachments of another, in order. The stored files never change, so both name the same."""
    of_source = Attachment.compound_id == source.compound_id, Attachment.motion_id == source.id
    for one in db.session.scalars(select(Attachment).where(*of_source).order_by(Attachment.position)):
        db.session.add(
            Attachment(
                compound_id=target.compound_id,
                meeting_id=target.meeting_id,
                motion_id=target.id,
                position=one.position,
                file_name=one.file_name,
                media_type=one.media_type,
                size=one.size,
                sha256=one.sha256,
                storage_key=one.storage_key,
                file_key=one.file_key,
                created_by=actor.account_id,
                created_at=clock.now(),
            )
        )
    db.session.flush()


def sweep_files() -> int:
    """Delete the files that no attachment or scan has named for a day; how many. Safe to repeat."""
    return _sweep(KIND, Attachment) + _sweep(scans.KIND, Scan)


def _sweep(kind: str, model: type[Attachment | Scan]) -> int:
    return sweep_unnamed(kind, lambda: db.session.scalars(select(model.storage_key)).all())


def _motion_of_draft(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> Motion:
    policy.require_manage(actor, compound_id)
    states.locked(compound_id, meeting_id, clock.now(), MeetingState.DRAFT)
    motion = db.session.get(Motion, (compound_id, motion_id))
    if motion is None or motion.meeting_id != meeting_id:
        raise MotionNotFound
    return motion
